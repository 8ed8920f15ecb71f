package dev.sluice.protocol;

import dev.sluice.model.DataType;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;

/**
 * One entry of {@code inputs}: read into the block already, or announced as binary data that follows the JSON.
 *
 * <p>Filled again for each request: what it still holds of the one before spares a new name and shape when the client sends the
 * same ones.
 *
 * <p>Threading: confined to one thread.
 */
final class DecodedInput {
    private static final int NAME_KEPT_MAX = 128;

    private String name = "";
    private DataType type = DataType.FP32;
    private Shape shape = Shape.of();
    private long count;
    private long binaryBytes;
    private int offset;
    private int length;

    /**
     * Describes data that stands in the block.
     *
     * @param newCount elements of {@code newShape}
     * @param newOffset of the data in the request's block
     * @param newLength of the data in bytes
     */
    void setRead(String newName, DataType newType, Shape newShape, long newCount, int newOffset, int newLength) {
        describe(newName, newType, newShape, newCount);
        binaryBytes = -1;
        offset = newOffset;
        length = newLength;
    }

    /**
     * Describes binary data that is still to be copied.
     *
     * @param bytes {@code binary_data_size}
     */
    void setAnnounced(String newName, DataType newType, Shape newShape, long newCount, long bytes) {
        describe(newName, newType, newShape, newCount);
        binaryBytes = bytes;
        offset = -1;
        length = 0;
    }

    private void describe(String newName, DataType newType, Shape newShape, long newCount) {
        name = newName;
        type = newType;
        shape = newShape;
        count = newCount;
    }

    /** The binary data stands in the block now. */
    void setCopied(int at, int bytes) {
        offset = at;
        length = bytes;
    }

    /** Lets a long name go, so that what is kept between requests stays small. */
    void trim() {
        if (name.length() > NAME_KEPT_MAX) {
            name = "";
        }
    }

    String name() {
        return name;
    }

    DataType type() {
        return type;
    }

    Shape shape() {
        return shape;
    }

    /** Elements of the shape. */
    long count() {
        return count;
    }

    boolean isBinary() {
        return binaryBytes >= 0;
    }

    /** {@code binary_data_size}, or -1 when the data came as JSON. */
    long binaryBytes() {
        return binaryBytes;
    }

    /** How messages name it. */
    String label() {
        return label(name);
    }

    static String label(String name) {
        return "input " + ClientText.quote(name);
    }

    Tensor toTensor(BlockBuilder block) {
        return block.tensor(offset, length, name, type, shape);
    }
}
