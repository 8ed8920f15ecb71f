package dev.sluice.loadtest.proof.speed.baseline;

import ai.onnxruntime.OnnxJavaType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Direct memory that tensors lie in.
 *
 * <p>Threading: stateless.
 */
final class TensorMemory {
    private TensorMemory() {}

    /** @throws IllegalArgumentException if the type is neither float nor int64 */
    static int bytes(OnnxJavaType type, long[] shape) {
        if (type != OnnxJavaType.FLOAT && type != OnnxJavaType.INT64) {
            throw new IllegalArgumentException("tensors must be float or int64, got " + type);
        }
        long bytes = type.size;
        for (long dimension : shape) {
            bytes = Math.multiplyExact(bytes, dimension);
        }
        return Math.toIntExact(bytes);
    }

    static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }
}
