package dev.sluice.loadtest;

import dev.sluice.model.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;

/**
 * Random tensor contents. Unless told otherwise floating point is in [-1, 1) and integers are in [0, 100), so that they
 * stay inside small vocabularies; booleans and short texts are random.
 *
 * <p>Threading: confined to its owner, like the random generator it draws from.
 */
final class TensorGenerator {
    static final ValueRange INTEGERS = new ValueRange(0, 99);
    static final ValueRange REALS = new ValueRange(-1, 1);

    private static final int TEXT_BYTES = 8;

    private final RandomGenerator random;

    TensorGenerator(RandomGenerator random) {
        this.random = random;
    }

    /** The range of a type that was given none. */
    static ValueRange defaultRange(DataType type) {
        return switch (type) {
            case FP16, BF16, FP32, FP64 -> REALS;
            default -> INTEGERS;
        };
    }

    /** {@code count} elements as the protocol lays them out: little-endian, row-major, texts with their length. */
    ByteBuffer elements(DataType type, int count, ValueRange range) {
        int size = type.hasFixedSize() ? type.byteSize() : Integer.BYTES + TEXT_BYTES;
        ByteBuffer data = ByteBuffer.allocate(Math.multiplyExact(count, size)).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            putElement(data, type, range);
        }
        return data.flip();
    }

    private void putElement(ByteBuffer data, DataType type, ValueRange range) {
        switch (type) {
            case BOOL -> data.put((byte) random.nextInt(2));
            case UINT8, INT8 -> data.put((byte) integer(range));
            case UINT16, INT16 -> data.putShort((short) integer(range));
            case UINT32, INT32 -> data.putInt((int) integer(range));
            case UINT64, INT64 -> data.putLong(integer(range));
            case FP16 -> data.putShort(halfBits((float) real(range)));
            case BF16 -> data.putShort((short) (Float.floatToRawIntBits((float) real(range)) >>> 16));
            case FP32 -> data.putFloat((float) real(range));
            case FP64 -> data.putDouble(real(range));
            case BYTES -> putText(data);
        }
    }

    private long integer(ValueRange range) {
        long min = (long) Math.ceil(range.min());
        long max = Math.max(min, (long) Math.floor(range.max()));
        return random.nextLong(min, max + 1);
    }

    private double real(ValueRange range) {
        return range.min() + random.nextDouble() * (range.max() - range.min());
    }

    /** The nearest IEEE 754 half towards 0; values too small for a normal one become 0. */
    private static short halfBits(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = (bits >>> 16) & 0x8000;
        int exponent = ((bits >>> 23) & 0xff) - 127 + 15;
        if (exponent <= 0) {
            return (short) sign;
        }
        return (short) (exponent >= 31 ? sign | 0x7bff : sign | (exponent << 10) | ((bits >>> 13) & 0x3ff));
    }

    private void putText(ByteBuffer data) {
        StringBuilder text = new StringBuilder(TEXT_BYTES);
        for (int i = 0; i < TEXT_BYTES; i++) {
            text.append((char) ('a' + random.nextInt(26)));
        }
        data.putInt(TEXT_BYTES).put(text.toString().getBytes(StandardCharsets.US_ASCII));
    }
}
