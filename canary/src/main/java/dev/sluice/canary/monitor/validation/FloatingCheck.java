package dev.sluice.canary.monitor.validation;

import dev.sluice.model.DataType;
import dev.sluice.model.Tensor;
import dev.sluice.protocol.HalfFloats;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Looks at floating-point values.
 *
 * <p>Threading: immutable.
 */
final class FloatingCheck implements TensorCheck {
    /*
     * Every value is compared with two bounds, and nothing else is done while it lies between them: where there is no bound, the
     * largest finite number stands, so that the same comparison finds infinities, and NaN as what compares with nothing. Bounds
     * and values of domains were rounded to the input's datatype when they were compiled: 0.1 is the float 0.1.
     * What only some columns need, values and runs, is looked at in a second walk over these columns alone.
     */
    private final TensorLayout layout;
    private final DataType type;
    private final int elementBytes;
    private final double[] low;
    private final double[] high;
    private final double[][] values;
    private final int[] exact;
    private final ConstantRuns runs;

    /**
     * @param bounds by column
     */
    FloatingCheck(TensorLayout layout, List<Bounds> bounds, ConstantRuns runs) {
        this.layout = layout;
        this.type = layout.spec().dataType();
        this.elementBytes = type.byteSize();
        this.low = bounds.stream().mapToDouble(bound -> bound.low).toArray();
        this.high = bounds.stream().mapToDouble(bound -> bound.high).toArray();
        this.values = bounds.stream().map(bound -> bound.values).toArray(double[][]::new);
        this.exact = Columns.where(
                layout,
                (column, rule) -> values[column].length > 0 || rule.domain().integer());
        this.runs = runs;
    }

    /** What the values of one column may be. */
    static final class Bounds {
        static final Bounds NONE = new Bounds(-Double.MAX_VALUE, Double.MAX_VALUE, DoubleStream.empty());

        private final double low;
        private final double high;
        private final double[] values;

        /**
         * @param low smallest, finite
         * @param high largest, finite
         * @param values the only ones; none = any
         */
        Bounds(double low, double high, DoubleStream values) {
            this.low = low;
            this.high = high;
            this.values = values.sorted().toArray();
        }
    }

    @Override
    public TensorLayout layout() {
        return layout;
    }

    @Override
    public void check(Tensor tensor, Scratch scratch) {
        int count = tensor.byteSize() / elementBytes;
        if (type == DataType.FP32) {
            floats(tensor, count, scratch);
        } else if (type == DataType.FP64) {
            doubles(tensor, count, scratch);
        } else {
            halves(tensor, count, scratch);
        }
        for (int column : exact) {
            exact(tensor, count, column, scratch);
        }
        runs.check(tensor, count, scratch);
    }

    private void floats(Tensor tensor, int count, Scratch scratch) {
        ByteBuffer memory = tensor.base();
        double[] lows = low;
        double[] highs = high;
        int at = tensor.offset();
        if (lows.length == 1) {
            double min = lows[0];
            double max = highs[0];
            for (int i = 0; i < count; i++, at += Float.BYTES) {
                double value = memory.getFloat(at);
                if (!(value >= min && value <= max)) {
                    odd(tensor, i, 0, value, scratch);
                }
            }
            return;
        }
        for (int i = 0; i < count; i += lows.length) {
            for (int column = 0; column < lows.length; column++, at += Float.BYTES) {
                double value = memory.getFloat(at);
                if (!(value >= lows[column] && value <= highs[column])) {
                    odd(tensor, i + column, column, value, scratch);
                }
            }
        }
    }

    private void doubles(Tensor tensor, int count, Scratch scratch) {
        ByteBuffer memory = tensor.base();
        double[] lows = low;
        double[] highs = high;
        int at = tensor.offset();
        for (int i = 0; i < count; i += lows.length) {
            for (int column = 0; column < lows.length; column++, at += Double.BYTES) {
                double value = memory.getDouble(at);
                if (!(value >= lows[column] && value <= highs[column])) {
                    odd(tensor, i + column, column, value, scratch);
                }
            }
        }
    }

    private void halves(Tensor tensor, int count, Scratch scratch) {
        ByteBuffer memory = tensor.base();
        double[] lows = low;
        double[] highs = high;
        boolean brain = type == DataType.BF16;
        int at = tensor.offset();
        for (int i = 0; i < count; i += lows.length) {
            for (int column = 0; column < lows.length; column++, at += Short.BYTES) {
                short bits = memory.getShort(at);
                double value = brain ? HalfFloats.bf16(bits) : HalfFloats.fp16(bits);
                if (!(value >= lows[column] && value <= highs[column])) {
                    odd(tensor, i + column, column, value, scratch);
                }
            }
        }
    }

    private void odd(Tensor tensor, int element, int column, double value, Scratch scratch) {
        if (Double.isNaN(value)) {
            found(tensor, element, column, ValidationKind.MISSING, value, scratch);
        } else if (Double.isInfinite(value)) {
            found(tensor, element, column, ValidationKind.NOT_FINITE, value, scratch);
        } else {
            found(tensor, element, column, ValidationKind.OUT_OF_RANGE, value, scratch);
        }
    }

    private void exact(Tensor tensor, int count, int column, Scratch scratch) {
        double min = low[column];
        double max = high[column];
        double[] allowed = values[column];
        boolean integer = layout.feature(column).domain().integer();
        for (int i = column; i < count; i += low.length) {
            double value = value(tensor, i);
            if (!(value >= min && value <= max)) {
                continue; // counted already
            }
            // Minus zero is zero, which the search tells apart.
            if (allowed.length > 0 && Arrays.binarySearch(allowed, value + 0.0) < 0) {
                found(tensor, i, column, ValidationKind.NOT_IN_DOMAIN, value, scratch);
            } else if (integer && value != Math.rint(value)) {
                found(tensor, i, column, ValidationKind.NOT_INTEGER, value, scratch);
            }
        }
    }

    private double value(Tensor tensor, int element) {
        int at = tensor.offset() + element * elementBytes;
        if (type == DataType.FP32) {
            return tensor.base().getFloat(at);
        }
        if (type == DataType.FP64) {
            return tensor.base().getDouble(at);
        }
        short bits = tensor.base().getShort(at);
        return type == DataType.BF16 ? HalfFloats.bf16(bits) : HalfFloats.fp16(bits);
    }

    private void found(Tensor tensor, int element, int column, ValidationKind kind, double value, Scratch scratch) {
        FeatureRule feature = layout.feature(column);
        if (scratch.wantsExplanation(feature, kind)) {
            String got = type == DataType.FP64 ? Shown.number(value) : Shown.number((float) value);
            scratch.explain(layout, tensor, element, feature, kind, got);
        }
        scratch.add(feature, kind, 1);
    }
}
