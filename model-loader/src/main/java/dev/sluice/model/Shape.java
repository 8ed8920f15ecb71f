package dev.sluice.model;

import java.util.Arrays;

/**
 * Dimensions of a tensor, outermost first; -1 stands for a dimension that is only known per request.
 *
 * <p>Threading: immutable.
 */
public final class Shape {
    /** A dimension known only per request. */
    public static final long DYNAMIC = -1;

    private static final Shape SCALAR = new Shape(new long[0]);

    private final long[] dimensions;

    private Shape(long[] dimensions) {
        this.dimensions = dimensions;
    }

    /**
     * The shape with these dimensions; none at all is a scalar (rank 0).
     *
     * @throws IllegalArgumentException if a dimension is below -1
     */
    public static Shape of(long... dimensions) {
        if (dimensions.length == 0) {
            return SCALAR;
        }
        for (long dimension : dimensions) {
            requireDimension(dimension, dimensions);
        }
        return new Shape(dimensions.clone());
    }

    private static void requireDimension(long dimension, long[] dimensions) {
        if (dimension < DYNAMIC) {
            throw new IllegalArgumentException(
                    "dimensions must be -1 (dynamic) or greater, got " + Arrays.toString(dimensions));
        }
    }

    public int rank() {
        return dimensions.length;
    }

    /** The dimension at {@code index}, in [0, rank()). */
    public long dimension(int index) {
        return dimensions[index];
    }

    /** A copy of the dimensions. */
    public long[] toArray() {
        return dimensions.clone();
    }

    /** True when no dimension is dynamic. */
    public boolean isFixed() {
        for (long dimension : dimensions) {
            if (dimension == DYNAMIC) {
                return false;
            }
        }
        return true;
    }

    /**
     * Number of elements: the product of the dimensions, 1 for a scalar.
     *
     * @throws IllegalStateException if a dimension is dynamic
     * @throws ArithmeticException if the product does not fit a long
     */
    public long elementCount() {
        long count = 1;
        for (long dimension : dimensions) {
            if (dimension == DYNAMIC) {
                throw new IllegalStateException("shape " + this + " has a dynamic dimension");
            }
            if (dimension == 0) {
                return 0;
            }
            count = Math.multiplyExact(count, dimension);
        }
        return count;
    }

    /**
     * This shape with its first dimension replaced; the rank must be 1 or more.
     *
     * @throws IllegalArgumentException if {@code first} is below -1
     */
    public Shape withFirst(long first) {
        if (first == dimensions[0]) {
            return this;
        }
        long[] copy = dimensions.clone();
        copy[0] = first;
        requireDimension(first, copy);
        return new Shape(copy);
    }

    /** True when {@code actual} has this rank and agrees in every dimension that is fixed here. */
    public boolean accepts(Shape actual) {
        if (actual.dimensions.length != dimensions.length) {
            return false;
        }
        for (int i = 0; i < dimensions.length; i++) {
            if (dimensions[i] != DYNAMIC && dimensions[i] != actual.dimensions[i]) {
                return false;
            }
        }
        return true;
    }

    /** True when both have the same rank and the same dimensions after the first. */
    public boolean sameRowShape(Shape other) {
        return dimensions.length == other.dimensions.length
                && dimensions.length > 0
                && Arrays.equals(dimensions, 1, dimensions.length, other.dimensions, 1, other.dimensions.length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape shape && Arrays.equals(dimensions, shape.dimensions);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(dimensions);
    }

    /** For example {@code [-1, 3, 224, 224]}. */
    @Override
    public String toString() {
        return Arrays.toString(dimensions);
    }
}
