package dev.sluice.loader.verify;

import dev.sluice.loader.padding.PaddedRows;
import dev.sluice.loader.padding.PaddingRule;
import dev.sluice.model.DataType;
import dev.sluice.model.InferenceException;
import dev.sluice.model.NanoClock;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorBlock;
import dev.sluice.model.TensorSet;
import dev.sluice.model.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether rows of different lengths may be padded into one run.
 *
 * <p>A mask that is declared is no proof that the model heeds it. So made-up rows of three lengths, and one whose own mask
 * ends early, run alone; then padded together, in another order to another length, and one of them padded alone. Every answer
 * must be the one that the row got alone. Which dimension of an output is the length shows in the three lone runs; where it
 * does not show, nothing is padded.
 *
 * <p>Threading: confined to one thread; blocking.
 *
 * @see "docs/adr/0006-cells-and-padding.md"
 */
final class PaddingProof {
    /** Most cells that a run is taken to be worth, where its cost hardly grows with the length. */
    static final long CELLS_WORTH_MAX = 4096;

    /** What a run is taken to be worth where that could not be measured. */
    static final long CELLS_WORTH_UNKNOWN = 8;

    private static final int MEASUREMENTS = 3;

    /** The longest row is so many times as long as the shortest. */
    private static final int LONGEST = 4;

    private final List<TensorSpec> inputs;
    private final SyntheticRows.Floats floats;
    private final int[] ranges;
    private final int length;
    private final Runs runs;
    private final NanoClock cpuClock;
    private final List<OutputComparison> comparisons;

    /** Runs the model. */
    interface Runs {
        /** All outputs, which the caller releases. */
        TensorSet run(List<Tensor> inputs) throws Unproved;
    }

    /**
     * @param ranges per input, exclusive upper bound of its integers
     * @param length with which the model is known to run
     * @param cpuClock what this thread has used of a CPU
     */
    PaddingProof(
            List<TensorSpec> inputs,
            List<TensorSpec> outputs,
            SyntheticRows.Floats floats,
            int[] ranges,
            int length,
            Runs runs,
            NanoClock cpuClock) {
        this.inputs = inputs;
        this.floats = floats;
        this.ranges = ranges;
        this.length = length;
        this.runs = runs;
        this.cpuClock = cpuClock;
        this.comparisons = outputs.stream()
                .map(output -> new OutputComparison(output.name()))
                .toList();
    }

    /**
     * A made-up row and its answer alone.
     *
     * @param answer released at the end of the proof
     */
    private record Row(int length, List<Tensor> inputs, TensorSet answer) {
        Tensor output(int index) {
            return answer.tensors().get(index);
        }
    }

    /**
     * The verdict.
     *
     * @param candidate what is declared
     * @throws Unproved when nothing may be padded, with the reason
     */
    PaddingVerdict prove(PaddingRule candidate) throws Unproved {
        if (SyntheticRows.rowBytes(inputs, LONGEST * length) > SyntheticRows.BYTES_MAX / 4) {
            throw new Unproved("could not be proved: four rows of length " + LONGEST * length + " take more than "
                    + SyntheticRows.BYTES_MAX + " bytes");
        }
        int longer = length + 3;
        int longest = LONGEST * length;
        List<Row> rows = new ArrayList<>();
        try {
            rows.add(alone(candidate, 0, length, length));
            rows.add(alone(candidate, 1, longer, longer));
            rows.add(alone(candidate, 2, longest, longest));
            PaddingRule rule = candidate.withOutputAxes(outputAxes(rows));
            requireTelling(rule, rows.get(0), rows.get(1));
            // One whose client has padded it already.
            rows.add(alone(candidate, 3, longer, length));
            compare(rule, rows, longest);
            compare(rule, List.of(rows.get(3), rows.get(1), rows.get(0)), longer);
            compare(rule, List.of(rows.get(0)), longest);
            return verdict(rule);
        } finally {
            rows.forEach(row -> row.answer().release());
        }
    }

