package dev.sluice.canary.monitor.profile;

import java.util.List;
import java.util.Map;

/**
 * The golden rows of a profile, and how far outputs may be from them.
 *
 * <p>Threading: immutable.
 *
 * @param rows at most {@value #ROWS_MAX}
 * @param overall for outputs without a tolerance of their own
 * @param byOutput output name → its own tolerance
 */
public record GoldenRows(List<GoldenRow> rows, Tolerance overall, Map<String, Tolerance> byOutput) {
    /** Most golden rows of one profile. */
    public static final int ROWS_MAX = 100;

    /** No rows. */
    public static final GoldenRows NONE = new GoldenRows(List.of(), Tolerance.DEFAULT, Map.of());

    public GoldenRows {
        rows = List.copyOf(rows);
        byOutput = Map.copyOf(byOutput);
        if (rows.size() > ROWS_MAX) {
            throw new IllegalArgumentException(
                    "there must be at most " + ROWS_MAX + " golden rows, got " + rows.size());
        }
    }

    /** How far the elements of that output may be off. */
    public Tolerance tolerance(String output) {
        return byOutput.getOrDefault(output, overall);
    }

    /** How many rows come from there. */
    public long count(GoldenRow.Source source) {
        return rows.stream().filter(row -> row.source() == source).count();
    }
}
