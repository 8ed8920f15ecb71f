package dev.sluice.gateway.pipeline;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A bound on requests at once: on all that are between routing and their answer, or on those of them that wait for a load.
 *
 * <p>Threading: thread-safe; lock-free.
 */
public final class AdmissionControl {
    private final int permits;
    private final AtomicInteger inUse = new AtomicInteger();
    private final AtomicLong refusals = new AtomicLong();

    /**
     * @param permits most requests at once, 1 or greater
     */
    public AdmissionControl(int permits) {
        if (permits < 1) {
            throw new IllegalArgumentException("concurrent requests must be 1 or greater, got " + permits);
        }
        this.permits = permits;
    }

    /** Takes a permit; false (and counted) when all are taken. */
    boolean tryAcquire() {
        if (inUse.incrementAndGet() > permits) {
            inUse.decrementAndGet();
            refusals.incrementAndGet();
            return false;
        }
        return true;
    }

    void release() {
        inUse.decrementAndGet();
    }

    /** Requests that hold a permit. */
    public int inUse() {
        return inUse.get();
    }

    /** The bound. */
    public int permits() {
        return permits;
    }

    /** Requests refused because all permits were taken. */
    public long refusals() {
        return refusals.get();
    }
}
