package dev.sluice.loader.verify;

import dev.sluice.loader.padding.PaddingRule;
import dev.sluice.loader.repository.BatchingConfig;
import dev.sluice.loader.repository.PaddingConfig;
import dev.sluice.loader.runtime.ServableModel;
import dev.sluice.model.CpuClock;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelSignature;
import dev.sluice.model.NanoClock;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorSet;
import dev.sluice.model.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides whether rows of several requests may share a run of a version.
 *
 * <p>A dynamic first dimension is no proof: real models carry recurrent state there, or take the scale of a quantisation from
 * the whole batch. So made-up rows run alone, then together, then in another order and number; batching is on only if every
 * row gets the answer that it got alone.
 *
 * <p>Takes about two seconds of wall-clock time at most, so a model that loads beside others may be taken for slow; a slow model
 * is tried with fewer rows, a very slow one is not batched. Large rows are tried with fewer rows too: all of them fit {@link
 * SyntheticRows#BYTES_MAX}. Memory that is short for a moment, because versions that serve use it, says nothing about the
 * model: such a run is tried again.
 *
 * <p>Threading: stateless; {@link #decide} blocks, call it on a load thread.
 *
 * @see "docs/adr/0004-batching-proved-not-assumed.md"
 */
public final class BatchProof {
    private static final Logger LOG = LoggerFactory.getLogger(BatchProof.class);

    /** Most rows of a run when nothing is configured: beyond it a CPU gains little and large rows leave its caches. */
    public static final int MAX_ROWS_DEFAULT = 32;

    private static final long TIME_NANOS_MAX = 2_000_000_000L;
    private static final int ROWS_MAX = 8;
    private static final int ROWS_MIN = 2;

    /** Upper bounds tried for integers, widest first: ids of a vocabulary, of a category, a flag. */
    private static final int[] INTEGER_RANGES = {1000, 100, 10, 2};

    /** Sizes tried for dynamic dimensions behind the first: a short text, a small image, an image. */
    private static final int[] DYNAMIC_SIZES = {8, 32, 224};

    /** The same for one dimension a row that may be a text's length or a number of columns; middling ones first. */
    private static final int[] LENGTHS = {32, 8, 224};

    private static final String DECLARE = "; declare batching: {enabled: true} if its rows are independent";

    private final NanoClock clock;
    private final NanoClock cpuClock;
    private final MemoryRetry retry;

    public BatchProof(NanoClock clock) {
        this(clock, CpuClock.system(clock));
    }

    /**
     * @param cpuClock the clock of what runs cost
     */
    public BatchProof(NanoClock clock, CpuClock cpuClock) {
        this(clock, cpuClock, new MemoryRetry());
    }

    /**
     * @param cpuClock what the calling thread has used of a CPU
     * @param retry of runs that find no memory
     */
    BatchProof(NanoClock clock, NanoClock cpuClock, MemoryRetry retry) {
        this.clock = clock;
        this.cpuClock = cpuClock;
        this.retry = retry;
    }

    /** The verdict on a version, under what its operator configured. Never throws for what the model does. */
    public BatchVerdict decide(ServableModel model, BatchingConfig config) {
        ModelSignature signature = model.signature();
        int maxRows = config.maxRows() == 0 ? MAX_ROWS_DEFAULT : config.maxRows();
        if (maxRows == 1 && config.mode() != BatchingConfig.Mode.OFF) {
            return BatchVerdict.off(BatchLevel.OFF, "the configuration allows 1 row per run");
        }
        PaddingConfig padding = config.lengths().padding();
        return switch (config.mode()) {
            case OFF -> BatchVerdict.off(BatchLevel.OFF, "switched off in the configuration");
            case ON -> {
                String obstacle = obstacle(signature.inputs());
                yield obstacle == null
                        ? new Attempt(model, DYNAMIC_SIZES, ROWS_MIN)
                                .addPadding(BatchVerdict.declared(maxRows, "declared in the configuration"), padding)
                        : BatchVerdict.off(
                                BatchLevel.NO_ROWS, obstacle + ", although the configuration declares batching");
            }
            case AUTO -> {
                String obstacle = obstacle(signature.inputs());
                yield obstacle == null
                        ? new Attempt(model, DYNAMIC_SIZES, ROWS_MIN).prove(maxRows, padding)
                        : BatchVerdict.off(BatchLevel.NO_ROWS, obstacle);
            }
        };
    }

    /** Made-up rows with which the model runs, whether it can be batched or not. Never throws for what the model does. */
    public FoundRows rows(ServableModel model) {
        List<TensorSpec> inputs = model.signature().inputs();
        boolean lengths = inputs.stream().allMatch(input -> ProbeRows.dynamicDimensions(input.shape()) <= 1);
        Attempt attempt = new Attempt(model, lengths ? LENGTHS : DYNAMIC_SIZES, 1);
        try {
            attempt.findInputs();
            return FoundRows.of(new ProbeRows(inputs, attempt.floats, attempt.ranges, attempt.dynamicSize));
        } catch (Unproved e) {
            return FoundRows.none(attempt.whyNoRows());
        } catch (OutOfMemoryError e) {
            return FoundRows.none("the JVM has no memory for made-up inputs");
        }
    }

    /*
     * Outputs are not asked what they declare: common exporters declare [1] for what has one value per row. The rows that
     * really come out are compared.
     */
    private static @Nullable String obstacle(List<TensorSpec> inputs) {
        if (inputs.isEmpty()) {
            return "it has no input";
        }
        for (TensorSpec input : inputs) {
            if (input.shape().rank() == 0) {
                return "declared shape of input '" + input.name() + "' has no dimensions";
            }
            long first = input.shape().dimension(0);
            if (first != Shape.DYNAMIC) {
                return "declared first dimension of input '" + input.name() + "' is fixed (" + first + ")";
            }
        }
        return null;
    }

    /** One proof under way. Confined to one thread. */
    private final class Attempt {
        private final ServableModel model;
        private final List<TensorSpec> inputs;
        private final List<String> outputs;
        private final int[] ranges;
        private final int[] dynamicSizes;
        private final int rowsMin;
        private long begin = clock.nanoTime();
        private int dynamicSize;
        private int rowsMax;
        private boolean finiteOnly = true;
        private SyntheticRows.Floats floats = SyntheticRows.Floats.NORMAL;
        private String lastFailure = "";

        /**
         * @param dynamicSizes sizes tried for dynamic dimensions behind the first
         * @param rowsMin so many rows must fit in memory
         */
        Attempt(ServableModel model, int[] dynamicSizes, int rowsMin) {
            this.model = model;
            this.dynamicSizes = dynamicSizes;
            this.rowsMin = rowsMin;
            this.inputs = model.signature().inputs();
            this.outputs =
                    model.signature().outputs().stream().map(TensorSpec::name).toList();
            this.ranges = new int[inputs.size()];
        }

        BatchVerdict prove(int maxRows, PaddingConfig padding) {
            BatchVerdict verdict = prove(maxRows);
            return verdict.batched() ? addPadding(verdict, padding) : verdict;
        }

        private BatchVerdict prove(int maxRows) {
            try {
                findInputs();
                for (SyntheticRows.Floats tried : SyntheticRows.Floats.values()) {
                    floats = tried;
                    BatchVerdict verdict = attempt(maxRows);
                    if (verdict != null) {
                        return verdict;
                    }
                }
                return unproved("could not be proved: every synthetic row gave the same answer" + DECLARE);
            } catch (Unproved e) {
                return BatchVerdict.off(e.level(), e.reason());
            } catch (InferenceException e) {
                return unproved("could not be proved: model failed on synthetic rows: " + e.getMessage());
            } catch (OutOfMemoryError e) {
                return unproved("could not be proved: the JVM has no memory for synthetic rows" + DECLARE);
            }
        }

        private static BatchVerdict unproved(String reason) {
            return BatchVerdict.off(BatchLevel.NOT_PROVED, reason);
        }

        /** The verdict, and whether rows of different lengths may share a run; takes its own time. */
        BatchVerdict addPadding(BatchVerdict verdict, PaddingConfig config) {
            PaddingCandidate candidate = PaddingCandidate.of(inputs, config);
            return verdict.with(
                    candidate.rule() == null
                            ? PaddingVerdict.none(candidate.obstacle())
                            : provePadding(candidate.rule(), verdict.level()));
        }

        private PaddingVerdict provePadding(PaddingRule candidate, BatchLevel level) {
            begin = clock.nanoTime();
            try {
                if (level == BatchLevel.DECLARED) {
                    findInputs();
                }
                return new PaddingProof(
                                inputs, model.signature().outputs(), floats, ranges, dynamicSize, this::run, cpuClock)
                        .prove(candidate);
            } catch (Unproved e) {
                return PaddingVerdict.none(e.reason());
            } catch (InferenceException e) {
                return PaddingVerdict.none("could not be proved: model failed on padded rows: " + e.getMessage());
            } catch (OutOfMemoryError e) {
                return PaddingVerdict.none("could not be proved: the JVM has no memory for padded rows");
            }
        }

        /** Compares rows with floats as they are drawn now; null when the rows cannot show a difference. */
        private @Nullable BatchVerdict attempt(int maxRows) throws Unproved {
            List<TensorSet> alone = new ArrayList<>();
            try {
                return compare(maxRows, alone);
            } catch (InferenceException e) {
                if (floats == SyntheticRows.Floats.NORMAL) {
                    throw e;
                }
                // Rows that the model does not take show no more than rows that it answers alike.
                return null;
            } finally {
                alone.forEach(TensorSet::release);
            }
        }

        /**
         * Finds sizes and ranges with which the model gives finite answers, or any where it never does: an attention mask of
         * large numbers, for example, makes every answer NaN, and NaN equals NaN whatever the neighbours.
         */
        private void findInputs() throws Unproved {
            finiteOnly = true;
            if (searchInputs()) {
                return;
            }
            finiteOnly = false;
            if (!searchInputs()) {
                throw new Unproved(
                        lastFailure.isEmpty()
                                ? "could not be proved: two rows of its inputs take more than "
                                        + SyntheticRows.BYTES_MAX + " bytes" + DECLARE
                                : "could not be proved: model failed on synthetic rows: " + lastFailure);
            }
        }

        /** The same range for all inputs first, then each as wide as it goes; false when the model runs with none. */
        private boolean searchInputs() throws Unproved {
            boolean dynamic = inputs.stream().anyMatch(input -> hasDynamicRow(input.shape()));
            boolean integers =
                    inputs.stream().anyMatch(input -> input.dataType().isInteger());
            for (int size : dynamic ? dynamicSizes : new int[] {1}) {
                dynamicSize = size;
                long rowBytes = SyntheticRows.rowBytes(inputs, size);
                rowsMax = (int) Math.min(ROWS_MAX, SyntheticRows.BYTES_MAX / Math.max(1, rowBytes));
                if (rowsMax < rowsMin) {
                    continue;
                }
                for (int level = 0; level < (integers ? INTEGER_RANGES.length : 1); level++) {
                    Arrays.fill(ranges, INTEGER_RANGES[level]);
                    if (runs()) {
                        widen(level);
                        return true;
                    }
                }
            }
            return false;
        }

        private String whyNoRows() {
            if (clock.nanoTime() - begin > TIME_NANOS_MAX) {
                return "no made-up inputs were found within " + TIME_NANOS_MAX / 1_000_000 + " ms";
            }
            return lastFailure.isEmpty()
                    ? "one row of its inputs takes more than " + SyntheticRows.BYTES_MAX + " bytes"
                    : "the model failed on made-up inputs: " + lastFailure;
        }

        private static boolean hasDynamicRow(Shape shape) {
            return ProbeRows.dynamicDimensions(shape) > 0;
        }

        private void widen(int level) throws Unproved {
            for (int i = 0; i < ranges.length; i++) {
                for (int wider = 0; wider < level && inputs.get(i).dataType().isInteger(); wider++) {
                    ranges[i] = INTEGER_RANGES[wider];
                    if (runs()) {
                        break;
                    }
                    ranges[i] = INTEGER_RANGES[level];
                }
            }
        }

        private boolean runs() throws Unproved {
            try {
                TensorSet answer = run(new SyntheticRows(inputs, floats, ranges, dynamicSize, 1), 0);
                try {
                    return !finiteOnly || answer.tensors().stream().allMatch(OutputComparison::isFinite);
                } finally {
                    answer.release();
                }
            } catch (InferenceException e) {
                lastFailure = e.getMessage();
                return false;
            }
        }

        private TensorSet run(SyntheticRows rows, int... indices) throws Unproved {
            return run(rows.batch(indices));
        }

        private TensorSet run(List<Tensor> tensors) throws Unproved {
            try {
                return retry.call(() -> runOnce(tensors));
            } catch (InferenceException e) {
                if (!MemoryRetry.isShortOfMemory(e)) {
                    throw e;
                }
                String reason = "could not be proved: memory was short for " + MemoryRetry.RUNS_MAX
                        + " runs one after the other, which says nothing about the model (" + e.getMessage() + ")";
                LOG.warn("{}", reason);
                throw new Unproved(reason + DECLARE);
            }
        }

        private TensorSet runOnce(List<Tensor> tensors) throws Unproved {
            requireTime();
            try {
                return model.run(tensors, outputs);
            } catch (InferenceException e) {
                throw e;
            } catch (RuntimeException e) {
                throw new InferenceException(ErrorCode.BUG, "unexpected " + e, e);
            }
        }

        private void requireTime() throws Unproved {
            if (clock.nanoTime() - begin > TIME_NANOS_MAX) {
                throw new Unproved("could not be proved within " + TIME_NANOS_MAX / 1_000_000 + " ms of wall-clock time"
                        + DECLARE);
            }
        }

        private @Nullable BatchVerdict compare(int maxRows, List<TensorSet> alone) throws Unproved {
            SyntheticRows rows = new SyntheticRows(inputs, floats, ranges, dynamicSize, rowsMax);
            long runBegin = clock.nanoTime();
            alone.add(run(rows, 0));
            long oneRunNanos = Math.max(1, clock.nanoTime() - runBegin);
            // Alone, in a batch and in a smaller batch: each row is computed about three times, plus one repetition.
            long left = TIME_NANOS_MAX - (clock.nanoTime() - begin);
            int count = (int) Math.max(ROWS_MIN, Math.min(Math.min(rowsMax, maxRows), left / (4 * oneRunNanos)));
            for (int i = 1; i < count; i++) {
                alone.add(run(rows, i));
            }
            requireRepeatable(rows, alone.get(0));
            List<OutputComparison> comparisons =
                    outputs.stream().map(OutputComparison::new).toList();
            compareBatch(rows, IntStream.range(0, count).toArray(), alone, comparisons);
            compareBatch(rows, reversed(count), alone, comparisons);
            BatchVerdict verdict = verdict(maxRows, count, comparisons);
            return verdict.batched() && areAllAlike(alone) ? null : verdict;
        }

        /** True when every row got the same answer, so that a row could have another's without a trace. */
        private static boolean areAllAlike(List<TensorSet> alone) {
            TensorSet first = alone.get(0);
            return alone.stream()
                    .allMatch(other -> IntStream.range(0, first.tensors().size())
                            .allMatch(i -> first.tensors()
                                    .get(i)
                                    .data()
                                    .equals(other.tensors().get(i).data())));
        }

        /** All rows but the first, last one first: other neighbours, other places, another number; both when there are two. */
        private static int[] reversed(int count) {
            int last = count > ROWS_MIN ? 1 : 0;
            return IntStream.iterate(count - 1, i -> i >= last, i -> i - 1).toArray();
        }

        private void requireRepeatable(SyntheticRows rows, TensorSet first) throws Unproved {
            List<OutputComparison> comparisons =
                    outputs.stream().map(OutputComparison::new).toList();
            compareBatch(rows, new int[] {0}, List.of(first), comparisons);
            for (OutputComparison comparison : comparisons) {
                if (!comparison.isExact()) {
                    throw new Unproved("the same row gets different answers: " + comparison.describe());
                }
            }
        }

        private void compareBatch(
                SyntheticRows rows, int[] indices, List<TensorSet> alone, List<OutputComparison> comparisons)
                throws Unproved {
            TensorSet batch = run(rows, indices);
            try {
                for (int row = 0; row < indices.length; row++) {
                    TensorSet expected = alone.get(indices[row]);
                    for (int i = 0; i < comparisons.size(); i++) {
                        String mismatch = comparisons
                                .get(i)
                                .add(
                                        batch.tensors().get(i),
                                        indices.length,
                                        row,
                                        expected.tensors().get(i));
                        if (mismatch != null) {
                            throw new Unproved(BatchLevel.NO_ROWS, mismatch);
                        }
                    }
                }
            } finally {
                batch.release();
            }
        }

        private static BatchVerdict verdict(int maxRows, int count, List<OutputComparison> comparisons) {
            OutputComparison inexact = null;
            for (OutputComparison comparison : comparisons) {
                if (!comparison.isWithinTolerance()) {
                    return BatchVerdict.notBatchable(
                            comparison, "row answers change with their neighbours: " + comparison.describe());
                }
                if (!comparison.isExact()
                        && (inexact == null || comparison.relativeDifference() > inexact.relativeDifference())) {
                    inexact = comparison;
                }
            }
            return inexact == null
                    ? BatchVerdict.exact(maxRows, "proved: " + count + " rows gave equal answers alone and in batches")
                    : BatchVerdict.withinTolerance(
                            maxRows, inexact, "proved within tolerance on " + count + " rows: " + inexact.describe());
        }
    }
}
