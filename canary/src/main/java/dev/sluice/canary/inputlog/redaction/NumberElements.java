package dev.sluice.canary.inputlog.redaction;

import dev.sluice.loader.repository.FieldRule;
import dev.sluice.model.DataType;
import dev.sluice.model.Tensor;
import dev.sluice.protocol.HalfFloats;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The elements of a tensor of any datatype but BYTES, to be changed where they lie.
 *
 * <p>Threading: confined to one thread.
 */
final class NumberElements {
    private static final short FP16_NAN = 0x7E00;
    private static final short BF16_NAN = 0x7FC0;

    private final ByteBuffer memory;
    private final int from;
    private final DataType dataType;
    private final int size;
    private final int count;

    /**
     * Elements that were copied.
     *
     * @param memory is written
     * @param from where the copy begins
     * @param tensor what was copied
     */
    NumberElements(byte[] memory, int from, Tensor tensor) {
        this.memory = ByteBuffer.wrap(memory).order(ByteOrder.LITTLE_ENDIAN);
        this.from = from;
        this.dataType = tensor.dataType();
        this.size = dataType.byteSize();
        this.count = tensor.byteSize() / size;
    }

    /** Applies a rule to every {@code stride}-th element from {@code first} on. */
    void apply(FieldRule rule, @Nullable KeyedHash hash, int first, int stride) {
        if (rule instanceof FieldRule.Round round && dataType != DataType.BOOL) {
            for (int i = first; i < count; i += stride) {
                round(from + i * size, round.decimals());
            }
        } else if (rule instanceof FieldRule.Hash && hash != null && holdsHash(dataType)) {
            for (int i = first; i < count; i += stride) {
                hash(from + i * size, hash);
            }
        } else {
            for (int i = first; i < count; i += stride) {
                drop(from + i * size);
            }
        }
    }

    /**
     * Whether hashes of that datatype say anything: 8 and 16 bits have too few of them for different values to stay different, and a
     * floating-point number of random bits is no value of any feature.
     */
    private static boolean holdsHash(DataType dataType) {
        return switch (dataType) {
            case INT32, UINT32, INT64, UINT64 -> true;
            case BOOL, UINT8, UINT16, INT8, INT16, FP16, BF16, FP32, FP64, BYTES -> false;
        };
    }

    private void drop(int at) {
        switch (dataType) {
            case FP16 -> memory.putShort(at, FP16_NAN);
            case BF16 -> memory.putShort(at, BF16_NAN);
            case FP32 -> memory.putFloat(at, Float.NaN);
            case FP64 -> memory.putDouble(at, Double.NaN);
            case BOOL, UINT8, INT8 -> memory.put(at, (byte) 0);
            case UINT16, INT16 -> memory.putShort(at, (short) 0);
            case UINT32, INT32 -> memory.putInt(at, 0);
            case UINT64, INT64 -> memory.putLong(at, 0);
            case BYTES -> throw new IllegalArgumentException("BYTES are no numbers");
        }
    }

    /** The leading bits of the hash, as many as the datatype has for numbers that are not negative. */
    private void hash(int at, KeyedHash hash) {
        switch (dataType) {
            case INT32 -> memory.putInt(at, (int) (hash.number(Integer.toString(memory.getInt(at))) >>> 33));
            case UINT32 -> memory.putInt(at, (int) (hash.number(Integer.toUnsignedString(memory.getInt(at))) >>> 32));
            case INT64 -> memory.putLong(at, hash.number(Long.toString(memory.getLong(at))) >>> 1);
            case UINT64 -> memory.putLong(at, hash.number(Long.toUnsignedString(memory.getLong(at))));
            case BOOL, UINT8, UINT16, INT8, INT16, FP16, BF16, FP32, FP64, BYTES -> drop(at);
        }
    }

    private void round(int at, int decimals) {
        switch (dataType) {
            case FP16 -> memory.putShort(at, roundFp16(memory.getShort(at), decimals));
            case BF16 -> memory.putShort(at, roundBf16(memory.getShort(at), decimals));
            case FP32 -> memory.putFloat(at, (float) Decimals.round(memory.getFloat(at), decimals));
            case FP64 -> memory.putDouble(at, Decimals.round(memory.getDouble(at), decimals));
            case INT8 -> memory.put(at, (byte) Decimals.round(memory.get(at), decimals, -0x80, 0x7F));
            case UINT8 -> memory.put(at, (byte) Decimals.round(memory.get(at) & 0xFF, decimals, 0, 0xFF));
            case INT16 -> memory.putShort(at, (short) Decimals.round(memory.getShort(at), decimals, -0x8000, 0x7FFF));
            case UINT16 ->
                memory.putShort(at, (short) Decimals.round(memory.getShort(at) & 0xFFFF, decimals, 0, 0xFFFF));
            case INT32 ->
                memory.putInt(
                        at, (int) Decimals.round(memory.getInt(at), decimals, Integer.MIN_VALUE, Integer.MAX_VALUE));
            case UINT32 ->
                memory.putInt(
                        at, (int) Decimals.round(Integer.toUnsignedLong(memory.getInt(at)), decimals, 0, 0xFFFFFFFFL));
            case INT64 ->
                memory.putLong(at, Decimals.round(memory.getLong(at), decimals, Long.MIN_VALUE, Long.MAX_VALUE));
            case UINT64 -> memory.putLong(at, Decimals.roundUnsigned(memory.getLong(at), decimals));
            case BOOL, BYTES -> throw new IllegalArgumentException(dataType + " cannot be rounded");
        }
    }

    private static short roundFp16(short bits, int decimals) {
        float value = HalfFloats.fp16(bits);
        short rounded = HalfFloats.toFp16((float) Decimals.round(value, decimals));
        boolean beyond = Float.isInfinite(HalfFloats.fp16(rounded)) && !Float.isInfinite(value);
        return beyond ? HalfFloats.toFp16((float) Decimals.towardsZero(value, decimals)) : rounded;
    }

    private static short roundBf16(short bits, int decimals) {
        // The next power of ten is too near to its largest value for a rounding to leave its range.
        return HalfFloats.toBf16((float) Decimals.round(HalfFloats.bf16(bits), decimals));
    }
}
