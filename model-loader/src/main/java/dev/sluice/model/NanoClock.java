package dev.sluice.model;

/**
 * Elapsed time in nanoseconds, as {@link System#nanoTime} counts it; passed in so that tests own the time.
 *
 * <p>Values are only meaningful as differences: compare with {@code a - b < 0}.
 *
 * <p>Threading: thread-safe.
 */
@FunctionalInterface
public interface NanoClock {
    long nanoTime();

    /** The JVM's own. */
    static NanoClock system() {
        return System::nanoTime;
    }
}
