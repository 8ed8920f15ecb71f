package dev.sluice.loader.lifecycle;

import dev.sluice.loader.batching.LengthPolicy;
import dev.sluice.loader.repository.LengthConfig;
import dev.sluice.loader.verify.BatchVerdict;
import dev.sluice.model.Shape;
import dev.sluice.model.TensorSpec;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How much of a version's work one run may hold, where rows differ in length.
 *
 * <p>Threading: stateless.
 */
final class CellBudget {
    /**
     * Most cells of a run of text when nothing is configured. A transformer's run costs what it costs at length 0 and then
     * grows with its cells; from about 256 on joining more saves next to nothing, and the answers come later.
     */
    static final long CELLS_OF_TEXT = 256;

    private CellBudget() {}

    static LengthPolicy of(List<TensorSpec> inputs, BatchVerdict verdict, LengthConfig config) {
        long chosen = isText(inputs) ? CELLS_OF_TEXT : 0;
        return new LengthPolicy(
                config.cellsMax() == 0 ? chosen : config.cellsMax(),
                config.wasteMax(),
                verdict.padding().paddingCellsMax(),
                verdict.padding().rule());
    }

    /**
     * Integers in two dimensions that both vary are tokens. Of other dimensions that vary nothing is known: pixels, or
     * samples of a sound, are many and cheap each.
     */
    private static boolean isText(List<TensorSpec> inputs) {
        return inputs.stream()
                .anyMatch(input -> input.dataType().isInteger()
                        && input.shape().rank() == 2
                        && IntStream.range(0, 2).allMatch(i -> input.shape().dimension(i) == Shape.DYNAMIC));
    }
}
