package dev.sluice.canary.feedback;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What has come of predictions and labels, by model; counted since the file was made, over all restarts.
 *
 * <p>Threading: immutable.
 *
 * @param models by name
 */
public record FeedbackReport(SortedMap<String, Model> models) {
    /** Nothing has come so far. */
    public static final FeedbackReport NONE = new FeedbackReport(new TreeMap<>());

    /**
     * One model.
     *
     * @param labels by outcome, all of them
     * @param predicted rows that were ever remembered
     * @param expired rows that were forgotten because of their age
     * @param displaced rows that were forgotten because there were too many
     * @param lagCounts labels by the time from prediction to label, in the buckets of {@link LagBuckets} and one more
     * @param lagSeconds sum of those times
     * @param versions those of which rows are remembered, ascending
     */
    public record Model(
            Map<LabelOutcome, Long> labels,
            long predicted,
            long expired,
            long displaced,
            List<Long> lagCounts,
            double lagSeconds,
            SortedMap<Long, Coverage> versions) {
        /** Rows that are remembered. */
        public long remembered() {
            return versions.values().stream().mapToLong(Coverage::remembered).sum();
        }

        /** Those of them that have a label. */
        public long labelled() {
            return versions.values().stream().mapToLong(Coverage::labelled).sum();
        }

        /** Labels of that outcome. */
        public long labels(LabelOutcome outcome) {
            return labels.getOrDefault(outcome, 0L);
        }

        /**
         * The time within which a share of the labels came, estimated within its bucket.
         *
         * @param share in [0, 1]
         * @return seconds; NaN when there is no label
         */
        public double lagSecondsQuantile(double share) {
            long total = lagCounts.stream().mapToLong(Long::longValue).sum();
            double rank = share * total;
            double below = 0;
            List<Long> bounds = LagBuckets.BOUNDS_SECONDS;
            for (int i = 0; total > 0 && i < bounds.size(); i++) {
                long count = lagCounts.get(i);
                double lower = i == 0 ? 0 : bounds.get(i - 1);
                if (count > 0 && below + count >= rank) {
                    return lower + (bounds.get(i) - lower) * (rank - below) / count;
                }
                below += count;
            }
            return total == 0 ? Double.NaN : bounds.get(bounds.size() - 1);
        }
    }

    /**
     * How much of a version's predictions is labelled.
     *
     * @param remembered rows
     * @param labelled those that have a label
     */
    public record Coverage(long remembered, long labelled) {
        /** In [0, 1]; NaN when no row is remembered. */
        public double share() {
            return (double) labelled / remembered;
        }
    }

    static FeedbackReport of(Map<FeedbackTally.Key, Long> counts) {
        SortedMap<String, SortedMap<Long, Map<String, Long>>> byModel = new TreeMap<>();
        counts.forEach((key, count) -> byModel.computeIfAbsent(key.model(), name -> new TreeMap<>())
                .computeIfAbsent(key.version(), version -> new TreeMap<>())
                .put(key.name(), count));
        SortedMap<String, Model> models = new TreeMap<>();
        byModel.forEach((name, versions) -> models.put(name, model(versions)));
        return new FeedbackReport(models);
    }

    private static Model model(SortedMap<Long, Map<String, Long>> versions) {
        Map<String, Long> whole = versions.getOrDefault(0L, Map.of());
        Map<LabelOutcome, Long> labels = new EnumMap<>(LabelOutcome.class);
        for (LabelOutcome outcome : LabelOutcome.values()) {
            labels.put(outcome, whole.getOrDefault(outcome.word(), 0L));
        }
        List<Long> lags = new ArrayList<>();
        for (int i = 0; i <= LagBuckets.BOUNDS_SECONDS.size(); i++) {
            lags.add(whole.getOrDefault(FeedbackTally.LAG + i, 0L));
        }
        SortedMap<Long, Coverage> coverage = new TreeMap<>();
        versions.tailMap(1L).forEach((version, counts) -> {
            long remembered = counts.getOrDefault(FeedbackTally.REMEMBERED, 0L);
            if (remembered > 0) {
                coverage.put(version, new Coverage(remembered, counts.getOrDefault(FeedbackTally.LABELLED, 0L)));
            }
        });
        return new Model(
                labels,
                whole.getOrDefault(FeedbackTally.PREDICTED, 0L),
                whole.getOrDefault(FeedbackTally.EXPIRED, 0L),
                whole.getOrDefault(FeedbackTally.DISPLACED, 0L),
                lags,
                whole.getOrDefault(FeedbackTally.LAG_MILLIS, 0L) / 1e3,
                coverage);
    }
}
