package dev.sluice.protocol;

import dev.sluice.model.DataType;
import dev.sluice.model.InferenceException;
import dev.sluice.model.Tensor;
import java.nio.ByteBuffer;

/**
 * Writes the elements of a tensor as JSON values.
 *
 * <p>Threading: stateless; the writer is the caller's.
 */
final class ElementWriter {
    private ElementWriter() {}

    /**
     * Writes {@code count} elements with commas between them.
     *
     * @param kind what messages call the tensor: {@code input} or {@code output}
     * @param from byte offset of the first in the tensor
     * @return byte offset after the last
     * @throws InferenceException INVALID_INPUT if the tensor has text that is not UTF-8
     */
    static int write(JsonWriter json, String kind, Tensor tensor, int from, long count) {
        DataType type = tensor.dataType();
        ByteBuffer memory = tensor.base();
        int at = tensor.offset() + from;
        for (long i = 0; i < count; i++) {
            if (i > 0) {
                json.raw(',');
            }
            if (type == DataType.BYTES) {
                int length = memory.getInt(at);
                if (!json.string(memory, at + 4, length)) {
                    throw InferenceException.invalidInput(
                            kind + " " + ClientText.quote(tensor.name())
                                    + ": BYTES that are not UTF-8 have no JSON form; ask for it in an infer request with parameter binary_data: true");
                }
                at += 4 + length;
            } else {
                element(json, type, memory, at);
                at += type.byteSize();
            }
        }
        return at - tensor.offset();
    }

    private static void element(JsonWriter json, DataType type, ByteBuffer memory, int at) {
        switch (type) {
            case FP32 -> json.number(memory.getFloat(at));
            case FP64 -> json.number(memory.getDouble(at));
            case BOOL -> json.bool(memory.get(at) != 0);
            case INT8 -> json.signed(memory.get(at));
            case INT16 -> json.signed(memory.getShort(at));
            case INT32 -> json.signed(memory.getInt(at));
            case INT64 -> json.signed(memory.getLong(at));
            case UINT8 -> json.signed(memory.get(at) & 0xFF);
            case UINT16 -> json.signed(memory.getShort(at) & 0xFFFF);
            case UINT32 -> json.signed(memory.getInt(at) & 0xFFFF_FFFFL);
            case UINT64 -> json.unsigned(memory.getLong(at));
            case FP16 -> json.number(HalfFloats.fp16(memory.getShort(at)));
            case BF16 -> json.number(HalfFloats.bf16(memory.getShort(at)));
            case BYTES -> throw new IllegalArgumentException("BYTES elements have no fixed size");
        }
    }
}
