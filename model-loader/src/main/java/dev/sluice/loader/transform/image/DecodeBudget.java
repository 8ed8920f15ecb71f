package dev.sluice.loader.transform.image;

import dev.sluice.model.ErrorCode;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The heap that images take while they are decoded: all of them together never take more than a bound.
 *
 * <p>Threading: thread-safe; lock-free.
 */
public final class DecodeBudget {
    private final long bytesMax;
    private final AtomicLong bytesInUse = new AtomicLong();
    private final AtomicLong refusals = new AtomicLong();

    /**
     * @param bytesMax 1 or greater
     */
    public DecodeBudget(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /**
     * Takes so many bytes; the caller gives them back.
     *
     * @throws BadImageException with PAYLOAD_TOO_LARGE if they are never there, OVERLOADED if others have them now
     */
    void take(long bytes) throws BadImageException {
        if (bytes > bytesMax) {
            refusals.incrementAndGet();
            throw new BadImageException(
                    ErrorCode.PAYLOAD_TOO_LARGE,
                    "takes " + bytes + " bytes to decode, and all images together may take " + bytesMax
                            + " (a quarter of the heap)");
        }
        if (bytesInUse.addAndGet(bytes) > bytesMax) {
            bytesInUse.addAndGet(-bytes);
            refusals.incrementAndGet();
            throw new BadImageException(
                    ErrorCode.OVERLOADED, "finds no memory: other images are being decoded; try again later");
        }
    }

    void giveBack(long bytes) {
        bytesInUse.addAndGet(-bytes);
    }

    /** Most bytes that are taken at once. */
    public long bytesMax() {
        return bytesMax;
    }

    /** Images refused because they would have taken more. */
    public long refusals() {
        return refusals.get();
    }

    /** Bytes that are taken now. */
    public long bytesInUse() {
        return bytesInUse.get();
    }
}
