package dev.sluice.loader.runtime.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnknownFieldSet;
import java.io.IOException;
import java.util.List;

/**
 * How many bytes of numbers an outline lacks of one initializer.
 *
 * <p>An outline carries it as a field of its own that the format does not have; the same field in a file is ignored.
 *
 * <p>Threading: immutable.
 *
 * @param rawBytes bytes of {@code raw_data}: elements as they lie in memory
 * @param typedBytes bytes of the packed lists, such as {@code float_data}
 */
record LeftOut(long rawBytes, long typedBytes) {
    static final LeftOut NOTHING = new LeftOut(0, 0);

    /** Reserved for nobody: the largest that protobuf has. */
    static final int FIELD = (1 << 29) - 1;

    static boolean isLeftOut(int field) {
        return switch (field) {
            case TensorProto.RAW_DATA_FIELD_NUMBER,
                    TensorProto.FLOAT_DATA_FIELD_NUMBER,
                    TensorProto.INT32_DATA_FIELD_NUMBER,
                    TensorProto.INT64_DATA_FIELD_NUMBER,
                    TensorProto.DOUBLE_DATA_FIELD_NUMBER,
                    TensorProto.UINT64_DATA_FIELD_NUMBER -> true;
            default -> false;
        };
    }

    LeftOut and(int field, int bytes) {
        return field == TensorProto.RAW_DATA_FIELD_NUMBER
                ? new LeftOut(bytes, typedBytes) // the last one counts
                : new LeftOut(rawBytes, typedBytes + bytes);
    }

    void writeTo(CodedOutputStream out) throws IOException {
        if (!equals(NOTHING)) {
            out.writeUInt64(FIELD, rawBytes);
            out.writeUInt64(FIELD, typedBytes);
        }
    }

    /** What the outline lacks of this tensor. */
    static LeftOut of(TensorProto tensor) {
        UnknownFieldSet.Field field = tensor.getUnknownFields().getField(FIELD);
        List<Long> counts = field.getVarintList();
        return counts.size() == 2 ? new LeftOut(counts.get(0), counts.get(1)) : NOTHING;
    }
}
