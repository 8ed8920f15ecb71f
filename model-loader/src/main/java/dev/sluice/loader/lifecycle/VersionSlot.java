package dev.sluice.loader.lifecycle;

import static java.util.Objects.requireNonNull;

import dev.sluice.loader.verify.GateStep;
import dev.sluice.model.ModelKey;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * One version from the moment it is wanted until its memory is freed, and the count of those who use it.
 *
 * <p>The count starts at 1, the manager's own reference, when the version has loaded. Borrowing adds one while the count is
 * above 0; whoever brings it to 0 hands the slot to the unload thread. Retiring takes the slot out of the published map first
 * and gives up the manager's reference then, so that nobody can find a slot whose count is 0 for long.
 *
 * <p>Threading: {@link #tryAcquire} and {@link #release} are thread-safe and lock-free; the state is guarded by the manager's
 * lock; the version is set before the slot is published.
 */
final class VersionSlot {
    private static final AtomicIntegerFieldUpdater<VersionSlot> REFERENCES =
            AtomicIntegerFieldUpdater.newUpdater(VersionSlot.class, "references");

    private final VersionTarget target;

    /** Every borrow asks for it. */
    private final boolean lazy;

    private final CompletableFuture<LoadReport> loaded = new CompletableFuture<>();
    private final CompletableFuture<@Nullable Void> closed = new CompletableFuture<>();

    @SuppressWarnings("unused") // through REFERENCES
    private volatile int references;

    private long lastUsedNanos;
    private @Nullable ReadyVersion version;
    private @Nullable OpenParts parts;

    ModelState state;
    String step = "";
    String reason = "";
    Instant since;
    List<GateStep> steps = List.of();

    /** Whether it is loaded because somebody waits for it, and not in the place of another version. */
    boolean asked;

    /** Set when it became unwanted while it was loading. */
    boolean retireWhenLoaded;

    /** Loaded once more from the same files: what it takes over from. */
    @Nullable VersionSlot replaces;

    /**
     * @param state {@link ModelState#REGISTERED} or {@link ModelState#DORMANT}
     */
    VersionSlot(VersionTarget target, ModelState state, Instant since) {
        this.target = target;
        this.lazy = target.config().serving().onDemand();
        this.state = state;
        this.since = since;
    }

    VersionTarget target() {
        return target;
    }

    ModelKey key() {
        return target.key();
    }

    /** Whether it is loaded when it is asked for, and may be evicted. */
    boolean isLazy() {
        return lazy;
    }

    /** Ends with the report of its loading, whether it went well or not. */
    CompletableFuture<LoadReport> loaded() {
        return loaded;
    }

    /** Ends when its memory is freed. */
    CompletableFuture<@Nullable Void> closed() {
        return closed;
    }

    /** It has loaded; from now on it can be borrowed. */
    void open(ReadyVersion readyVersion, OpenParts openParts) {
        version = readyVersion;
        parts = openParts;
        references = 1;
    }

    /** The version; only after {@link #open}. */
    ReadyVersion version() {
        return requireNonNull(version, "version");
    }

    /** What it holds outside the heap; only after {@link #open}. */
    OpenParts parts() {
        return requireNonNull(parts, "parts");
    }

    /** Remembers that it is used now. Racy: a lost moment changes nothing that matters. */
    void touch(long nowNanos) {
        lastUsedNanos = nowNanos;
    }

    /** When it was last used, or became ready. */
    long lastUsedNanos() {
        return lastUsedNanos;
    }

    /** Adds a user; false when the last one has gone already. */
    boolean tryAcquire() {
        while (true) {
            int current = references;
            if (current <= 0) {
                return false;
            }
            if (REFERENCES.compareAndSet(this, current, current + 1)) {
                return true;
            }
        }
    }

    /** Drops a user; true for the last one, who must have the slot closed. */
    boolean release() {
        int left = REFERENCES.decrementAndGet(this);
        if (left < 0) {
            throw new IllegalStateException(key() + " released more often than acquired");
        }
        return left == 0;
    }

    TransitionPolicy.Present present() {
        return new TransitionPolicy.Present(target, state);
    }

    VersionStatus status() {
        return new VersionStatus(
                key(), state, step, reason, since, asked && present().isLoading(), steps);
    }
}
