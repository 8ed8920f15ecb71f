package dev.sluice.canary.feedback;

import dev.sluice.model.Tensor;
import dev.sluice.model.TensorSet;
import java.util.List;

/**
 * What was predicted, in a form that is kept: the memory of all outputs one after the other, and what they are.
 *
 * <p>Threading: immutable; nobody writes to {@code bytes}.
 *
 * @param layout of the outputs, such as {@code label:INT64[1];probabilities:FP32[1, 2]}; empty when they are not kept
 * @param bytes row-major and little-endian, as in a tensor's memory
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record PredictionOutputs(String layout, byte[] bytes) {
    /** Most bytes of a row's outputs that are kept. */
    public static final int ROW_BYTES_MAX = 1024;

    /** Most bytes of all rows' outputs of a request. */
    static final int BYTES_MAX = 1 << 20;

    static final PredictionOutputs NONE = new PredictionOutputs("", new byte[0]);

    /** Those outputs, or none where they are too large. */
    static PredictionOutputs of(TensorSet outputs, int rows) {
        long size = outputs.byteSize();
        if (size > (long) rows * ROW_BYTES_MAX || size > BYTES_MAX) {
            return NONE;
        }
        byte[] bytes = new byte[(int) size];
        StringBuilder layout = new StringBuilder(64);
        List<Tensor> tensors = outputs.tensors();
        int at = 0;
        for (int i = 0; i < tensors.size(); i++) {
            Tensor tensor = tensors.get(i);
            tensor.base().get(tensor.offset(), bytes, at, tensor.byteSize());
            at += tensor.byteSize();
            layout.append(i == 0 ? "" : ";")
                    .append(tensor.name())
                    .append(':')
                    .append(tensor.dataType())
                    .append(tensor.shape());
        }
        return new PredictionOutputs(layout.toString(), bytes);
    }
}
