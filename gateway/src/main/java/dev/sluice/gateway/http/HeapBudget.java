package dev.sluice.gateway.http;

import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the heap that the bodies of all requests and answers take together, so that no client can exhaust it.
 *
 * <p>Threading: thread-safe; lock-free.
 */
public final class HeapBudget {
    private final long bytesMax;
    private final AtomicLong bytesInUse = new AtomicLong();
    private final AtomicLong refusals = new AtomicLong();

    /**
     * @param bytesMax most bytes at once, 1 or greater
     */
    public HeapBudget(long bytesMax) {
        if (bytesMax < 1) {
            throw new IllegalArgumentException("heap budget must be 1 byte or greater, got " + bytesMax);
        }
        this.bytesMax = bytesMax;
    }

    /**
     * Takes {@code bytes} of it; whoever takes gives back with {@link #release}.
     *
     * @throws InferenceException with OVERLOADED when they are not left, or PAYLOAD_TOO_LARGE when they never could be
     */
    void reserve(long bytes) {
        if (bytesInUse.addAndGet(bytes) <= bytesMax) {
            return;
        }
        long others = bytesInUse.addAndGet(-bytes);
        refusals.incrementAndGet();
        if (bytes > bytesMax) {
            throw new InferenceException(
                    ErrorCode.PAYLOAD_TOO_LARGE,
                    "a body that takes " + bytes + " bytes of memory exceeds the " + bytesMax
                            + " bytes that this server has for all bodies; binary tensors take less");
        }
        throw new InferenceException(
                ErrorCode.OVERLOADED,
                "bodies already take " + others + " of " + bytesMax + " bytes, " + bytes
                        + " more were needed; try again later");
    }

    void release(long bytes) {
        bytesInUse.addAndGet(-bytes);
    }

    /** Bytes that bodies take now. */
    public long bytesInUse() {
        return bytesInUse.get();
    }

    /** The bound. */
    public long bytesMax() {
        return bytesMax;
    }

    /** Requests refused for want of memory. */
    public long refusals() {
        return refusals.get();
    }
}
