package dev.sluice.canary.inputlog.query;

import dev.sluice.canary.inputlog.jsonl.LogLine;
import dev.sluice.canary.inputlog.jsonl.LoggedRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Figures of a log.
 *
 * <p>Bound: {@value #GROUPS_MAX} groups and as many flags; the others are counted together.
 *
 * <p>Threading: confined to one thread.
 */
public final class LogStatistics {
    private static final int GROUPS_MAX = 1024;
    private static final String OTHERS = "(others)";

    private final RecordFilter filter;
    private final Map<GroupStatistics.Group, Sums> groups = new TreeMap<>();
    private final SortedMap<String, Long> flags = new TreeMap<>();
    private final WindowSums windows = new WindowSums();
    private long records;
    private long redacted;
    private long digests;
    private double requests;
    private @Nullable Instant first;
    private @Nullable Instant last;

    private static final class Sums {
        private final LatencySketch latency = new LatencySketch();
        private long records;
        private double requests;
    }

    /**
     * @param filter of the records; windows count whatever their records are
     */
    public LogStatistics(RecordFilter filter) {
        this.filter = filter;
    }

    /** Takes in a line. */
    public void add(LogLine line) {
        if (line instanceof LogLine.Window window) {
            windows.add(window);
        } else if (line instanceof LogLine.Prediction prediction && filter.accepts(prediction.record())) {
            add(prediction.record());
        }
    }

    private void add(LoggedRecord record) {
        double weight = 1 / record.probability();
        records++;
        requests += weight;
        redacted += record.redacted() ? 1 : 0;
        digests += record.inputDigests().isEmpty() && record.outputDigests().isEmpty() ? 0 : 1;
        Instant time = record.arrived();
        first = first == null || time.isBefore(first) ? time : first;
        last = last == null || time.isAfter(last) ? time : last;
        for (String flag : record.flags()) {
            flags.merge(flags.size() < GROUPS_MAX || flags.containsKey(flag) ? flag : OTHERS, 1L, Long::sum);
        }
        Sums sums = sums(record);
        sums.records++;
        sums.requests += weight;
        sums.latency.add(record.timing().totalNanos(), weight);
    }

    private Sums sums(LoggedRecord record) {
        String outcome = record.failureCode().isEmpty() ? GroupStatistics.Group.ANSWERED : record.failureCode();
        GroupStatistics.Group group =
                new GroupStatistics.Group(record.model().name(), record.model().version(), record.arm(), outcome);
        boolean full = groups.size() >= GROUPS_MAX && !groups.containsKey(group);
        return groups.computeIfAbsent(full ? new GroupStatistics.Group(OTHERS, 0, "", "") : group, any -> new Sums());
    }

    /** Records that were chosen. */
    public long records() {
        return records;
    }

    /** How many requests they stand for: the sum of 1 / probability. */
    public double requests() {
        return requests;
    }

    /** Those that were changed. */
    public long redacted() {
        return redacted;
    }

    /** Those of which only digests are there. */
    public long digests() {
        return digests;
    }

    /** Arrival of the first of them. */
    public Optional<Instant> first() {
        return Optional.ofNullable(first);
    }

    /** Arrival of the last of them. */
    public Optional<Instant> last() {
        return Optional.ofNullable(last);
    }

    /** How many records have each flag. */
    public SortedMap<String, Long> flags() {
        return new TreeMap<>(flags);
    }

    /** What became of all requests, whatever the filter. */
    public WindowSums windows() {
        return windows;
    }

    /** The records by model, version, arm and outcome. */
    public List<GroupStatistics> groups() {
        List<GroupStatistics> made = new ArrayList<>();
        groups.forEach((group, sums) -> made.add(new GroupStatistics(
                group,
                sums.records,
                sums.requests,
                sums.latency.quantile(0.5),
                sums.latency.quantile(0.9),
                sums.latency.quantile(0.99),
                sums.latency.max())));
        return made;
    }
}
