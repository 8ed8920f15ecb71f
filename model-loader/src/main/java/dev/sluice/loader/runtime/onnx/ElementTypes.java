package dev.sluice.loader.runtime.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.TensorInfo.OnnxTensorType;
import dev.sluice.model.DataType;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The same element types in three vocabularies: the protocol's, the file format's and the runtime's.
 *
 * <p>Threading: stateless.
 */
final class ElementTypes {
    private ElementTypes() {}

    /**
     * The protocol's type for an element type in a model file, or null when the protocol has none (complex numbers, 8-bit and
     * 4-bit floats, 4-bit integers).
     *
     * @param fileType value of {@code TensorProto.DataType}
     */
    static @Nullable DataType fromFile(int fileType) {
        TensorProto.DataType type = TensorProto.DataType.forNumber(fileType);
        if (type == null) {
            return null;
        }
        return switch (type) {
            case BOOL -> DataType.BOOL;
            case UINT8 -> DataType.UINT8;
            case UINT16 -> DataType.UINT16;
            case UINT32 -> DataType.UINT32;
            case UINT64 -> DataType.UINT64;
            case INT8 -> DataType.INT8;
            case INT16 -> DataType.INT16;
            case INT32 -> DataType.INT32;
            case INT64 -> DataType.INT64;
            case FLOAT16 -> DataType.FP16;
            case BFLOAT16 -> DataType.BF16;
            case FLOAT -> DataType.FP32;
            case DOUBLE -> DataType.FP64;
            case STRING -> DataType.BYTES;
            default -> null;
        };
    }

    /** How ONNX spells an element type, for messages: {@code float}, {@code complex64}; {@code type 23} for a newer one. */
    static String fileName(int fileType) {
        TensorProto.DataType type = TensorProto.DataType.forNumber(fileType);
        return type == null ? "type " + fileType : type.name().toLowerCase(Locale.ROOT);
    }

    /** The runtime's type of its public Java API, or null where only the native API has it. */
    static @Nullable OnnxJavaType publicType(DataType type) {
        return switch (type) {
            case BOOL -> OnnxJavaType.BOOL;
            case UINT8 -> OnnxJavaType.UINT8;
            case INT8 -> OnnxJavaType.INT8;
            case INT16 -> OnnxJavaType.INT16;
            case INT32 -> OnnxJavaType.INT32;
            case INT64 -> OnnxJavaType.INT64;
            case FP16 -> OnnxJavaType.FLOAT16;
            case BF16 -> OnnxJavaType.BFLOAT16;
            case FP32 -> OnnxJavaType.FLOAT;
            case FP64 -> OnnxJavaType.DOUBLE;
            case BYTES -> OnnxJavaType.STRING;
            case UINT16, UINT32, UINT64 -> null;
        };
    }

    /** The runtime's native type of those that its public Java API cannot create. */
    static OnnxTensorType nativeType(DataType type) {
        return switch (type) {
            case UINT16 -> OnnxTensorType.ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT16;
            case UINT32 -> OnnxTensorType.ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT32;
            case UINT64 -> OnnxTensorType.ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT64;
            case BOOL, UINT8, INT8, INT16, INT32, INT64, FP16, BF16, FP32, FP64, BYTES ->
                throw new IllegalArgumentException(type + " is created through the public API");
        };
    }
}
