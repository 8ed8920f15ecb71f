package dev.sluice.loader.batching;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.sluice.model.InferTiming;
import dev.sluice.model.TensorSet;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The outputs of a request that runs in parts, until all are there.
 *
 * <p>Ownership: owns the outputs of the parts it was given; hands all of them out once complete, or releases them when
 * abandoned.
 *
 * <p>Threading: thread-safe; guarded by {@code lock}.
 */
final class SplitAssembly {
    private final Object lock = new Object();
    private final int count;

    /** Set before the units are queued, hence visible to whoever takes one. */
    private List<RowUnit> units = List.of();

    @GuardedBy("lock") private final @Nullable TensorSet[] parts;

    @GuardedBy("lock") private int missing;

    @GuardedBy("lock") private boolean abandoned;

    /** True once somebody runs the request in one piece after all. */
    @GuardedBy("lock") private boolean whole;

    @GuardedBy("lock") private long queueNanos = Long.MAX_VALUE;

    @GuardedBy("lock") private InferTiming timing = InferTiming.NONE;

    /**
     * @param count of the parts, 2 or greater
     */
    SplitAssembly(int count) {
        this.count = count;
        this.parts = new @Nullable TensorSet[count];
        this.missing = count;
    }

    /** Where the 0-based part begins in a request of so many rows: the parts are of nearly equal size. */
    int firstRow(int part, int rows) {
        return (int) ((long) rows * part / count);
    }

    /** Remembers the parts' units. */
    void divided(List<RowUnit> all) {
        units = all;
    }

    /** The parts' units; none before they were made. */
    List<RowUnit> units() {
        return units;
    }

    /**
     * Takes over the outputs of one part.
     *
     * @return all parts in order, now the caller's, when this was the last one missing; else null
     */
    @Nullable List<TensorSet> add(int part, TensorSet outputs, long partQueueNanos, InferTiming partTiming) {
        synchronized (lock) {
            if (abandoned) {
                outputs.release();
                return null;
            }
            parts[part] = outputs;
            queueNanos = Math.min(queueNanos, partQueueNanos);
            timing = new InferTiming(
                    timing.inputNanos() + partTiming.inputNanos(),
                    timing.inferNanos() + partTiming.inferNanos(),
                    timing.outputNanos() + partTiming.outputNanos(),
                    Math.max(timing.batchRows(), partTiming.batchRows()));
            missing--;
            return missing == 0 ? takeAll() : null;
        }
    }

    /** Waiting until the first part ran. */
    long queueNanos() {
        synchronized (lock) {
            return queueNanos;
        }
    }

    /** Computing, summed over the parts, which may have run at the same time. */
    InferTiming timing() {
        synchronized (lock) {
            return timing;
        }
    }

    /**
     * Gives up the parts, because their outputs do not fit together, in favour of one run of the whole request.
     *
     * @return true for the first caller, who must run the request and reply to it
     */
    boolean claimWhole() {
        synchronized (lock) {
            if (whole) {
                return false;
            }
            whole = true;
            abandon();
            return true;
        }
    }

    /** True when nobody waits for the parts any more: the request has ended, or runs in one piece. */
    boolean isAbandoned() {
        synchronized (lock) {
            return abandoned;
        }
    }

    /** Releases what is there and whatever still comes. */
    void abandon() {
        synchronized (lock) {
            abandoned = true;
            takeAll().forEach(TensorSet::release);
        }
    }

    @GuardedBy("lock") private List<TensorSet> takeAll() {
        List<TensorSet> all = new ArrayList<>(parts.length);
        for (int i = 0; i < parts.length; i++) {
            TensorSet part = parts[i];
            if (part != null) {
                all.add(part);
                parts[i] = null;
            }
        }
        return all;
    }
}
