package dev.sluice.loadtest;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Reports for tests, the same each time. */
final class ReportFixtures {
    private ReportFixtures() {}

    static RunReport report(LoadResult result) {
        return report(result, null);
    }

    static RunReport report(LoadResult result, @Nullable SearchResult search) {
        return new RunReport(
                result,
                search,
                Instant.parse("2026-01-02T03:04:05.678Z"),
                List.of("load", "--model", "fraud", "--slo", "p99<50ms & more"),
                new TreeMap<>(Map.of("cpus", "2", "java", "25", "system", "Linux")));
    }

    /** A run in two stages over two targets, one of which is slow and fails a little; it misses a goal. */
    static LoadResult twoTargetsTwoStages() {
        LoadPlan plan = LoadPlan.builder(URI.create("http://127.0.0.1:8080"), "fraud")
                .target(new LoadTarget(
                        "slow", "churn", "2", 3, LoadTarget.of("churn").body(), Map.of("X-Tier", "gold")))
                .arrivals(new Arrivals.Staged(
                        List.of(new Stage(100, 100, Duration.ofSeconds(2)), new Stage(100, 300, Duration.ofSeconds(2))),
                        false))
                .slo(Slo.parse("p99=50ms"))
                .slo(Slo.parse("slow:errors=0"))
                .build();
        Totals fraud = new Totals("fraud", 150, 150, Map.of(), 4, 37.5, spread(150, 1_000_000));
        Totals slow = new Totals("slow", 450, 445, Map.of("503", 3L, "timeout", 2L), 4, 111.25, spread(447, 8_000_000));
        Totals all = new Totals("all", 600, 595, slow.errors(), 4, 148.75, spread(597, 4_000_000));
        Totals first = new Totals("100/s for 2 s", 200, 200, Map.of(), 2, 100, spread(200, 1_000_000));
        Totals second = new Totals("100..300/s for 2 s", 400, 395, slow.errors(), 2, 197.5, spread(397, 8_000_000));
        List<SecondSample> series = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            series.add(new SecondSample(
                    i, 1, 150, 148 + i % 2, i, 3 + i, LoadFixtures.latency(150, 1_000_000L * (i + 1))));
        }
        return new LoadResult(
                plan,
                all,
                List.of(fraud, slow),
                List.of(first, second),
                series,
                LoadFixtures.healthy(),
                25_000.0,
                null);
    }

    /** Latencies from {@code nanos} to ten times that. */
    private static LatencyDistribution spread(int count, long nanos) {
        Histogram histogram = Tally.histogram();
        for (int i = 0; i < count; i++) {
            histogram.recordValue(nanos + nanos * 9 * i / count);
        }
        return LatencyDistribution.of(histogram);
    }
}
