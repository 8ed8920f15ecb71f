package dev.sluice.loadtest;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One goal of a run: {@code p99=50ms}, {@code errors=0}, {@code errors=0.1%} or {@code rate=450}.
 *
 * <p>Threading: immutable.
 *
 * @param metric what is looked at
 * @param limit most nanoseconds, most failed requests, most percent of failed requests, or least successful requests
 *     per second; 0 or greater
 */
public record Slo(Metric metric, double limit) {
    private static final Pattern FORM = Pattern.compile("([a-z0-9.]+)=(.+)");

    /** What a goal can be about. */
    public enum Metric {
        P50("p50"),
        P90("p90"),
        P99("p99"),
        P999("p99.9"),
        MAX("max"),
        ERROR_COUNT("errors"),
        ERROR_PERCENT("errors"),
        RATE("rate");

        private final String label;

        Metric(String label) {
            this.label = label;
        }
    }

    public Slo {
        if (!(limit >= 0)) {
            throw new IllegalArgumentException("the limit of " + metric.label + " must be 0 or greater, got " + limit);
        }
    }

    /**
     * The goal that {@code text} says.
     *
     * @throws IllegalArgumentException if it has none of the forms above
     */
    public static Slo parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw unknown(text);
        }
        String value = matcher.group(2);
        return switch (matcher.group(1)) {
            case "p50" -> latency(Metric.P50, value);
            case "p90" -> latency(Metric.P90, value);
            case "p99" -> latency(Metric.P99, value);
            case "p99.9" -> latency(Metric.P999, value);
            case "max" -> latency(Metric.MAX, value);
            case "rate" -> new Slo(Metric.RATE, number(value, text));
            case "errors" ->
                value.endsWith("%")
                        ? new Slo(Metric.ERROR_PERCENT, number(value.substring(0, value.length() - 1), text))
                        : new Slo(Metric.ERROR_COUNT, number(value, text));
            default -> throw unknown(text);
        };
    }

    private static Slo latency(Metric metric, String value) {
        return new Slo(metric, DurationText.parse(value).toNanos());
    }

    private static double number(String value, String text) {
        try {
            return Double.parseDouble(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("a number must follow '=' in the goal '" + text + "'", e);
        }
    }

    private static IllegalArgumentException unknown(String text) {
        return new IllegalArgumentException("a goal must be one of p50, p90, p99, p99.9, max=<duration>,"
                + " errors=<count or percent%>, rate=<per second>, got '" + text + "'");
    }

    /** How the run did on this goal. A latency goal of a run without any recorded latency is missed. */
    public SloOutcome judge(LoadResult result) {
        LatencySummary latency = result.latency();
        return switch (metric) {
            case P50 -> atMostNanos(latency, latency.p50Nanos());
            case P90 -> atMostNanos(latency, latency.p90Nanos());
            case P99 -> atMostNanos(latency, latency.p99Nanos());
            case P999 -> atMostNanos(latency, latency.p999Nanos());
            case MAX -> atMostNanos(latency, latency.maxNanos());
            case ERROR_COUNT -> {
                String actual = Long.toString(result.failed());
                yield new SloOutcome(toString(), actual, result.failed() <= limit);
            }
            case ERROR_PERCENT -> {
                double percent = result.sent() == 0 ? 0 : 100.0 * result.failed() / result.sent();
                yield new SloOutcome(toString(), String.format(Locale.ROOT, "%.4f%%", percent), percent <= limit);
            }
            case RATE -> {
                double rate = result.okPerSecond();
                yield new SloOutcome(toString(), String.format(Locale.ROOT, "%.1f", rate), rate >= limit);
            }
        };
    }

    private SloOutcome atMostNanos(LatencySummary latency, long nanos) {
        if (latency.count() == 0) {
            return new SloOutcome(toString(), "no answer", false);
        }
        return new SloOutcome(toString(), DurationText.ofNanos(nanos), nanos <= limit);
    }

    /** For example {@code p99 <= 50.00 ms}. */
    @Override
    public String toString() {
        return switch (metric) {
            case P50, P90, P99, P999, MAX -> metric.label + " <= " + DurationText.ofNanos(limit);
            case ERROR_COUNT -> metric.label + " <= " + String.format(Locale.ROOT, "%.0f", limit);
            case ERROR_PERCENT -> metric.label + " <= " + limit + "%";
            case RATE -> metric.label + " >= " + limit;
        };
    }
}
