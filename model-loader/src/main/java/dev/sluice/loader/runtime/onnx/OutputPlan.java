package dev.sluice.loader.runtime.onnx;

import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import java.util.List;

/**
 * Predicts the shape of one output from the shapes of the inputs, so that its memory can be allocated before the run.
 *
 * <p>A fixed dimension is known; a named one is the input dimension of that name; an outermost one without a name is taken
 * for the number of rows, which is what exporters of classic models mean. All but the first are declarations, and those can
 * be wrong: {@link #giveUp} ends the predictions once one did not hold.
 *
 * <p>Only what a node computes is predicted. An output that is an input at the same time would stay as its memory was: the
 * runtime hands the input back and leaves the memory that was meant for the output alone.
 *
 * <p>Threading: thread-safe; lock-free.
 */
final class OutputPlan {
    /** Where one dimension's length comes from. */
    private sealed interface Rule {
        record Fixed(long length) implements Rule {}

        record OfInput(int input, int dimension) implements Rule {}

        record Unknown() implements Rule {}
    }

    private final Rule[] rules;
    private volatile boolean predictable;

    /**
     * @param output as declared
     * @param inputs the model's, in the order in which tensors will come
     * @param computed whether a node of the graph writes this output at every run
     */
    OutputPlan(GraphTensor output, List<GraphTensor> inputs, boolean computed) {
        rules = new Rule[output.shape().rank()];
        boolean known = computed && output.rankKnown() && output.dataType().hasFixedSize();
        for (int i = 0; i < rules.length; i++) {
            rules[i] = rule(output, i, inputs);
            known &= !(rules[i] instanceof Rule.Unknown);
        }
        predictable = known;
    }

    /** True while {@link #dimensions} predicts. */
    boolean isPredictable() {
        return predictable;
    }

    /** The dimensions that this output will have; call only where {@link #isPredictable} was true. */
    long[] dimensions(List<Tensor> inputs) {
        long[] dimensions = new long[rules.length];
        for (int i = 0; i < dimensions.length; i++) {
            Rule rule = rules[i];
            if (rule instanceof Rule.Fixed fixed) {
                dimensions[i] = fixed.length();
            } else if (rule instanceof Rule.OfInput source) {
                dimensions[i] = inputs.get(source.input()).shape().dimension(source.dimension());
            } else {
                throw new IllegalStateException("this output's shape cannot be predicted");
            }
        }
        return dimensions;
    }

    /**
     * Predicts no more.
     *
     * @return whether it did until now
     */
    synchronized boolean giveUp() {
        boolean was = predictable;
        predictable = false;
        return was;
    }

    private static Rule rule(GraphTensor output, int index, List<GraphTensor> inputs) {
        long length = output.shape().dimension(index);
        if (length != Shape.DYNAMIC) {
            return new Rule.Fixed(length);
        }
        String symbol = output.symbols().get(index);
        for (int i = 0; i < inputs.size(); i++) {
            GraphTensor input = inputs.get(i);
            for (int j = 0; j < input.shape().rank(); j++) {
                boolean dynamic = input.shape().dimension(j) == Shape.DYNAMIC;
                boolean same = symbol.isEmpty()
                        ? index == 0 && j == 0
                        : input.symbols().get(j).equals(symbol);
                if (dynamic && same) {
                    return new Rule.OfInput(i, j);
                }
            }
        }
        return new Rule.Unknown();
    }
}
