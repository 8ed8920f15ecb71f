package dev.sluice.loader.lifecycle;

import dev.sluice.loader.batching.LengthPolicy;
import dev.sluice.loader.repository.BatchingConfig;
import dev.sluice.loader.tuning.CostCurve;
import dev.sluice.loader.tuning.Tuner;
import dev.sluice.loader.tuning.Tuning;
import dev.sluice.loader.verify.BatchProof;
import dev.sluice.loader.verify.BatchVerdict;
import dev.sluice.loader.verify.PaddingVerdict;
import dev.sluice.model.Shape;
import dev.sluice.model.TensorSpec;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a choice of rows means where rows differ in length.
 *
 * <p>The cost curve is measured on rows of one length, and a run costs what its cells cost. So the rows chosen there, times
 * that length, bound the cells of a run; of shorter rows a run may hold more, of longer ones less.
 *
 * <p>Threading: immutable.
 *
 * @param lengthsVary whether rows have dimensions that vary
 * @param text whether those are tokens
 * @param batched whether rows of several requests may share a run
 * @param config what is configured
 * @param padding how rows of different lengths share a run, if they may
 */
record CellBudget(boolean lengthsVary, boolean text, boolean batched, BatchingConfig config, PaddingVerdict padding) {
    /**
     * Cells of a run of text that are worth it where nothing was measured. A transformer's run costs what it costs at length 0
     * and then grows with its cells; from about 256 on joining more saves next to nothing, and the answers come later.
     */
    static final long CELLS_OF_TEXT = 256;

    static CellBudget of(List<TensorSpec> inputs, BatchVerdict verdict, BatchingConfig config) {
        return new CellBudget(
                inputs.stream()
                        .anyMatch(input -> IntStream.range(1, input.shape().rank())
                                .anyMatch(i -> input.shape().dimension(i) == Shape.DYNAMIC)),
                inputs.stream().anyMatch(CellBudget::isTokens),
                verdict.batched(),
                config,
                verdict.padding());
    }

    /**
     * Integers in two dimensions that both vary are tokens. Of other dimensions that vary nothing is known: pixels, or
     * samples of a sound, are many and cheap each.
     */
    private static boolean isTokens(TensorSpec input) {
        return input.dataType().isInteger()
                && input.shape().rank() == 2
                && Arrays.stream(input.shape().toArray()).allMatch(dimension -> dimension == Shape.DYNAMIC);
    }

    /** Most cells of one run; 0 = unbounded. */
    long cellsMax(Tuning tuning) {
        if (!lengthsVary) {
            return 0;
        }
        int configured = config.lengths().cellsMax();
        if (configured > 0 && !tuning.isInline()) {
            return configured;
        }
        long own = chosen(tuning);
        // What a loop runs itself stays as short as was measured.
        return configured > 0 ? Math.min(configured, own) : own;
    }

    private long chosen(Tuning tuning) {
        CostCurve curve = tuning.curve();
        if (!curve.isKnown()) {
            return text ? CELLS_OF_TEXT : 0;
        }
        boolean rowsConfigured = tuning.configured().contains(Tuning.Choice.MAX_BATCH_SIZE);
        long chosen = rowsConfigured ? tuning.cellsAtKnee() : tuning.maxRows() * curve.cellsPerRow();
        int largest = curve.points().get(curve.points().size() - 1).rows();
        if (curve.knee() < largest || tuning.isInline()) {
            return chosen;
        }
        // Where more would still be a gain when measuring ended, the knee is not known.
        return text ? Math.max(CELLS_OF_TEXT, chosen) : 0;
    }

    /**
     * Most rows of one run. Where cells are bounded, short rows may be more than was chosen for those measured; where they
     * vary without a bound, large ones must not be as many.
     */
    int rowsMax(Tuning tuning) {
        if (!lengthsVary || !batched || config.maxRows() != 0) {
            return tuning.maxRows();
        }
        return cellsMax(tuning) > 0
                ? Math.max(Tuner.ROWS_MAX, tuning.maxRows())
                : Math.min(BatchProof.MAX_ROWS_DEFAULT, tuning.maxRows());
    }

    /** The choice in one line, and what it means here. */
    String describe(Tuning tuning) {
        long cells = cellsMax(tuning);
        return tuning.describe() + (cells > 0 ? ", lengths vary: at most " + cells + " cells" : "");
    }

    LengthPolicy lengths(Tuning tuning) {
        return new LengthPolicy(
                cellsMax(tuning), config.lengths().wasteMax(), padding.paddingCellsMax(), padding.rule());
    }
}
