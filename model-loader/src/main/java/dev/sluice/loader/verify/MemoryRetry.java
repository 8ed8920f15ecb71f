package dev.sluice.loader.verify;

import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs again what found no memory for tensors: versions that serve use it, which says nothing about the one that is verified.
 *
 * <p>Threading: thread-safe; {@link #call} blocks, for 260 ms beyond the runs at most.
 */
public final class MemoryRetry {
    /** Waits before a run that found no memory is tried again. */
    private static final List<Duration> PAUSES =
            List.of(Duration.ofMillis(20), Duration.ofMillis(60), Duration.ofMillis(180));

    /** Most runs of one call. */
    static final int RUNS_MAX = PAUSES.size() + 1;

    private final Consumer<Duration> pause;

    public MemoryRetry() {
        this(duration -> LockSupport.parkNanos(duration.toNanos()));
    }

    /**
     * @param pause waits that long
     */
    MemoryRetry(Consumer<Duration> pause) {
        this.pause = pause;
    }

    /** What may find no memory. */
    @FunctionalInterface
    public interface Run<T extends @Nullable Object, E extends Exception> {
        T run() throws E;
    }

    /**
     * Runs it until there is memory, {@value #RUNS_MAX} times at most; then fails as the last run does.
     *
     * @param run leaves nothing behind when it fails
     */
    public <T extends @Nullable Object, E extends Exception> T call(Run<T, E> run) throws E {
        for (Duration wait : PAUSES) {
            try {
                return run.run();
            } catch (InferenceException e) {
                if (!isShortOfMemory(e)) {
                    throw e;
                }
                pause.accept(wait);
            }
        }
        return run.run();
    }

    /** Whether a run failed only because memory was short. */
    public static boolean isShortOfMemory(InferenceException e) {
        return e.code() == ErrorCode.OVERLOADED || e.code() == ErrorCode.DEVICE_OUT_OF_MEMORY;
    }
}
