package dev.sluice.loader.lifecycle;

import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.model.ModelSignature;
import dev.sluice.model.Shape;
import dev.sluice.model.TensorSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The signature of a model file with what its configuration adds: labels of classes; names of columns are checked against it.
 *
 * <p>Threading: stateless, pure.
 */
final class ConfiguredSignature {
    private ConfiguredSignature() {}

    /**
     * The signature that clients see.
     *
     * @throws ModelLoadException with step {@code labels} or {@code features} where the configuration does not fit the file
     */
    static ModelSignature of(ModelSignature file, ModelConfig config) throws ModelLoadException {
        Map<String, List<String>> labels = new HashMap<>(file.labels());
        for (Map.Entry<String, List<String>> configured : config.labels().entrySet()) {
            requireFit(file, configured.getKey(), configured.getValue().size());
            labels.put(configured.getKey(), configured.getValue());
        }
        if (!config.features().isEmpty()) {
            requireFeatures(file.inputs(), config.features().size());
        }
        return new ModelSignature(file.platform(), file.inputs(), file.outputs(), labels);
    }

    private static void requireFit(ModelSignature file, String output, int count) throws ModelLoadException {
        TensorSpec spec = file.output(output);
        if (spec == null) {
            throw new ModelLoadException(
                    "labels",
                    "labels are configured for output '" + output + "', the model has " + names(file.outputs()));
        }
        long classes = classes(spec.shape());
        if (classes != Shape.DYNAMIC && classes != count) {
            throw new ModelLoadException(
                    "labels",
                    "output '" + output + "' has " + classes + " classes, " + count + " labels are configured");
        }
    }

    /** The last dimension; unknown where that is the batch, or 1 as exporters declare what has one value per row. */
    private static long classes(Shape shape) {
        int rank = shape.rank();
        boolean oneValuePerRow = rank == 0 || (rank == 1 && shape.dimension(0) == 1);
        return oneValuePerRow ? Shape.DYNAMIC : shape.dimension(rank - 1);
    }

    private static void requireFeatures(List<TensorSpec> inputs, int count) throws ModelLoadException {
        if (inputs.size() != 1) {
            throw new ModelLoadException(
                    "features", "features name the columns of a single input, the model has " + names(inputs));
        }
        TensorSpec input = inputs.get(0);
        Shape shape = input.shape();
        if (shape.rank() != 2) {
            throw new ModelLoadException(
                    "features",
                    "features need an input of shape [rows, columns], input '" + input.name() + "' has " + shape);
        }
        if (shape.dimension(1) != Shape.DYNAMIC && shape.dimension(1) != count) {
            throw new ModelLoadException(
                    "features",
                    "input '" + input.name() + "' has " + shape.dimension(1) + " columns, " + count
                            + " features are configured");
        }
    }

    private static String names(List<TensorSpec> specs) {
        return specs.isEmpty()
                ? "none"
                : specs.stream().map(spec -> "'" + spec.name() + "'").collect(Collectors.joining(", "));
    }
}
