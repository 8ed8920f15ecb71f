package dev.sluice.model;

import org.jspecify.annotations.Nullable;

/**
 * Element type of a tensor, by its Open Inference Protocol name.
 *
 * <p>Threading: immutable.
 *
 * @see "Open Inference Protocol V2, section Tensor Data Types; BF16 as in Triton's extension"
 */
public enum DataType {
    BOOL(1),
    UINT8(1),
    UINT16(2),
    UINT32(4),
    UINT64(8),
    INT8(1),
    INT16(2),
    INT32(4),
    INT64(8),
    FP16(2),
    BF16(2),
    FP32(4),
    FP64(8),
    /** Byte strings; each element is stored as an unsigned 32-bit little-endian length and its bytes. */
    BYTES(0);

    private final int byteSize;

    DataType(int byteSize) {
        this.byteSize = byteSize;
    }

    /** Bytes of one element; 0 for {@link #BYTES}, whose elements vary. */
    public int byteSize() {
        return byteSize;
    }

    /** True when every element has the same size. */
    public boolean hasFixedSize() {
        return byteSize > 0;
    }

    /** True for FP16, BF16, FP32 and FP64. */
    public boolean isFloatingPoint() {
        return this == FP16 || this == BF16 || this == FP32 || this == FP64;
    }

    /** True for the eight signed and unsigned integer types; false for BOOL. */
    public boolean isInteger() {
        return switch (this) {
            case UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64 -> true;
            case BOOL, FP16, BF16, FP32, FP64, BYTES -> false;
        };
    }

    /** True when the protocol defines a JSON form: every type but FP16 and BF16. */
    public boolean hasJsonForm() {
        return this != FP16 && this != BF16;
    }

    /** The type of that protocol name (case-sensitive), or null when there is none. */
    public static @Nullable DataType byName(String name) {
        for (DataType type : VALUES) {
            if (type.name().equals(name)) {
                return type;
            }
        }
        return null;
    }

    private static final DataType[] VALUES = values();
}
