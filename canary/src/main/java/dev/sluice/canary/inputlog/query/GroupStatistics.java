package dev.sluice.canary.inputlog.query;

/**
 * Figures of the records that have a group in common.
 *
 * <p>Threading: immutable.
 *
 * @param group of the records
 * @param records how many they are
 * @param requests how many requests they stand for: the sum of 1 / probability
 * @param p50Nanos half of these requests took no longer; within 1 %
 * @param p90Nanos 90 % of them
 * @param p99Nanos 99 % of them
 * @param maxNanos the longest of the records
 */
public record GroupStatistics(
        Group group, long records, double requests, long p50Nanos, long p90Nanos, long p99Nanos, long maxNanos) {
    /**
     * What the records have in common.
     *
     * @param model name
     * @param version of it
     * @param arm as which it was chosen
     * @param outcome {@code answered}, or the name of the error code
     */
    public record Group(String model, long version, String arm, String outcome) implements Comparable<Group> {
        /** The outcome of an answer. */
        public static final String ANSWERED = "answered";

        @Override
        public int compareTo(Group other) {
            int order = model.compareTo(other.model);
            order = order != 0 ? order : Long.compare(version, other.version);
            order = order != 0 ? order : arm.compareTo(other.arm);
            order = order != 0 ? order : Boolean.compare(!outcome.equals(ANSWERED), !other.outcome.equals(ANSWERED));
            return order != 0 ? order : outcome.compareTo(other.outcome);
        }
    }
}
