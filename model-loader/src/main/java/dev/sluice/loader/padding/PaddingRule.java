package dev.sluice.loader.padding;

import dev.sluice.model.Tensor;
import java.util.List;
import java.util.Map;

/**
 * Where the length of a model's rows is, and what is put behind a row that is shorter than its neighbours.
 *
 * <p>Threading: immutable.
 *
 * @param mask name of the input that is 1 at a row's own elements and 0 where it is padded
 * @param inputs per input in the signature's order
 * @param outputAxes output → the dimension that is as long as the rows of the run; outputs without one are not here
 */
public record PaddingRule(String mask, List<Input> inputs, Map<String, Integer> outputAxes) {
    /** Stands for "this input has no length". */
    public static final int NO_AXIS = -1;

    public PaddingRule {
        inputs = List.copyOf(inputs);
        outputAxes = Map.copyOf(outputAxes);
    }

    /**
     * How one input is padded.
     *
     * @param axis the dimension that is the row's length, 1 or greater; {@link #NO_AXIS} when none is
     * @param fillBits the bits of the element that is put there, in the lowest bytes
     */
    public record Input(int axis, long fillBits) {}

    /** This rule with the outputs that have the length too. */
    public PaddingRule withOutputAxes(Map<String, Integer> axes) {
        return new PaddingRule(mask, inputs, axes);
    }

    /**
     * The length of these rows.
     *
     * @param tensors in the signature's order
     * @return 1 or greater; -1 when the inputs disagree, so that these rows can only run with others of equal shapes
     */
    public int length(List<Tensor> tensors) {
        long length = -1;
        for (int i = 0; i < tensors.size(); i++) {
            int axis = inputs.get(i).axis();
            if (axis == NO_AXIS) {
                continue;
            }
            long own = tensors.get(i).shape().dimension(axis);
            if (own == 0 || (length != -1 && length != own)) {
                return -1;
            }
            length = own;
        }
        return length > Integer.MAX_VALUE ? -1 : (int) length;
    }
}
