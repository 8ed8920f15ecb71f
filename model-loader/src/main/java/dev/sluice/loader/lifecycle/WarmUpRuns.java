package dev.sluice.loader.lifecycle;

import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.runtime.ServableModel;
import dev.sluice.loader.verify.FoundRows;
import dev.sluice.loader.verify.MemoryRetry;
import dev.sluice.loader.verify.ProbeBatches;
import dev.sluice.loader.verify.ProbeRows;
import dev.sluice.model.InferenceException;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorSpec;
import java.util.List;

/**
 * Runs before the first client's: of the smallest and of the largest batch, so that the memory plans and kernels of both are
 * there.
 *
 * <p>Threading: stateless; blocking.
 */
final class WarmUpRuns {
    /** The step's name. */
    static final String STEP = "warm-up";

    private static final int RUNS = 2;

    private WarmUpRuns() {}

    /**
     * Runs them.
     *
     * @param rowsMax most rows of a run, 1 or greater
     * @param cellsMax most cells of a run, where the length of rows varies; 0 = unbounded
     * @return what was done, in words
     * @throws ModelLoadException with {@link #STEP} when the model cannot run the largest batch that it would be given
     */
    static String of(ServableModel model, FoundRows found, int rowsMax, long cellsMax) throws ModelLoadException {
        ProbeRows rows = found.rows();
        if (rows == null) {
            return "no made-up rows: " + found.reason();
        }
        List<String> outputs =
                model.signature().outputs().stream().map(TensorSpec::name).toList();
        long fitting = cellsMax > 0 ? cellsMax / rows.cellsPerRow() : rowsMax;
        int most = (int) Math.max(1, Math.min(fitting, Math.min(rowsMax, rows.countMax())));
        ProbeBatches batches = rows.make(most);
        MemoryRetry retry = new MemoryRetry();
        for (int run = 0; run < RUNS; run++) {
            for (int count : new int[] {1, most}) {
                List<Tensor> batch = batches.next(count);
                try {
                    retry.call(() -> model.run(batch, outputs)).release();
                } catch (InferenceException e) {
                    if (MemoryRetry.isShortOfMemory(e)) {
                        return "given up, because versions that serve need the memory: " + e.getMessage();
                    }
                    throw new ModelLoadException(
                            STEP, "a run of " + count + " made-up rows failed: " + e.getMessage(), e);
                }
            }
        }
        return RUNS + " runs of 1 and of " + most + " rows";
    }
}
