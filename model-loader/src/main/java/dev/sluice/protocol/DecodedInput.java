package dev.sluice.protocol;

import dev.sluice.model.DataType;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;

/**
 * One entry of {@code inputs}: read into the block already, or announced as binary data that follows the JSON.
 *
 * <p>Threading: immutable.
 *
 * @param count elements of {@code shape}
 * @param binaryBytes {@code binary_data_size}, or -1 when the data came as JSON
 * @param offset of the data in the request's block; -1 while the binary data is not copied
 * @param length of the data in the request's block, in bytes
 */
record DecodedInput(String name, DataType type, Shape shape, long count, long binaryBytes, int offset, int length) {
    static DecodedInput json(String name, DataType type, Shape shape, long count, int offset, int length) {
        return new DecodedInput(name, type, shape, count, -1, offset, length);
    }

    static DecodedInput announced(String name, DataType type, Shape shape, long count, long binaryBytes) {
        return new DecodedInput(name, type, shape, count, binaryBytes, -1, 0);
    }

    boolean isBinary() {
        return binaryBytes >= 0;
    }

    /** The same once its binary data stands in the block. */
    DecodedInput copied(int at, int bytes) {
        return new DecodedInput(name, type, shape, count, binaryBytes, at, bytes);
    }

    /** How messages name it. */
    String label() {
        return label(name);
    }

    static String label(String name) {
        return "input " + ClientText.quote(name);
    }

    Tensor toTensor(BlockBuilder block) {
        return new Tensor(name, type, shape, block.slice(offset, length));
    }
}
