package dev.sluice.canary.monitor.profile;

import static java.util.Objects.requireNonNull;

import dev.sluice.loader.repository.FeatureDomain;
import dev.sluice.model.DataType;
import dev.sluice.model.Shape;

/**
 * One feature as training knew it, and where it lies in the model's inputs.
 *
 * <p>Threading: immutable.
 *
 * @param name what training calls it; not empty
 * @param tensor the input that holds it; not empty
 * @param index its column: the place along the input's last dimension, 0 or greater; {@link #WHOLE} when it is all of the input
 * @param dataType element type of that input
 * @param shape of that input as the model declares it, -1 where it varies
 * @param domain what its values were in training; not part of the order hash
 */
public record Feature(String name, String tensor, int index, DataType dataType, Shape shape, FeatureDomain domain) {
    /** The feature is all of its input. */
    public static final int WHOLE = -1;

    public Feature {
        requireNonNull(dataType, "dataType");
        requireNonNull(shape, "shape");
        requireNonNull(domain, "domain");
        if (name.isEmpty() || tensor.isEmpty()) {
            throw new IllegalArgumentException("a feature's name and tensor must not be empty");
        }
        if (index < WHOLE) {
            throw new IllegalArgumentException("index of feature '" + name + "' must be 0 or greater, got " + index);
        }
    }

    /** A feature of whose values nothing is known. */
    public Feature(String name, String tensor, int index, DataType dataType, Shape shape) {
        this(name, tensor, index, dataType, shape, FeatureDomain.ANY);
    }

    /** True when it is one column among others of its input. */
    public boolean isColumn() {
        return index != WHOLE;
    }
}
