package dev.sluice.loadtest;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One goal of a run: {@code p99=50ms}, {@code errors=0}, {@code errors=0.1%}, {@code rate=450}, or one of these for one
 * target only: {@code fraud:p99=20ms}.
 *
 * <p>Threading: immutable.
 *
 * @param target name of the target it is about, or null for all requests together
 * @param metric what is looked at
 * @param percentile which one, in (0, 100], 100 being the highest latency; only of {@link Metric#PERCENTILE}, else 0
 * @param limit most nanoseconds, most failed requests, most percent of failed requests, or least successful requests
 *     per second; 0 or greater
 */
public record Slo(@Nullable String target, Metric metric, double percentile, double limit) {
    private static final Pattern FORM = Pattern.compile("(?:([\\w.@/-]+):)?([a-z]+)(\\d{1,2}(?:\\.\\d{1,4})?)?=(.+)");

    /** What a goal can be about. */
    public enum Metric {
        /** A latency that so many percent of the requests do not exceed. */
        PERCENTILE,
        /** The mean latency. */
        MEAN,
        /** The number of failed requests. */
        ERROR_COUNT,
        /** Failed requests of a hundred. */
        ERROR_PERCENT,
        /** Successful answers per second. */
        RATE
    }

    public Slo {
        if (!(limit >= 0)) {
            throw new IllegalArgumentException("the limit of a goal must be 0 or greater, got " + limit);
        }
        if (metric == Metric.PERCENTILE && !(percentile > 0 && percentile <= 100)) {
            throw new IllegalArgumentException("a percentile must be above 0 and at most 100, got " + percentile);
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
        String target = matcher.group(1);
        String metric = matcher.group(2);
        String digits = matcher.group(3);
        String value = matcher.group(4);
        if (metric.equals("p") && digits != null) {
            return new Slo(target, Metric.PERCENTILE, Double.parseDouble(digits), nanos(value));
        }
        if (digits != null) {
            throw unknown(text);
        }
        return switch (metric) {
            case "max" -> new Slo(target, Metric.PERCENTILE, 100, nanos(value));
            case "mean" -> new Slo(target, Metric.MEAN, 0, nanos(value));
            case "rate" -> new Slo(target, Metric.RATE, 0, number(value, text));
            case "errors" ->
                value.endsWith("%")
                        ? new Slo(target, Metric.ERROR_PERCENT, 0, number(value.substring(0, value.length() - 1), text))
                        : new Slo(target, Metric.ERROR_COUNT, 0, number(value, text));
            default -> throw unknown(text);
        };
    }

    private static double nanos(String value) {
        return DurationText.parse(value).toNanos();
    }

    private static double number(String value, String text) {
        try {
            return Double.parseDouble(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("a number must follow '=' in the goal '" + text + "'", e);
        }
    }

    private static IllegalArgumentException unknown(String text) {
        return new IllegalArgumentException("a goal must be p<percentile>, mean or max=<duration>,"
                + " errors=<count or percent%>, or rate=<per second>, perhaps after '<target>:', got '" + text + "'");
    }

    /** How the run did on this goal. A latency goal of a run without any recorded latency is missed. */
    public SloOutcome judge(LoadResult result) {
        Totals totals = result.totals(target);
        return switch (metric) {
            case PERCENTILE -> atMost(result, totals, totals.latency().nanosAt(percentile));
            case MEAN ->
                atMost(result, totals, (long) totals.latency().summary().meanNanos());
            case ERROR_COUNT ->
                outcome(
                        Long.toString(totals.failed()),
                        totals.failed() <= limit,
                        failedAtServer(totals, result) > limit);
            case ERROR_PERCENT ->
                outcome(
                        String.format(Locale.ROOT, "%.4f%%", percent(totals.failed(), totals.sent())),
                        percent(totals.failed(), totals.sent()) <= limit,
                        percent(failedAtServer(totals, result), totals.sent()) > limit);
            case RATE ->
                outcome(
                        String.format(Locale.ROOT, "%.1f", totals.okPerSecond()),
                        totals.okPerSecond() >= limit,
                        result.complaints().isEmpty() && wereEnoughSent(result, totals));
        };
    }

    /** An open loop that sent less than the goal, as Poisson arrivals do in half of all runs, leaves it open. */
    private boolean wereEnoughSent(LoadResult result, Totals totals) {
        return result.plan().arrivals() instanceof Arrivals.Closed
                || (totals.sent() - totals.neverSent()) / totals.seconds() >= limit;
    }

    /** What reaches the timeout had no answer, and meets no goal however high. */
    private SloOutcome atMost(LoadResult result, Totals totals, long nanos) {
        if (totals.latency().count() == 0) {
            return outcome("no answer", false, failedAtServer(totals, result) > 0);
        }
        boolean answered = nanos < result.plan().timeout().toNanos();
        String actual = answered ? DurationText.ofNanos(nanos) : "no answer within " + DurationText.ofNanos(nanos);
        return outcome(actual, answered && nanos <= limit, isCertainlyMissed(result, totals));
    }

    /**
     * A missed latency is the server's when it is one even without the generator's lateness, once on sending and once more,
     * since the same loop was as late, on receiving. A closed loop knows no lateness: there a generator that had capacity
     * left has none to speak of.
     */
    private boolean isCertainlyMissed(LoadResult result, Totals totals) {
        LatencyDistribution lateness = result.health().lateness();
        if (lateness.count() == 0) {
            return result.complaints().isEmpty();
        }
        double seen = seenByServer(totals);
        double own = 2.0 * lateness.nanosAt(metric == Metric.MEAN ? 99 : percentile);
        double timeout = result.plan().timeout().toNanos();
        return limit < timeout
                ? seen - own > limit
                : seen >= timeout && own * 5 <= timeout && result.complaints().isEmpty();
    }

    /** The latency without the requests that found no connection, which stand at its end; 0 if there were no others. */
    private double seenByServer(Totals totals) {
        LatencyDistribution latency = totals.latency();
        long unseen = totals.unconnected();
        long seen = latency.count() - unseen;
        if (seen <= 0) {
            return 0;
        }
        return metric == Metric.MEAN
                ? (latency.summary().meanNanos() * latency.count() - (double) unseen * latency.nanosAt(100)) / seen
                : latency.nanosAt(percentile * seen / latency.count());
    }

    /** Failures that are not the generator's doing: it never sent some, and a late one may have run out of time. */
    private static long failedAtServer(Totals totals, LoadResult result) {
        boolean veryLate = result.health().lateness().nanosAt(100) * 10.0
                > result.plan().timeout().toNanos();
        long timeouts = totals.errors().getOrDefault(FailureKind.TIMEOUT.label(), 0L);
        return totals.failed() - totals.neverSent() - (veryLate ? timeouts : 0);
    }

    private static double percent(long part, long whole) {
        return whole == 0 ? 0 : 100.0 * part / whole;
    }

    private SloOutcome outcome(String actual, boolean met, boolean certain) {
        return new SloOutcome(target, goal(), actual, met, certain);
    }

    /** For example {@code p99 <= 50.00 ms}, without the target. */
    private String goal() {
        return switch (metric) {
            case PERCENTILE ->
                (percentile == 100 ? "max" : "p" + plain(percentile)) + " <= " + DurationText.ofNanos(limit);
            case MEAN -> "mean <= " + DurationText.ofNanos(limit);
            case ERROR_COUNT -> "errors <= " + plain(limit);
            case ERROR_PERCENT -> "errors <= " + plain(limit) + "%";
            case RATE -> "rate >= " + plain(limit);
        };
    }

    private static String plain(double value) {
        return value == Math.rint(value) ? String.format(Locale.ROOT, "%.0f", value) : Double.toString(value);
    }

    /** For example {@code fraud: p99 <= 20.00 ms}. */
    @Override
    public String toString() {
        return target == null ? goal() : target + ": " + goal();
    }
}
