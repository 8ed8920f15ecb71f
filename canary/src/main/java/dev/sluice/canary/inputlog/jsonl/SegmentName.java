package dev.sluice.canary.inputlog.jsonl;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the files of one segment are called, whatever form they have.
 *
 * <p>Threading: immutable.
 *
 * @param time {@code yyyyMMdd'T'HHmmss'Z'}, UTC: when it was begun
 * @param instance names the process that wrote it; 16 hex digits
 * @param sequence of the segment in that process, from 1 on
 */
record SegmentName(String time, String instance, long sequence) implements Comparable<SegmentName> {
    /** A closed segment as it was written. */
    static final String PLAIN = ".jsonl";
    /** A segment that is written, or whose writer has died. */
    static final String OPEN = ".jsonl.open";
    /** A closed segment, compressed. */
    static final String GZIP = ".jsonl.gz";

    /** A closed segment for data scientists. */
    static final String PARQUET = ".parquet";

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final Pattern NAME = Pattern.compile("sluice-(\\d{8}T\\d{6}Z)-([0-9a-f]{16})-(\\d{6,18})(\\..+)");
    private static final Comparator<SegmentName> ORDER = Comparator.comparing(SegmentName::time)
            .thenComparing(SegmentName::instance)
            .thenComparingLong(SegmentName::sequence);

    static SegmentName of(Instant created, String instance, long sequence) {
        return new SegmentName(TIME.format(created), instance, sequence);
    }

    /** The segment that a file belongs to; empty when it is none of the log. */
    static Optional<SegmentName> parse(String fileName) {
        Matcher matcher = NAME.matcher(fileName);
        return matcher.matches()
                ? Optional.of(new SegmentName(matcher.group(1), matcher.group(2), Long.parseLong(matcher.group(3))))
                : Optional.empty();
    }

    /** What comes after the segment's name in that of one of its files. */
    static String suffix(String fileName) {
        return fileName.substring(fileName.indexOf('.'));
    }

    /** The name of one of its files. */
    String file(String suffix) {
        return toString() + suffix;
    }

    @Override
    public int compareTo(SegmentName other) {
        return ORDER.compare(this, other);
    }

    /** Without any suffix. */
    @Override
    public String toString() {
        String digits = Long.toString(sequence);
        return "sluice-" + time + "-" + instance + "-" + "0".repeat(Math.max(0, 6 - digits.length())) + digits;
    }
}
