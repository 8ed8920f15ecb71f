package dev.sluice.loader.runtime.onnx;

/**
 * How many bits an element takes, for every element type of the format, those newer than this build's classes included.
 *
 * <p>Threading: stateless.
 *
 * @see "onnx.proto, TensorProto.DataType"
 */
final class TensorBits {
    /** Of a type that has no fixed size, or that is unknown. */
    static final int UNKNOWN = 0;

    private TensorBits() {}

    /**
     * @param fileType value of {@code TensorProto.DataType}
     */
    static int of(int fileType) {
        return switch (fileType) {
            case 2, 3, 9, 17, 18, 19, 20, 24 -> 8; // UINT8, INT8, BOOL, the 8-bit floats
            case 4, 5, 10, 16 -> 16; // UINT16, INT16, FLOAT16, BFLOAT16
            case 1, 6, 12 -> 32; // FLOAT, INT32, UINT32
            case 7, 11, 13, 14 -> 64; // INT64, DOUBLE, UINT64, COMPLEX64
            case 15 -> 128; // COMPLEX128
            case 21, 22, 23 -> 4; // UINT4, INT4, FLOAT4E2M1
            case 25, 26 -> 2; // UINT2, INT2
            default -> UNKNOWN;
        };
    }

    /**
     * Bytes of that many elements side by side.
     *
     * @throws ArithmeticException if they do not fit into 63 bits
     */
    static long bytes(int bits, long elements) {
        return bits >= 8
                ? Math.multiplyExact(elements, bits / 8L)
                : elements / (8 / bits) + (elements % (8 / bits) == 0 ? 0 : 1);
    }
}
