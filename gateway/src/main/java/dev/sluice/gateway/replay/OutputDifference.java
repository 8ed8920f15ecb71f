package dev.sluice.gateway.replay;

import dev.sluice.model.Tensor;

/**
 * How one output of a candidate differs from the logged one.
 *
 * <p>Threading: immutable.
 *
 * @param name of the output
 * @param equal whether both are equal bit for bit
 * @param elements how many there are; 0 where they cannot be compared
 * @param differing how many of them differ in a bit
 * @param maxAbs largest distance of two numbers; not a number with one that is makes it infinite
 * @param maxRel largest distance over the larger of both magnitudes
 * @param within whether all distances are within the tolerance
 * @param reason why they cannot be compared; empty where they can
 */
record OutputDifference(
        String name,
        boolean equal,
        long elements,
        long differing,
        double maxAbs,
        double maxRel,
        boolean within,
        String reason) {
    /** Both cannot be compared. */
    static OutputDifference incomparable(String name, String reason) {
        return new OutputDifference(name, false, 0, 0, 0, 0, false, reason);
    }

    /**
     * Compares two outputs.
     *
     * @param tolerance two numbers a (logged) and b are close when |a - b| &lt;= tolerance * (1 + |a|)
     */
    static OutputDifference of(Tensor logged, Tensor candidate, double tolerance) {
        if (logged.dataType() != candidate.dataType()) {
            return incomparable(logged.name(), "datatype " + logged.dataType() + " became " + candidate.dataType());
        }
        if (!logged.shape().equals(candidate.shape())) {
            return incomparable(logged.name(), "shape " + logged.shape() + " became " + candidate.shape());
        }
        ElementPairs pairs = new ElementPairs(logged, candidate, tolerance);
        pairs.compare();
        return new OutputDifference(
                logged.name(),
                pairs.differing() == 0,
                pairs.count(),
                pairs.differing(),
                pairs.maxAbs(),
                pairs.maxRel(),
                pairs.within(),
                "");
    }
}
