package dev.sluice.protocol;

import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;

/**
 * A growing byte array to write a body into, meant to be reused, and what writes into it.
 *
 * <p>Bound: an array beyond 1 MiB is let go at the next {@link #clear}.
 *
 * <p>Threading: confined to one thread.
 */
public final class ByteSink {
    private static final int BYTES_KEPT_MAX = 1 << 20;
    private static final int BYTES_MIN = 512;
    private static final int BYTES_MAX = Integer.MAX_VALUE - 8;

    private final JsonWriter json = new JsonWriter(this);
    private final TensorWriter tensors = new TensorWriter(this, json);
    private byte[] array = new byte[BYTES_MIN];
    private int size;

    /** Empties the sink. */
    public void clear() {
        size = 0;
        if (array.length > BYTES_KEPT_MAX) {
            array = new byte[BYTES_MIN];
        }
    }

    /** Writes JSON at the end of this sink. */
    public JsonWriter json() {
        return json;
    }

    /** Writes tensors at the end of this sink, one body after the other. */
    TensorWriter tensors() {
        return tensors;
    }

    /**
     * Takes back what was written last.
     *
     * @param newSize bytes that stay, in [0, size()]
     */
    public void truncate(int newSize) {
        Objects.checkFromToIndex(0, newSize, size);
        size = newSize;
    }

    /** Bytes written. */
    public int size() {
        return size;
    }

    /** The array that holds the bytes in [0, size()); the sink's own, valid until the next write or {@link #clear}. */
    public byte[] array() {
        return array;
    }

    /** A copy of the bytes written. */
    public byte[] toByteArray() {
        return Arrays.copyOf(array, size);
    }

    public void put(byte[] bytes, int offset, int length) {
        ensure(length);
        System.arraycopy(bytes, offset, array, size, length);
        size += length;
    }

    /** Appends {@code length} bytes of the buffer from an absolute index; its position stays. */
    public void put(ByteBuffer bytes, int index, int length) {
        ensure(length);
        bytes.get(index, array, size, length);
        size += length;
    }

    void put(char ascii) {
        ensure(1);
        array[size++] = (byte) ascii;
    }

    /** Appends text, one byte per character; only for what is known to be ASCII. */
    @SuppressWarnings("deprecation") // the one copy without a loop; drops the high bytes, which ASCII does not have
    public ByteSink put(String ascii) {
        int length = ascii.length();
        ensure(length);
        ascii.getBytes(0, length, array, size);
        size += length;
        return this;
    }

    /** Makes room for {@code length} more bytes and returns where they begin; {@link #advanceTo} says how many were used. */
    int ensure(int length) {
        if (length > array.length - size) {
            grow(length);
        }
        return size;
    }

    void advanceTo(int newSize) {
        size = newSize;
    }

    private void grow(int length) {
        long needed = (long) size + length;
        if (needed > BYTES_MAX) {
            throw new InferenceException(
                    ErrorCode.PAYLOAD_TOO_LARGE, "a body of " + needed + " bytes exceeds the limit of " + BYTES_MAX);
        }
        array = Arrays.copyOf(array, (int) Math.min(BYTES_MAX, Math.max(needed, 2L * array.length)));
    }
}
