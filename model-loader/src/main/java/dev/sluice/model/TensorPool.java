package dev.sluice.model;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;

/**
 * Byte-bounded source of {@link TensorBlock}s: direct memory in power-of-two sizes, reused.
 *
 * <p>Bound: the bytes of all blocks in use plus those kept for reuse never exceed {@code bytesMax}. A request that does not
 * fit first drops kept slabs, then fails with {@link ErrorCode#OVERLOADED}; {@link #refusals} counts those. What is dropped goes
 * back to the system at once.
 *
 * <p>Threading: thread-safe. One short lock per size class and acquire or release.
 */
public final class TensorPool {
    private static final int MIN_SHIFT = 8; // 256 B
    private static final int MAX_SHIFT = 30; // 1 GiB

    private final long bytesMax;
    private final IntFunction<ByteBuffer> allocator;

    /** Bytes in use and kept: changes only when memory is allocated or dropped, so it alone keeps the bound. */
    private final AtomicLong bytesTotal = new AtomicLong();

    private final AtomicLong bytesInUse = new AtomicLong();
    private final AtomicLong refusals = new AtomicLong();
    private final SizeClass[] classes = new SizeClass[MAX_SHIFT - MIN_SHIFT + 1];

    /**
     * @param bytesMax upper bound in bytes of memory in use and kept, at least 1 MiB
     */
    public TensorPool(long bytesMax) {
        this(bytesMax, ByteBuffer::allocateDirect);
    }

    /**
     * @param allocator makes direct memory of a size in bytes; may throw an {@link OutOfMemoryError}
     */
    TensorPool(long bytesMax, IntFunction<ByteBuffer> allocator) {
        if (bytesMax < 1 << 20) {
            throw new IllegalArgumentException("tensor pool must hold at least 1 MiB, got " + bytesMax + " bytes");
        }
        this.bytesMax = bytesMax;
        this.allocator = allocator;
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
        SizeClass sizeClass = classes[Long.numberOfTrailingZeros(slabBytes(size)) - MIN_SHIFT];
        return new TensorBlock(sizeClass.take(), sizeClass);
    }

    /** The power of two that a block of {@code size} bytes takes. */
    private static long slabBytes(long size) {
        return 1L << Math.max(MIN_SHIFT, 64 - Long.numberOfLeadingZeros(Math.max(size, 1) - 1));
    }

    /** True when {@link #acquire} of that size would succeed if nothing were in use. */
    public boolean canHold(long size) {
        return size <= 1L << MAX_SHIFT && slabBytes(size) <= bytesMax;
    }

    /** Bytes of blocks that somebody still refers to. */
    public long bytesInUse() {
        return bytesInUse.get();
    }

    /** Bytes of free slabs kept for reuse. */
    public long bytesKept() {
        return Math.max(0, bytesTotal.get() - bytesInUse.get());
    }

    /** The bound in bytes. */
    public long bytesMax() {
        return bytesMax;
    }

    /** How often a block was refused because the pool was exhausted. */
    public long refusals() {
        return refusals.get();
    }

    /** Memory from the system, counted in {@code bytesTotal}. */
    private ByteBuffer allocate(int slabBytes) {
        reserve(slabBytes);
        ByteBuffer slab = null;
        try {
            slab = allocateOrDropKept(slabBytes);
            return slab;
        } catch (OutOfMemoryError e) {
            refusals.incrementAndGet();
            throw new InferenceException(
                    ErrorCode.OVERLOADED,
                    "the JVM has no direct memory left for " + slabBytes + " bytes (-XX:MaxDirectMemorySize)",
                    e);
        } finally {
            if (slab == null) {
                bytesTotal.addAndGet(-slabBytes);
            }
        }
    }

    private ByteBuffer allocateOrDropKept(int slabBytes) {
        try {
            return allocator.apply(slabBytes);
        } catch (OutOfMemoryError e) {
            // Others share the JVM's limit; what is kept here only for later may be what is missing.
            while (dropOne()) {}
            return allocator.apply(slabBytes);
        }
    }

    private void reserve(int slabBytes) {
        while (true) {
            long total = bytesTotal.get();
            if (total + slabBytes <= bytesMax) {
                if (bytesTotal.compareAndSet(total, total + slabBytes)) {
                    return;
                }
            } else if (!dropOne()) {
                refusals.incrementAndGet();
                throw new InferenceException(
                        ErrorCode.OVERLOADED,
                        "tensor memory is exhausted: " + bytesInUse.get() + " of " + bytesMax + " bytes are in use, "
                                + slabBytes + " more were needed");
            }
        }
    }

    /** Drops one kept slab of the largest size that there is; false when nothing is kept. */
    private boolean dropOne() {
        for (int i = classes.length - 1; i >= 0; i--) {
            if (classes[i].dropOne()) {
                return true;
            }
        }
        return false;
    }

    private final class SizeClass implements TensorBlock.Recycler {
        private final int slabBytes;
        private final ArrayDeque<ByteBuffer> kept = new ArrayDeque<>();

        SizeClass(int slabBytes) {
            this.slabBytes = slabBytes;
        }

        ByteBuffer take() {
            synchronized (kept) {
                ByteBuffer slab = kept.pollLast();
                if (slab != null) {
                    bytesInUse.addAndGet(slabBytes);
                    return slab;
                }
            }
            ByteBuffer slab = allocate(slabBytes);
            bytesInUse.addAndGet(slabBytes);
            return slab;
        }

        boolean dropOne() {
            ByteBuffer slab;
            synchronized (kept) {
                slab = kept.pollFirst();
            }
            if (slab == null) {
                return false;
            }
            DirectMemory.free(slab);
            bytesTotal.addAndGet(-slabBytes);
            return true;
        }

        @Override
        public void recycle(ByteBuffer memory) {
            synchronized (kept) {
                bytesInUse.addAndGet(-slabBytes);
                kept.addLast(memory);
            }
        }
    }
}
