package dev.sluice.loader.lifecycle;

import dev.sluice.loader.runtime.ServableModel;
import dev.sluice.loader.verify.FoundRows;
import dev.sluice.loader.verify.ProbeBatches;
import dev.sluice.loader.verify.ProbeRows;
import dev.sluice.model.TensorSpec;
import java.util.List;

/**
 * Runs before the first client's: of the smallest and of the largest batch, so that the memory plans and kernels of both are
 * there.
 *
 * <p>Threading: stateless; blocking.
 */
final class WarmUpRuns {
    private static final int RUNS = 2;

    private WarmUpRuns() {}

    /**
     * Runs them.
     *
     * @param rowsMax most rows of a run, 1 or greater
     * @param cellsMax most cells of a run, where the length of rows varies; 0 = unbounded
     * @return what was done, in words
     */
    static String of(ServableModel model, FoundRows found, int rowsMax, long cellsMax) {
        ProbeRows rows = found.rows();
        if (rows == null) {
            return "no made-up rows: " + found.reason();
        }
        List<String> outputs =
                model.signature().outputs().stream().map(TensorSpec::name).toList();
        long fitting = cellsMax > 0 ? cellsMax / rows.cellsPerRow() : rowsMax;
        int most = (int) Math.max(1, Math.min(fitting, Math.min(rowsMax, rows.countMax())));
        ProbeBatches batches = rows.make(most);
        for (int run = 0; run < RUNS; run++) {
            model.run(batches.next(1), outputs).release();
            model.run(batches.next(most), outputs).release();
        }
        return RUNS + " runs of 1 and of " + most + " rows";
    }
}
