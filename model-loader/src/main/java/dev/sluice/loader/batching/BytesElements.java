package dev.sluice.loader.batching;

import dev.sluice.model.DataType;
import dev.sluice.model.InferenceException;
import dev.sluice.model.Tensor;
import java.nio.ByteBuffer;

/**
 * Finding elements in the memory of a BYTES tensor: each is an unsigned 32-bit little-endian length and its bytes, so the
 * place of an element is only known by walking over those before it.
 *
 * <p>Threading: stateless.
 */
public final class BytesElements {
    private BytesElements() {}

    /**
     * Offset in bytes after {@code count} elements that begin at {@code offset}. O(count).
     *
     * @throws InferenceException with INVALID_INPUT when the memory ends before
     */
    public static int skip(Tensor tensor, int offset, long count) {
        ByteBuffer memory = tensor.memory();
        int size = memory.capacity();
        long at = offset;
        for (long i = 0; i < count; i++) {
            if (at + Integer.BYTES > size) {
                throw tooShort(tensor);
            }
            at += Integer.BYTES + Integer.toUnsignedLong(memory.getInt((int) at));
            if (at > size) {
                throw tooShort(tensor);
            }
        }
        return (int) at;
    }

    /**
     * Checks that the memory holds exactly as many elements as the shape says. O(elements).
     *
     * @throws InferenceException with INVALID_INPUT when it does not
     */
    public static void requireExact(Tensor tensor) {
        int end = skip(tensor, 0, tensor.shape().elementCount());
        if (end != tensor.byteSize()) {
            throw InferenceException.invalidInput("input '" + tensor.name() + "': " + DataType.BYTES + " "
                    + tensor.shape() + " ends after " + end + " bytes, got " + tensor.byteSize());
        }
    }

    private static InferenceException tooShort(Tensor tensor) {
        return InferenceException.invalidInput("tensor '" + tensor.name() + "': " + DataType.BYTES + " "
                + tensor.shape() + " needs more than the " + tensor.byteSize() + " bytes it has");
    }
}
