package dev.sluice.canary.monitor.validation;

import dev.sluice.model.DataType;
import dev.sluice.model.Tensor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Looks at whole numbers and booleans.
 *
 * <p>Threading: immutable.
 */
final class IntegerCheck implements TensorCheck {
    private final TensorLayout layout;
    private final DataType type;
    private final int elementBytes;
    private final Bounds[] bounds;
    private final int[] checked;
    private final ConstantRuns runs;

    /**
     * @param bounds by column
     */
    IntegerCheck(TensorLayout layout, List<Bounds> bounds, ConstantRuns runs) {
        this.layout = layout;
        this.type = layout.spec().dataType();
        this.elementBytes = type.byteSize();
        this.bounds = bounds.toArray(Bounds[]::new);
        this.checked =
                Columns.where(layout, (column, rule) -> !bounds.get(column).isNone());
        this.runs = runs;
    }

    /** What the values of one column may be, in {@link #ordered} form. */
    static final class Bounds {
        static final Bounds NONE = new Bounds(Long.MIN_VALUE, Long.MAX_VALUE, LongStream.empty());

        private final long low;
        private final long high;
        private final long[] values;

        /**
         * @param low smallest
         * @param high largest
         * @param values the only ones; none = any
         */
        Bounds(long low, long high, LongStream values) {
            this.low = low;
            this.high = high;
            this.values = values.sorted().toArray();
        }

        boolean isNone() {
            return low == Long.MIN_VALUE && high == Long.MAX_VALUE && values.length == 0;
        }
    }

    /** A value as a signed number of the same order: those of UINT64 are moved, the others stay. */
    static long ordered(DataType type, long value) {
        return type == DataType.UINT64 ? value ^ Long.MIN_VALUE : value;
    }

    @Override
    public TensorLayout layout() {
        return layout;
    }

    @Override
    public void check(Tensor tensor, Scratch scratch) {
        int count = tensor.byteSize() / elementBytes;
        for (int column : checked) {
            check(tensor, count, column, scratch);
        }
        runs.check(tensor, count, scratch);
    }

    private void check(Tensor tensor, int count, int column, Scratch scratch) {
        ByteBuffer memory = tensor.base();
        long low = bounds[column].low;
        long high = bounds[column].high;
        long[] values = bounds[column].values;
        int step = layout.width() * elementBytes;
        int at = tensor.offset() + column * elementBytes;
        for (int i = column; i < count; i += layout.width(), at += step) {
            long value = value(memory, at);
            if (value < low || value > high) {
                found(tensor, i, column, ValidationKind.OUT_OF_RANGE, value, scratch);
            } else if (values.length > 0 && Arrays.binarySearch(values, value) < 0) {
                found(tensor, i, column, ValidationKind.NOT_IN_DOMAIN, value, scratch);
            }
        }
    }

    private long value(ByteBuffer memory, int at) {
        return switch (type) {
            case BOOL, UINT8 -> memory.get(at) & 0xFF;
            case INT8 -> memory.get(at);
            case UINT16 -> memory.getShort(at) & 0xFFFF;
            case INT16 -> memory.getShort(at);
            case UINT32 -> memory.getInt(at) & 0xFFFF_FFFFL;
            case INT32 -> memory.getInt(at);
            case INT64 -> memory.getLong(at);
            case UINT64 -> memory.getLong(at) ^ Long.MIN_VALUE;
            case FP16, BF16, FP32, FP64, BYTES -> throw new IllegalStateException(type + " is no integer");
        };
    }

    private void found(Tensor tensor, int element, int column, ValidationKind kind, long value, Scratch scratch) {
        FeatureRule feature = layout.feature(column);
        if (scratch.wantsExplanation(feature, kind)) {
            scratch.explain(layout, tensor, element, feature, kind, shown(value));
        }
        scratch.add(feature, kind, 1);
    }

    private String shown(long value) {
        if (type == DataType.BOOL) {
            return value == 0 ? "false" : "true";
        }
        return type == DataType.UINT64 ? Long.toUnsignedString(ordered(type, value)) : Long.toString(value);
    }
}
