package dev.sluice.protocol;

import dev.sluice.model.DataType;
import dev.sluice.model.InferenceException;
import dev.sluice.model.Shape;

/**
 * Reads the {@code data} of one input from JSON, flat or nested, straight into the request's block.
 *
 * <p>Nesting carries no meaning: elements are taken in the order of the text, and their count must be that of the shape.
 * Memory is asked for only as far as the bytes that are left to read could fill it.
 *
 * <p>Threading: confined to one thread.
 */
final class TensorDataReader {
    private final JsonScanner scanner;
    private final ElementReader elements;
    private final PlainFloats plainFloats = new PlainFloats();
    private String input = "";
    private long index;

    TensorDataReader(JsonScanner scanner) {
        this.scanner = scanner;
        this.elements = new ElementReader(scanner, this::place);
    }

    private String place() {
        return DecodedInput.label(input) + ": data[" + index + "]";
    }

    /**
     * Reads the value at the scanner's position.
     *
     * @param name of the input, for messages
     * @param count elements of {@code shape}
     * @return offset in the block; the tensor ends where the block ends
     */
    int read(String name, DataType type, Shape shape, long count, BlockBuilder block) {
        input = name;
        index = 0;
        if (!type.hasJsonForm()) {
            throw InferenceException.invalidInput(DecodedInput.label(name) + ": " + type
                    + " has no JSON form; send it as binary data: parameter binary_data_size and"
                    + " header Inference-Header-Content-Length");
        }
        boolean bareScalar = shape.rank() == 0 && !scanner.atArray();
        if (!bareScalar && !scanner.atArray()) {
            throw scanner.wrongKind(DecodedInput.label(name) + ": data", "an array");
        }
        // Every element takes at least one character, and every one but the last a comma.
        if (count > scanner.remaining() / 2 + 1) {
            throw wrongCount(shape, count, countOthers(0));
        }
        long bytesMax = type.hasFixedSize() ? count * type.byteSize() : 4 * count + scanner.remaining();
        int offset = block.append(bytesMax);
        int end = bareScalar ? element(type, block, offset) : array(type, shape, count, block, offset);
        block.trimTo(end);
        return offset;
    }

    private int array(DataType type, Shape shape, long count, BlockBuilder block, int offset) {
        int outside = scanner.depth();
        int at = offset;
        scanner.beginArray();
        while (true) {
            if (!scanner.nextElement()) {
                if (scanner.depth() == outside) {
                    break;
                }
            } else if (scanner.atArray()) {
                scanner.beginArray();
            } else {
                if (index == count) {
                    throw wrongCount(shape, count, index + countOthers(scanner.depth() - outside));
                }
                int plain = type == DataType.FP32 ? plainFloats(block, at, count) : 0;
                if (plain > 0) {
                    at += plain * Float.BYTES;
                    index += plain;
                } else {
                    at = element(type, block, at);
                    index++;
                }
            }
        }
        if (index != count) {
            throw wrongCount(shape, count, index);
        }
        return at;
    }

    /** Reads as many floats as follow here in their everyday form, and returns how many. */
    private int plainFloats(BlockBuilder block, int at, long count) {
        int read =
                plainFloats.read(scanner.bytes(), scanner.position(), scanner.end(), block.memory(), at, count - index);
        scanner.moveTo(plainFloats.stop());
        return read;
    }

    /** Reads one element and returns the offset after it. */
    private int element(DataType type, BlockBuilder block, int at) {
        if (type != DataType.BYTES) {
            elements.read(type, block.memory(), at);
            return at + type.byteSize();
        }
        if (!scanner.atString()) {
            throw scanner.wrongKind(place(), "a string (BYTES)");
        }
        scanner.readString();
        int length = scanner.copyText(block.memory(), at + 4);
        block.memory().putInt(at, length);
        return at + 4 + length;
    }

    /** Counts the elements from here to the end of {@code levels} enclosing arrays; 0: those of the value that is next. */
    private long countOthers(int levels) {
        long count = 0;
        int outside = scanner.depth() - levels;
        if (levels == 0) {
            scanner.beginArray();
        } else {
            scanner.skipValue();
            count++;
        }
        while (scanner.depth() > outside) {
            if (!scanner.nextElement()) {
                continue;
            }
            if (scanner.atArray()) {
                scanner.beginArray();
            } else {
                scanner.skipValue();
                count++;
            }
        }
        return count;
    }

    private InferenceException wrongCount(Shape shape, long expected, long actual) {
        return InferenceException.invalidInput(DecodedInput.label(input) + ": shape " + shape + " takes " + expected
                + " elements, data has " + actual);
    }
}
