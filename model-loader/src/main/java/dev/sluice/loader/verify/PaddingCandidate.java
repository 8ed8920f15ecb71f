package dev.sluice.loader.verify;

import dev.sluice.loader.padding.PaddingRule;
import dev.sluice.loader.repository.PaddingConfig;
import dev.sluice.model.DataType;
import dev.sluice.model.Shape;
import dev.sluice.model.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How a model's rows would be padded, going by what its inputs and its operator declare; {@link PaddingProof} says whether
 * that is right.
 *
 * <p>The mask is the input that the operator names, else one that is called by the convention of transformers. Every input
 * with a dynamic dimension behind the first has the rows' length there.
 *
 * <p>Threading: immutable.
 *
 * @param rule without outputs, which are found by running the model; null when there is an obstacle
 * @param obstacle why rows cannot be padded; empty when nobody declares that they can
 */
record PaddingCandidate(@Nullable PaddingRule rule, String obstacle) {
    static PaddingCandidate of(List<TensorSpec> inputs, PaddingConfig config) {
        if (inputs.stream().allMatch(input -> dynamicAxes(input).length == 0)) {
            return none(config.isDeclared() ? "every row has the same shape" : "");
        }
        if (!config.allowed()) {
            return none("switched off in the configuration");
        }
        String name = config.mask().isEmpty() ? PaddingConfig.MASK_BY_CONVENTION : config.mask();
        TensorSpec mask = inputs.stream()
                .filter(input -> input.name().equals(name))
                .findFirst()
                .orElse(null);
        if (mask == null) {
            return none(config.isDeclared() ? "it has no input '" + name + "' to mask padding with" : "");
        }
        String obstacle = maskObstacle(mask);
        if (obstacle.isEmpty()) {
            obstacle = valuesObstacle(inputs, name, config.values());
        }
        return obstacle.isEmpty() ? rule(inputs, name, config.values()) : none(obstacle);
    }

    private static PaddingCandidate none(String obstacle) {
        return new PaddingCandidate(null, obstacle);
    }

    private static int[] dynamicAxes(TensorSpec input) {
        Shape shape = input.shape();
        return IntStream.range(1, shape.rank())
                .filter(i -> shape.dimension(i) == Shape.DYNAMIC)
                .toArray();
    }

    private static String maskObstacle(TensorSpec mask) {
        if (mask.shape().rank() != 2 || dynamicAxes(mask).length != 1) {
            return "a mask has the shape [-1, -1], '" + mask.name() + "' has " + mask.shape();
        }
        return mask.dataType() == DataType.BYTES ? "a mask holds numbers, '" + mask.name() + "' holds text" : "";
    }

    private static String valuesObstacle(List<TensorSpec> inputs, String mask, Map<String, Double> values) {
        for (String name : values.keySet().stream().sorted().toList()) {
            if (name.equals(mask)) {
                return "the mask '" + mask + "' is padded with 0, no value can be given for it";
            }
            boolean known =
                    inputs.stream().anyMatch(input -> input.name().equals(name) && dynamicAxes(input).length > 0);
            if (!known) {
                return "a value to pad with is given for '" + name + "', which is no input with a length";
            }
        }
        return "";
    }

    private static PaddingCandidate rule(List<TensorSpec> inputs, String mask, Map<String, Double> values) {
        List<PaddingRule.Input> padded = new ArrayList<>(inputs.size());
        for (TensorSpec input : inputs) {
            int[] axes = dynamicAxes(input);
            if (axes.length == 0) {
                padded.add(new PaddingRule.Input(PaddingRule.NO_AXIS, 0));
                continue;
            }
            double value = values.getOrDefault(input.name(), 0.0);
            if (axes.length > 1) {
                return none("input '" + input.name() + "' has several dynamic dimensions: " + input.shape());
            }
            if (input.dataType() == DataType.BYTES) {
                return none("input '" + input.name() + "' holds text, which is not padded");
            }
            if (!ElementBits.fits(input.dataType(), value)) {
                return none(
                        "input '" + input.name() + "' is " + input.dataType() + " and cannot be padded with " + value);
            }
            padded.add(new PaddingRule.Input(axes[0], ElementBits.of(input.dataType(), value)));
        }
        return new PaddingCandidate(new PaddingRule(mask, padded, Map.of()), "");
    }
}
