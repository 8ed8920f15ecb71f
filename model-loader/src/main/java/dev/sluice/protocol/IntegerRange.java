package dev.sluice.protocol;

import dev.sluice.model.DataType;

/**
 * Smallest and largest value of an integer type.
 *
 * <p>Threading: immutable.
 */
enum IntegerRange {
    UINT8(0, 0xFFL),
    UINT16(0, 0xFFFFL),
    UINT32(0, 0xFFFF_FFFFL),
    UINT64(0, -1L),
    INT8(Byte.MIN_VALUE, Byte.MAX_VALUE),
    INT16(Short.MIN_VALUE, Short.MAX_VALUE),
    INT32(Integer.MIN_VALUE, Integer.MAX_VALUE),
    INT64(Long.MIN_VALUE, Long.MAX_VALUE);

    private final long min;
    /** Unsigned. */
    private final long max;

    IntegerRange(long min, long max) {
        this.min = min;
        this.max = max;
    }

    static IntegerRange of(DataType type) {
        return switch (type) {
            case UINT8 -> UINT8;
            case UINT16 -> UINT16;
            case UINT32 -> UINT32;
            case UINT64 -> UINT64;
            case INT8 -> INT8;
            case INT16 -> INT16;
            case INT32 -> INT32;
            case INT64 -> INT64;
            case BOOL, FP16, BF16, FP32, FP64, BYTES -> throw new IllegalArgumentException(type + " is no integer");
        };
    }

    /** True when the number with this sign and unsigned magnitude lies in the range. */
    boolean holds(boolean negative, long magnitude) {
        // The magnitude of min is -min, which is right for INT64 too when read as unsigned.
        return Long.compareUnsigned(magnitude, negative ? -min : max) <= 0;
    }

    /** For example {@code [-128, 127]}. */
    @Override
    public String toString() {
        return "[" + min + ", " + Long.toUnsignedString(max) + "]";
    }
}
