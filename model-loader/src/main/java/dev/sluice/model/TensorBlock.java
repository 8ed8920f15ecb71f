package dev.sluice.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * Off-heap memory with a reference count; the last release gives the memory back to where it came from.
 *
 * <p>Starts with one reference, which belongs to whoever acquired it. Retaining the block is how the log, a shadow or a
 * response keeps tensors without copying them.
 *
 * <p>Threading: {@link #retain} and {@link #release} are thread-safe and lock-free. The memory has one writer at a time.
 */
public final class TensorBlock {
    private static final AtomicIntegerFieldUpdater<TensorBlock> REFERENCES =
            AtomicIntegerFieldUpdater.newUpdater(TensorBlock.class, "references");

    private final ByteBuffer memory;
    private final @Nullable Recycler recycler;

    @SuppressWarnings("unused") // through REFERENCES
    private volatile int references = 1;

    /** Where memory goes when nobody refers to it any more. */
    interface Recycler {
        void recycle(ByteBuffer memory);
    }

    TensorBlock(ByteBuffer memory, @Nullable Recycler recycler) {
        this.memory = memory.order(ByteOrder.LITTLE_ENDIAN);
        this.recycler = recycler;
    }

    /** A block over memory that the garbage collector owns; releasing it frees nothing by itself. */
    public static TensorBlock unpooled(ByteBuffer memory) {
        return new TensorBlock(memory, null);
    }

    /** A block of {@code size} bytes outside any pool: direct memory that the garbage collector owns. */
    public static TensorBlock unpooled(int size) {
        return unpooled(ByteBuffer.allocateDirect(size));
    }

    /** Usable bytes; may exceed what was asked for. */
    public int capacity() {
        return memory.capacity();
    }

    /** A new little-endian view of {@code length} bytes from {@code offset}. */
    public ByteBuffer slice(int offset, int length) {
        return memory.slice(offset, length).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The whole memory for absolute access; callers must not move its position or limit. */
    public ByteBuffer memory() {
        return memory;
    }

    /**
     * Adds a reference.
     *
     * @throws IllegalStateException if the block was already given back
     */
    public TensorBlock retain() {
        while (true) {
            int current = references;
            if (current <= 0) {
                throw new IllegalStateException("tensor block used after its last release");
            }
            if (REFERENCES.compareAndSet(this, current, current + 1)) {
                return this;
            }
        }
    }

    /**
     * Drops a reference; the last one gives the memory back.
     *
     * @throws IllegalStateException if released more often than acquired
     */
    public void release() {
        int left = REFERENCES.decrementAndGet(this);
        if (left == 0) {
            if (recycler != null) {
                recycler.recycle(memory);
            }
        } else if (left < 0) {
            throw new IllegalStateException("tensor block released more often than acquired");
        }
    }
}
