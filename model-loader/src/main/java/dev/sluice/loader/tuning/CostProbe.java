package dev.sluice.loader.tuning;

import dev.sluice.loader.runtime.ServableModel;
import dev.sluice.loader.verify.ProbeBatches;
import dev.sluice.loader.verify.ProbeRows;
import dev.sluice.model.CpuClock;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import dev.sluice.model.NanoClock;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorSet;
import dev.sluice.model.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * Measures what runs of a model cost.
 *
 * <p>Runs of 1, 2, 4, … rows are timed until a doubling gains nothing any more, then all sizes again while there is time. The
 * cheapest sample of each size counts: everything that disturbs a run makes it longer, never shorter. A sample of a small size
 * is the mean of several runs with as many rows together as one run of a larger size has: rows of a branching model differ in
 * cost, and the luckiest of many single rows would make batches look like a loss. Costs are CPU time of the thread that runs, so
 * that what else the machine does hardly matters; where a run uses several threads, or a device, that says nothing, and elapsed
 * time is taken.
 *
 * <p>Bound: the memory of {@link ProbeRows#countMax} rows and the time of a {@link ProbeBudget}. A model for which larger runs
 * are no gain is not asked for runs of more than four times its knee, or of more rows than it runs already, so that the runtime's memory does not grow for nothing.
 *
 * <p>Threading: thread-safe; blocking.
 */
public final class CostProbe {
    /** Samples of one size in one go; fewer where one takes long, since little disturbs a long run. */
    private static final int REPEATS = 3;

    /** Rows of a sample, in one run or in several smaller ones. */
    private static final int SAMPLE_ROWS = 32;

    private static final long REPEATS_NANOS_MAX = 5_000_000;

    /** Beyond this no decision depends on what a configured batch size costs exactly. */
    private static final long WORTH_KNOWING_NANOS_MAX = 10_000_000;

    private static final int OVERHEAD_SAMPLES = 8;

    private final NanoClock elapsed;
    private final CpuClock cpu;

    /**
     * @param elapsed the clock of the budget, and of runs where CPU time says nothing
     */
    public CostProbe(NanoClock elapsed, CpuClock cpu) {
        this.elapsed = elapsed;
        this.cpu = cpu;
    }

    /**
     * What to measure.
     *
     * @param rowsMin sizes up to this are measured whatever they gain, 1 or greater
     * @param rowsMax most rows of a run, 1 or greater
     * @param rowsMaxCounts whether a run of exactly {@code rowsMax} rows is of interest, a power of two or not
     * @param singleThread whether all of a run's work is done by the thread that asks for it
     */
    record Target(
            ServableModel model,
            ProbeRows rows,
            int rowsMin,
            int rowsMax,
            boolean rowsMaxCounts,
            boolean singleThread) {}

    /**
     * Measures a model; does not throw for what the model does.
     *
     * @param stop asked before every run
     * @throws CancellationException when {@code stop} says so
     */
    CostCurve measure(Target target, ProbeBudget budget, BooleanSupplier stop) {
        try {
            return new Measurement(target, budget, stop).measure();
        } catch (OutOfMemoryError e) {
            return CostCurve.unknown("the JVM has no memory for made-up inputs");
        }
    }

    /** One measurement under way. Confined to one thread. */
    private final class Measurement {
        private final Target target;
        private final ProbeBudget budget;
        private final BooleanSupplier stop;
        private final boolean cpuTime;
        private final NanoClock clock;
        private final List<String> outputs;
        private final List<CostCurve.Point> points = new ArrayList<>();
        private final long begin = elapsed.nanoTime();
        private final long overheadNanos;
        private long lastElapsedNanos;
        private boolean cut;

        Measurement(Target target, ProbeBudget budget, BooleanSupplier stop) {
            this.target = target;
            this.budget = budget;
            this.stop = stop;
            this.cpuTime = target.singleThread() && cpu.isCpuTime();
            this.clock = cpuTime ? cpu : elapsed;
            this.outputs = target.model().signature().outputs().stream()
                    .map(TensorSpec::name)
                    .toList();
            this.overheadNanos = overhead();
        }

        /** What reading the clock costs, which is much beside a run of a few microseconds. */
        private long overhead() {
            long least = Long.MAX_VALUE;
            for (int i = 0; i < OVERHEAD_SAMPLES; i++) {
                long before = clock.nanoTime();
                least = Math.min(least, clock.nanoTime() - before);
            }
            return Math.max(0, least);
        }

        CostCurve measure() {
            int most = Math.min(target.rowsMax(), target.rows().countMax());
            boolean exactly = target.rowsMaxCounts() && most == target.rowsMax();
            ProbeBatches batches = target.rows().make(exactly ? most : Integer.highestOneBit(most));
            String failure = climb(batches, most);
            if (points.isEmpty()) {
                return CostCurve.unknown("the model failed on made-up inputs: " + failure);
            }
            if (exactly && failure.isEmpty() && !cut) {
                measureLast(batches, most);
            }
            again(batches);
            return new CostCurve(
                    points,
                    cut || (most < target.rowsMax() && !isOverKnee()),
                    cpuTime,
                    target.rows().cellsPerRow(),
                    target.rows().comparableRowBytes(),
                    "");
        }

        /** Doubles the rows until that gains nothing, fails, or takes too long; the message of the failure, or empty. */
        private String climb(ProbeBatches batches, int most) {
            for (int rows = 1; rows <= most && (rows <= target.rowsMin() || !isOverKnee()); rows *= 2) {
                if (rows > 1 && !isTimeFor(2 * lastElapsedNanos)) {
                    cut = true;
                    return "";
                }
                try {
                    points.add(new CostCurve.Point(rows, cheapest(batches, rows)));
                } catch (InferenceException e) {
                    // Memory that is short for a moment says nothing about the model.
                    cut = e.code() == ErrorCode.OVERLOADED || e.code() == ErrorCode.DEVICE_OUT_OF_MEMORY;
                    return String.valueOf(e.getMessage());
                }
            }
            return "";
        }

        /** True when two doublings have been tried beyond the knee. */
        private boolean isOverKnee() {
            return !points.isEmpty() && CostCurve.kneeIndex(points) + 2 < points.size();
        }

        private void measureLast(ProbeBatches batches, int rows) {
            CostCurve.Point last = points.get(points.size() - 1);
            double expectedNanos = last.nanosPerRow() * rows;
            if (last.rows() == rows || expectedNanos > WORTH_KNOWING_NANOS_MAX || !isTimeFor((long) expectedNanos)) {
                return;
            }
            try {
                points.add(new CostCurve.Point(rows, cheapest(batches, rows)));
            } catch (InferenceException e) {
                cut = true;
            }
        }

        private void again(ProbeBatches batches) {
            while (elapsed.nanoTime() - begin < budget.enoughNanos()) {
                for (int i = 0; i < points.size(); i++) {
                    CostCurve.Point point = points.get(i);
                    try {
                        long nanos = cheapest(batches, point.rows());
                        points.set(i, new CostCurve.Point(point.rows(), Math.min(nanos, point.runNanos())));
                    } catch (InferenceException e) {
                        return;
                    }
                }
            }
        }

        private boolean isTimeFor(long nanos) {
            return elapsed.nanoTime() - begin + nanos <= budget.nanosMax();
        }

        private long cheapest(ProbeBatches batches, int rows) {
            int runs = Math.max(1, SAMPLE_ROWS / rows);
            long least = Long.MAX_VALUE;
            long first = elapsed.nanoTime();
            int samples = 0;
            do {
                least = Math.min(least, sample(batches, rows, runs, first));
                samples++;
            } while (samples < REPEATS && elapsed.nanoTime() - first < REPEATS_NANOS_MAX);
            return Math.max(1, least - overheadNanos);
        }

        /** The mean of so many runs, or of fewer where they take long; one at least. */
        private long sample(ProbeBatches batches, int rows, int runs, long first) {
            long sum = 0;
            int done = 0;
            do {
                if (stop.getAsBoolean()) {
                    throw new CancellationException();
                }
                List<Tensor> inputs = batches.next(rows);
                long runBegin = elapsed.nanoTime();
                sum += run(inputs);
                lastElapsedNanos = elapsed.nanoTime() - runBegin;
                done++;
            } while (done < runs && elapsed.nanoTime() - first < REPEATS_NANOS_MAX);
            return sum / done;
        }

        private long run(List<Tensor> inputs) {
            try {
                long before = clock.nanoTime();
                TensorSet answer = target.model().run(inputs, outputs);
                long nanos = clock.nanoTime() - before;
                answer.release();
                return nanos;
            } catch (InferenceException e) {
                throw e;
            } catch (RuntimeException e) {
                throw new InferenceException(ErrorCode.BUG, "unexpected " + e, e);
            }
        }
    }
}
