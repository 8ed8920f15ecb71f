package dev.sluice.canary.monitor.validation;

import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorSpec;
import java.util.List;

/**
 * Where the features of one input lie: each is a column of its last dimension, or one of them is all of it.
 *
 * <p>Threading: immutable.
 */
final class TensorLayout {
    private final TensorSpec spec;
    private final boolean columns;
    private final FeatureRule[] features;

    /**
     * @param columns whether features are columns
     * @param features by column; one, when it is all of the input
     */
    TensorLayout(TensorSpec spec, boolean columns, List<FeatureRule> features) {
        this.spec = spec;
        this.columns = columns;
        this.features = features.toArray(FeatureRule[]::new);
    }

    TensorSpec spec() {
        return spec;
    }

    /** Elements that belong to one feature each and follow each other: the columns, or 1. */
    int width() {
        return features.length;
    }

    FeatureRule feature(int column) {
        return features[column];
    }

    /** Whether a tensor is this input; where it is not, the signature is what refuses it. */
    boolean fits(Tensor tensor) {
        Shape shape = tensor.shape();
        return tensor.dataType() == spec.dataType()
                && spec.shape().accepts(shape)
                && (!columns || shape.dimension(shape.rank() - 1) == features.length);
    }

    /** Whether each row has exactly one value of each feature, as far as the declared shape says. */
    boolean hasOneValuePerRow() {
        Shape shape = spec.shape();
        return columns ? shape.rank() == 2 : shape.rank() == 1 || (shape.rank() == 2 && shape.dimension(1) == 1);
    }

    /**
     * Where an element stands, for people: {@code input 'x' row 3, feature 'age'}.
     *
     * @param element from 0 on, row-major
     */
    String place(Tensor tensor, long element) {
        StringBuilder place = new StringBuilder("input ").append(Shown.quoted(spec.name()));
        Shape shape = tensor.shape();
        long rowElements = 1;
        for (int i = 1; i < shape.rank(); i++) {
            rowElements *= shape.dimension(i);
        }
        if (shape.rank() > 0) {
            place.append(" row ").append(element / rowElements);
        }
        int width = columns ? features.length : 1;
        if (rowElements > width) {
            place.append(", element ").append(element % rowElements);
        }
        String feature = features[(int) (element % features.length)].name();
        if (columns || !feature.equals(spec.name())) {
            place.append(", feature ").append(Shown.quoted(feature));
        }
        return place.toString();
    }
}