    /** Runs a made-up row whose mask is 1 up to {@code masked} and 0 behind. */
    private Row alone(PaddingRule candidate, int index, int size, int masked) throws Unproved {
        List<Tensor> row = row(candidate, index, size, masked);
        return new Row(size, row, runs.run(row));
    }

    private List<Tensor> row(PaddingRule candidate, int index, int size, int masked) {
        List<Tensor> row = new ArrayList<>(new SyntheticRows(inputs, floats, ranges, size, index + 1).batch(index));
        row.replaceAll(tensor -> tensor.name().equals(candidate.mask()) ? mask(tensor, size, masked) : tensor);
        return row;
    }

    private static Tensor mask(Tensor model, int size, int masked) {
        DataType type = model.dataType();
        ByteBuffer memory = ByteBuffer.allocateDirect(model.byteSize()).order(ByteOrder.LITTLE_ENDIAN);
        ElementBits.put(memory, type, ElementBits.of(type, 1), masked);
        ElementBits.put(memory, type, 0, size - masked);
        return new Tensor(model.name(), type, model.shape(), memory.flip());
    }

    /** Output → the dimension that is as long as the row, going by the answers to rows of different lengths. */
    private Map<String, Integer> outputAxes(List<Row> rows) throws Unproved {
        Map<String, Integer> axes = new HashMap<>();
        for (int i = 0; i < comparisons.size(); i++) {
            Tensor first = rows.get(0).output(i);
            for (int d = 1; d < first.shape().rank(); d++) {
                if (!follows(rows, i, d)) {
                    continue;
                }
                if (axes.put(first.name(), d) != null || !first.dataType().hasFixedSize()) {
                    throw new Unproved("output '" + first.name() + "' cannot be cut to a row's length: its shape is "
                            + first.shape() + " for length " + rows.get(0).length());
                }
            }
        }
        return axes;
    }

    /** True when that dimension is the length, false when it never changes. */
    private static boolean follows(List<Row> rows, int output, int dimension) throws Unproved {
        Row first = rows.get(0);
        Shape known = first.output(output).shape();
        boolean constant = true;
        boolean equal = true;
        for (Row row : rows) {
            Shape shape = row.output(output).shape();
            boolean sameRank = shape.rank() == known.rank();
            constant &= sameRank && shape.dimension(dimension) == known.dimension(dimension);
            equal &= sameRank && shape.dimension(dimension) == row.length();
            if (!constant && !equal) {
                throw new Unproved("where output '" + row.output(output).name() + "' has its length does not show: its"
                        + " shape is " + known + " for length " + first.length() + " and " + shape + " for length "
                        + row.length());
            }
        }
        return equal;
    }

    /** Rows that are answered alike, or by a label only, could hide a difference. */
    private void requireTelling(PaddingRule rule, Row one, Row other) throws Unproved {
        for (int i = 0; i < comparisons.size(); i++) {
            Tensor answer = one.output(i);
            if (!answer.dataType().isFloatingPoint() || !OutputComparison.isFinite(answer)) {
                continue;
            }
            TensorSet asLong = cut(rule, other.answer(), i, 0, one.length());
            try {
                if (!answer.data().equals(asLong.tensors().get(0).data())) {
                    return;
                }
            } finally {
                asLong.release();
            }
        }
        throw new Unproved("could not be proved: no output would show that padding changes it");
    }

    /** One row of one output, cut to that length; with a reference of its own. */
    private static TensorSet cut(PaddingRule rule, TensorSet outputs, int output, int row, int length) {
        Tensor tensor = outputs.tensors().get(output).rows(row, row + 1);
        TensorSet one = new TensorSet(List.of(tensor), outputs.block().retain());
        return PaddedRows.cut(PaddingProof::unpooled, rule, one, length);
    }

    private static TensorBlock unpooled(long size) {
        return TensorBlock.unpooled(Math.toIntExact(size));
    }

