package dev.sluice.loadtest;

import dev.sluice.model.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;

/**
 * Random tensor contents: floating point in [-1, 1), integers in [0, 100) so that they stay inside small vocabularies,
 * booleans, and short texts.
 *
 * <p>Threading: confined to its owner, like the random generator it draws from.
 */
final class TensorGenerator {
    private static final int INTEGER_LIMIT = 100;
    private static final int TEXT_BYTES = 8;

    private final RandomGenerator random;

    TensorGenerator(RandomGenerator random) {
        this.random = random;
    }

    /** {@code count} elements as the protocol lays them out: little-endian, row-major, texts with their length. */
    ByteBuffer elements(DataType type, int count) {
        int size = type.hasFixedSize() ? type.byteSize() : Integer.BYTES + TEXT_BYTES;
        ByteBuffer data = ByteBuffer.allocate(Math.multiplyExact(count, size)).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            putElement(data, type);
        }
        return data.flip();
    }

    private void putElement(ByteBuffer data, DataType type) {
        switch (type) {
            case BOOL -> data.put((byte) random.nextInt(2));
            case UINT8, INT8 -> data.put((byte) random.nextInt(INTEGER_LIMIT));
            case UINT16, INT16 -> data.putShort((short) random.nextInt(INTEGER_LIMIT));
            case UINT32, INT32 -> data.putInt(random.nextInt(INTEGER_LIMIT));
            case UINT64, INT64 -> data.putLong(random.nextInt(INTEGER_LIMIT));
            case FP16 -> data.putShort(halfBits());
            case BF16 -> data.putShort((short) (Float.floatToRawIntBits(signedUnit()) >>> 16));
            case FP32 -> data.putFloat(signedUnit());
            case FP64 -> data.putDouble(random.nextDouble() * 2 - 1);
            case BYTES -> putText(data);
        }
    }

    private float signedUnit() {
        return random.nextFloat() * 2 - 1;
    }

    /** An IEEE 754 half in (-1, 1) but not below 1/32 in size: sign, exponent -5 to -1 (bias 15), random fraction. */
    private short halfBits() {
        int sign = random.nextInt(2) << 15;
        int exponent = (10 + random.nextInt(5)) << 10;
        return (short) (sign | exponent | random.nextInt(1 << 10));
    }

    private void putText(ByteBuffer data) {
        StringBuilder text = new StringBuilder(TEXT_BYTES);
        for (int i = 0; i < TEXT_BYTES; i++) {
            text.append((char) ('a' + random.nextInt(26)));
        }
        data.putInt(TEXT_BYTES).put(text.toString().getBytes(StandardCharsets.US_ASCII));
    }
}
