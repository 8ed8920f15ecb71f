package dev.sluice.canary.monitor.profile;

import java.util.Locale;

/**
 * How far a floating-point element may be from the expected one: {@code |got - expected| <= atol + rtol * |expected|}.
 *
 * <p>NaN equals NaN and nothing else, an infinity equals itself and nothing else. The rule is NumPy's {@code allclose} with the
 * expected value as its second argument.
 *
 * <p>Threading: immutable.
 *
 * @param relative part of the expected magnitude, finite, 0 or greater
 * @param absolute finite, 0 or greater
 * @see "docs/adr/0013-golden-rows-from-the-training-side.md"
 */
public record Tolerance(double relative, double absolute) {
    /** What single-precision kernels need that add in another order than the training library; far below any real mistake. */
    public static final Tolerance DEFAULT = new Tolerance(1e-4, 1e-5);

    public Tolerance {
        requireBound("rtol", relative);
        requireBound("atol", absolute);
    }

    private static void requireBound(String name, double value) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(name + " must be a finite number of 0 or greater, got " + value);
        }
    }

    /** Whether {@code actual} may stand for {@code expected}. */
    boolean accepts(double expected, double actual) {
        if (!Double.isFinite(expected) || !Double.isFinite(actual)) {
            return Double.compare(expected, actual) == 0;
        }
        return Math.abs(actual - expected) <= allowed(expected);
    }

    /** The largest difference allowed from a finite value. */
    double allowed(double expected) {
        return absolute + relative * Math.abs(expected);
    }

    /** For example {@code atol 1.0e-05 + rtol 1.0e-04}. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "atol %.1e + rtol %.1e", absolute, relative);
    }
}
