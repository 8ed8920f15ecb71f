package dev.sluice.loadtest;

import java.net.URI;
import java.util.List;
import java.util.Map;

/** Plans and results for tests. */
public final class LoadFixtures {
    private LoadFixtures() {}

    /** A plan that reaches nobody. */
    static LoadPlan.Builder plan() {
        return LoadPlan.builder(URI.create("http://127.0.0.1:1"), "m");
    }

    /** A latency summary with everything at {@code nanos}. */
    public static LatencySummary latency(long count, long nanos) {
        return new LatencySummary(count, nanos, nanos, nanos, nanos, nanos, nanos);
    }

    /** A generator that kept up. */
    static GeneratorHealth healthy() {
        return new GeneratorHealth(latency(100, 100_000), 0.3, 0);
    }

    /** A result of ten seconds; latencies are 20 ms. */
    static LoadResult result(LoadPlan plan, long sent, long ok, GeneratorHealth health) {
        Map<String, Long> errors = sent == ok ? Map.of() : Map.of("503", sent - ok);
        return new LoadResult(plan, sent, ok, errors, 10, ok / 10.0, latency(ok, 20_000_000), List.of(), health, null);
    }

    /** A result in which the generator gave up every request that failed. */
    public static LoadResult resultWithUnsent(long sent, long ok) {
        return new LoadResult(
                plan().build(),
                sent,
                ok,
                Map.of("unsent", sent - ok),
                10,
                ok / 10.0,
                latency(ok, 20_000_000),
                List.of(),
                new GeneratorHealth(latency(100, 0), 0.3, sent - ok),
                null);
    }

    /** A result for the judgement of a proof. */
    public static LoadResult result(long sent, long ok) {
        return result(plan().build(), sent, ok, healthy());
    }
}
