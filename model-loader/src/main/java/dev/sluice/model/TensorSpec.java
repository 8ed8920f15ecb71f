package dev.sluice.model;

import static java.util.Objects.requireNonNull;

/**
 * Name, element type and shape that a model declares for one input or output.
 *
 * <p>Threading: immutable.
 *
 * @param name as in the model file; not empty
 * @param dataType element type
 * @param shape dimensions, -1 where they vary per request
 */
public record TensorSpec(String name, DataType dataType, Shape shape) {
    public TensorSpec {
        requireNonNull(dataType, "dataType");
        requireNonNull(shape, "shape");
        if (name.isEmpty()) {
            throw new IllegalArgumentException("tensor name must not be empty");
        }
    }
}
