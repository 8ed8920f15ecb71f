package dev.sluice.loadtest;

import java.net.URI;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** Plans and results for tests. */
public final class LoadFixtures {
    private LoadFixtures() {}

    /** A plan that reaches nobody. */
    static LoadPlan.Builder plan() {
        return LoadPlan.builder(URI.create("http://127.0.0.1:1"), "m");
    }

    /** A latency summary with everything at {@code nanos}. */
    public static LatencySummary latency(long count, long nanos) {
        return new LatencySummary(count, nanos, nanos, nanos, nanos, nanos, nanos, nanos);
    }

    /** A distribution with every value at {@code nanos}. */
    static LatencyDistribution distribution(long count, long nanos) {
        Histogram histogram = Tally.histogram();
        if (count > 0) {
            histogram.recordValueWithCount(nanos, count);
        }
        return LatencyDistribution.of(histogram);
    }

    /** A generator that kept up. */
    static GeneratorHealth healthy() {
        return late(100_000);
    }

    /** A generator that was late by that much each time, and had nothing else to complain about. */
    static GeneratorHealth late(long nanos) {
        return new GeneratorHealth(distribution(100, nanos), 0.3, 0.1, 8_000, 0);
    }

    /** A generator that knew no times to be late for, with a loop that busy. */
    static GeneratorHealth closedLoop(double busy) {
        return new GeneratorHealth(distribution(0, 0), busy, 0, 8_000, 0);
    }

    /** Totals of ten seconds; latencies are 20 ms. */
    static Totals totals(String name, long sent, long ok, String error) {
        Map<String, Long> errors = sent == ok ? Map.of() : Map.of(error, sent - ok);
        return new Totals(name, sent, ok, errors, 10, ok / 10.0, distribution(ok, 20_000_000));
    }

    /** A result of ten seconds; latencies are 20 ms. */
    static LoadResult result(LoadPlan plan, long sent, long ok, GeneratorHealth health) {
        return result(plan, totals("all", sent, ok, "503"), health);
    }

    /** A result of those totals. */
    static LoadResult result(LoadPlan plan, Totals all, GeneratorHealth health) {
        List<Totals> targets = plan.targets().stream()
                .map(target -> new Totals(
                        target.name(), all.sent(), all.ok(), all.errors(), 10, all.okPerSecond(), all.latency()))
                .toList();
        return new LoadResult(plan, all, targets, List.of(), List.of(), health, null, null);
    }

    /** A result in which the generator gave up every request that failed. */
    public static LoadResult resultWithUnsent(long sent, long ok) {
        return result(
                plan().build(),
                totals("all", sent, ok, "unsent"),
                new GeneratorHealth(distribution(100, 0), 0.3, 0, 8_000, sent - ok));
    }

    /** A result in which every request that failed waited for a connection until its time was up. */
    public static LoadResult resultWithUnconnected(long sent, long ok) {
        return result(plan().build(), totals("all", sent, ok, "unconnected"), healthy());
    }

    /** A result of a generator that was late; what failed, failed at the server. */
    public static LoadResult resultWithLateGenerator(long sent, long ok) {
        return result(plan().build(), sent, ok, late(90_000_000));
    }

    /** A result for the judgement of a proof. */
    public static LoadResult result(long sent, long ok) {
        return result(plan().build(), sent, ok, healthy());
    }
}
