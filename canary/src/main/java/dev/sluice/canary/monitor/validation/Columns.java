package dev.sluice.canary.monitor.validation;

import java.util.stream.IntStream;

/**
 * Chooses columns of an input.
 *
 * <p>Threading: stateless.
 */
final class Columns {
    private Columns() {}

    /** Whether a column is chosen. */
    @FunctionalInterface
    interface Choice {
        boolean test(int column, FeatureRule rule);
    }

    /** The chosen ones, ascending. */
    static int[] where(TensorLayout layout, Choice choice) {
        return IntStream.range(0, layout.width())
                .filter(column -> choice.test(column, layout.feature(column)))
                .toArray();
    }
}
