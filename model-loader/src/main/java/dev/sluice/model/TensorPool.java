package dev.sluice.model;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Byte-bounded source of {@link TensorBlock}s: direct memory in power-of-two sizes, reused.
 *
 * <p>Bound: the bytes of all blocks in use plus those kept for reuse never exceed {@code bytesMax}. A request that does not
 * fit first drops kept slabs, then fails with {@link ErrorCode#OVERLOADED}; {@link #refusals} counts those.
 *
 * <p>Threading: thread-safe. One short lock per size class and acquire or release.
 */
public final class TensorPool {
    private static final int MIN_SHIFT = 8; // 256 B
    private static final int MAX_SHIFT = 30; // 1 GiB

    private final long bytesMax;
    private final AtomicLong bytesInUse = new AtomicLong();
    private final AtomicLong bytesKept = new AtomicLong();
    private final AtomicLong refusals = new AtomicLong();
    private final SizeClass[] classes = new SizeClass[MAX_SHIFT - MIN_SHIFT + 1];

    /**
     * @param bytesMax upper bound in bytes of memory in use and kept, at least 1 MiB
     */
    public TensorPool(long bytesMax) {
        if (bytesMax < 1 << 20) {
            throw new IllegalArgumentException("tensor pool must hold at least 1 MiB, got " + bytesMax + " bytes");
        }
        this.bytesMax = bytesMax;
        for (int i = 0; i < classes.length; i++) {
            classes[i] = new SizeClass(1 << (MIN_SHIFT + i));
        }
    }

    /**
     * A block of at least {@code size} bytes with one reference, contents undefined.
     *
     * @param size bytes, in [0, 1 GiB]
     * @throws InferenceException with {@link ErrorCode#OVERLOADED} when the pool is exhausted, or {@link
     *     ErrorCode#PAYLOAD_TOO_LARGE} when {@code size} exceeds 1 GiB
     */
    public TensorBlock acquire(long size) {
        if (size > 1L << MAX_SHIFT) {
            throw new InferenceException(
                    ErrorCode.PAYLOAD_TOO_LARGE,
                    "tensors of " + size + " bytes exceed the limit of " + (1L << MAX_SHIFT) + " bytes");
        }
        int shift = Math.max(MIN_SHIFT, 64 - Long.numberOfLeadingZeros(Math.max(size, 1) - 1));
        SizeClass sizeClass = classes[shift - MIN_SHIFT];
        return new TensorBlock(sizeClass.take(), sizeClass);
    }

    /** Bytes of blocks that somebody still refers to. */
    public long bytesInUse() {
        return bytesInUse.get();
    }

    /** Bytes of free slabs kept for reuse. */
    public long bytesKept() {
        return bytesKept.get();
    }

    /** The bound in bytes. */
    public long bytesMax() {
        return bytesMax;
    }

    /** How often a block was refused because the pool was exhausted. */
    public long refusals() {
        return refusals.get();
    }

    private void reserve(int slabBytes) {
        while (true) {
            long used = bytesInUse.get();
            if (used + slabBytes + bytesKept.get() > bytesMax && !dropKept(slabBytes) && used + slabBytes > bytesMax) {
                refusals.incrementAndGet();
                throw new InferenceException(
                        ErrorCode.OVERLOADED,
                        "tensor memory is exhausted: " + used + " of " + bytesMax + " bytes are in use, " + slabBytes
                                + " more were needed");
            }
            if (bytesInUse.compareAndSet(used, used + slabBytes)) {
                return;
            }
        }
    }

    /** Drops kept slabs, largest first, until {@code wanted} more bytes fit; false when that is not enough. */
    private boolean dropKept(int wanted) {
        for (int i = classes.length - 1; i >= 0; i--) {
            while (classes[i].dropOne()) {
                if (bytesInUse.get() + bytesKept.get() + wanted <= bytesMax) {
                    return true;
                }
            }
        }
        return bytesInUse.get() + bytesKept.get() + wanted <= bytesMax;
    }

    private final class SizeClass implements TensorBlock.Recycler {
        private final int slabBytes;
        private final ArrayDeque<ByteBuffer> kept = new ArrayDeque<>();

        SizeClass(int slabBytes) {
            this.slabBytes = slabBytes;
        }

        ByteBuffer take() {
            ByteBuffer slab;
            synchronized (kept) {
                slab = kept.pollLast();
            }
            if (slab != null) {
                bytesKept.addAndGet(-slabBytes);
                bytesInUse.addAndGet(slabBytes);
                return slab;
            }
            reserve(slabBytes);
            try {
                return ByteBuffer.allocateDirect(slabBytes);
            } catch (OutOfMemoryError e) {
                bytesInUse.addAndGet(-slabBytes);
                refusals.incrementAndGet();
                throw new InferenceException(
                        ErrorCode.OVERLOADED,
                        "the JVM has no direct memory left for " + slabBytes + " bytes (-XX:MaxDirectMemorySize)",
                        e);
            }
        }

        boolean dropOne() {
            ByteBuffer slab;
            synchronized (kept) {
                slab = kept.pollLast();
            }
            if (slab == null) {
                return false;
            }
            bytesKept.addAndGet(-slabBytes);
            return true;
        }

        @Override
        public void recycle(ByteBuffer memory) {
            bytesKept.addAndGet(slabBytes);
            bytesInUse.addAndGet(-slabBytes);
            synchronized (kept) {
                kept.addLast(memory);
            }
        }
    }
}
