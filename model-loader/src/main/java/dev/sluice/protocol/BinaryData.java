package dev.sluice.protocol;

import dev.sluice.model.DataType;
import dev.sluice.model.InferenceException;

/**
 * Checks raw tensor bytes before they are copied: their number, the elements of BYTES, and the values of BOOL.
 *
 * <p>Threading: stateless.
 *
 * @see "Triton's extension: binary tensor data"
 */
final class BinaryData {
    private BinaryData() {}

    /** Checks that the size announced is the one that datatype and shape take. */
    static void requireSize(DecodedInput input) {
        if (!input.type().hasFixedSize()) {
            return;
        }
        long expected = Math.multiplyHigh(input.count(), input.type().byteSize()) == 0
                ? input.count() * input.type().byteSize()
                : -1;
        if (expected != input.binaryBytes()) {
            throw InferenceException.invalidInput(input.label() + ": " + input.type() + " " + input.shape() + " takes "
                    + (expected < 0 ? "more than 9223372036854775807" : expected)
                    + " bytes, binary_data_size is " + input.binaryBytes());
        }
    }

    /** Checks the elements of BYTES and BOOL in {@code body[from, from + length)}. */
    static void requireElements(DecodedInput input, byte[] body, int from, int length) {
        if (input.type() == DataType.BYTES) {
            requireStrings(input, body, from, length);
        } else if (input.type() == DataType.BOOL) {
            requireBooleans(input, body, from, length);
        }
    }

    private static void requireStrings(DecodedInput input, byte[] body, int from, int length) {
        int at = 0;
        long found = 0;
        while (at < length) {
            if (found == input.count()) {
                throw InferenceException.invalidInput(input.label() + ": BYTES " + input.shape() + " takes "
                        + input.count() + " elements, which end at byte " + at + " of its " + length
                        + " bytes of binary data");
            }
            long left = length - at - 4L;
            if (left < 0) {
                throw InferenceException.invalidInput(input.label() + ": element " + found
                        + " must start with 4 bytes of length, only " + (left + 4) + " bytes of binary data are left");
            }
            long bytes = elementLength(body, from + at);
            if (bytes > left) {
                throw InferenceException.invalidInput(input.label() + ": element " + found + " is " + bytes
                        + " bytes long, only " + left + " bytes of binary data are left");
            }
            at += 4 + (int) bytes;
            found++;
        }
        if (found != input.count()) {
            throw InferenceException.invalidInput(input.label() + ": BYTES " + input.shape() + " takes " + input.count()
                    + " elements, the binary data has " + found);
        }
    }

    private static long elementLength(byte[] body, int at) {
        return (body[at] & 0xFFL)
                | ((body[at + 1] & 0xFFL) << 8)
                | ((body[at + 2] & 0xFFL) << 16)
                | ((body[at + 3] & 0xFFL) << 24);
    }

    private static void requireBooleans(DecodedInput input, byte[] body, int from, int length) {
        for (int i = 0; i < length; i++) {
            if ((body[from + i] & 0xFE) != 0) {
                throw InferenceException.invalidInput(input.label() + ": byte " + i
                        + " of the binary data must be 0 or 1 (BOOL), got " + (body[from + i] & 0xFF));
            }
        }
    }
}
