package dev.sluice.loadtest.proof.server;

import java.util.List;
import java.util.OptionalDouble;

/**
 * Values out of a metrics page in the Prometheus text format.
 *
 * <p>Threading: immutable.
 *
 * @see "Prometheus documentation, Exposition formats"
 */
public final class PrometheusText {
    private final List<String> lines;

    public PrometheusText(String page) {
        lines = page.lines().filter(line -> !line.startsWith("#")).toList();
    }

    /**
     * The sum over all series of {@code metric} that carry the label, or nothing when there is none.
     *
     * @param label as it stands on the page, for example {@code area="heap"}
     */
    public OptionalDouble sum(String metric, String label) {
        double sum = 0;
        boolean found = false;
        for (String line : lines) {
            int open = line.indexOf('{');
            int close = line.lastIndexOf('}');
            if (open < 0 || close < open || !line.substring(0, open).equals(metric)) {
                continue;
            }
            if (("," + line.substring(open + 1, close) + ",").contains("," + label + ",")) {
                // A timestamp may follow the value.
                sum += Double.parseDouble(line.substring(close + 1).strip().split(" ", 2)[0]);
                found = true;
            }
        }
        return found ? OptionalDouble.of(sum) : OptionalDouble.empty();
    }

    /** The value of a metric without labels, or nothing when it is not on the page. */
    public OptionalDouble value(String metric) {
        for (String line : lines) {
            if (line.startsWith(metric + " ")) {
                return OptionalDouble.of(Double.parseDouble(
                        line.substring(metric.length()).strip().split(" ", 2)[0]));
            }
        }
        return OptionalDouble.empty();
    }
}