    private void compare(PaddingRule rule, List<Row> rows, int padded) throws Unproved {
        List<List<Tensor>> parts = rows.stream().map(Row::inputs).toList();
        TensorSet joined = PaddedRows.join(PaddingProof::unpooled, rule, parts, padded);
        TensorSet outputs = runs.run(joined.tensors());
        try {
            for (int row = 0; row < rows.size(); row++) {
                for (int i = 0; i < comparisons.size(); i++) {
                    String mismatch = add(rule, outputs, rows.size(), padded, rows.get(row), row, i);
                    if (mismatch != null) {
                        throw new Unproved(mismatch);
                    }
                }
            }
        } finally {
            outputs.release();
        }
    }

    private @Nullable String add(
            PaddingRule rule, TensorSet outputs, int rows, int padded, Row expected, int row, int output) {
        Tensor tensor = outputs.tensors().get(output);
        Integer axis = rule.outputAxes().get(tensor.name());
        OutputComparison comparison = comparisons.get(output);
        if (axis == null) {
            return comparison.add(tensor, rows, row, expected.output(output));
        }
        Shape shape = tensor.shape();
        if (shape.rank() <= axis || shape.dimension(0) != rows || shape.dimension(axis) != padded) {
            return "output '" + tensor.name() + "' has shape " + shape + " for " + rows + " rows of length " + padded;
        }
        TensorSet own = cut(rule, outputs, output, row, expected.length());
        try {
            return comparison.add(own.tensors().get(0), 1, 0, expected.output(output));
        } finally {
            own.release();
        }
    }

    private PaddingVerdict verdict(PaddingRule rule) {
        OutputComparison inexact = null;
        for (OutputComparison comparison : comparisons) {
            if (!comparison.isWithinTolerance()) {
                return PaddingVerdict.none("answers change with padding: " + comparison.describe());
            }
            if (!comparison.isExact()
                    && (inexact == null || comparison.relativeDifference() > inexact.relativeDifference())) {
                inexact = comparison;
            }
        }
        String lengths = "rows of length " + length + " to " + LONGEST * length;
        long worth = cellsWorthARun(rule);
        return inexact == null
                ? new PaddingVerdict(rule, worth, 0, 0, "proved: " + lengths + " gave equal answers alone and padded")
                : new PaddingVerdict(
                        rule,
                        worth,
                        inexact.tolerance(),
                        inexact.relativeDifference(),
                        "proved within tolerance on " + lengths + ": " + inexact.describe());
    }

    /**
     * How many cells of padding cost less than one more run. What a run costs is taken for a line over its length; half of
     * what it costs at length 0 leaves room for what cannot be measured.
     */
    private long cellsWorthARun(PaddingRule rule) {
        List<Tensor> brief = row(rule, 0, length, length);
        List<Tensor> extended = row(rule, 0, LONGEST * length, LONGEST * length);
        long briefNanos = Long.MAX_VALUE;
        long extendedNanos = Long.MAX_VALUE;
        try {
            for (int i = 0; i < MEASUREMENTS; i++) {
                briefNanos = Math.min(briefNanos, cpuNanos(brief));
                extendedNanos = Math.min(extendedNanos, cpuNanos(extended));
            }
        } catch (Unproved | InferenceException e) {
            return CELLS_WORTH_UNKNOWN;
        }
        double nanosPerCell = (extendedNanos - briefNanos) / ((LONGEST - 1.0) * length);
        double runNanos = briefNanos - nanosPerCell * length;
        if (nanosPerCell <= 0) {
            return CELLS_WORTH_MAX;
        }
        return (long) Math.min(CELLS_WORTH_MAX, Math.max(0, runNanos / nanosPerCell / 2));
    }

    private long cpuNanos(List<Tensor> row) throws Unproved {
        long begin = cpuClock.nanoTime();
        runs.run(row).release();
        return cpuClock.nanoTime() - begin;
    }
}
