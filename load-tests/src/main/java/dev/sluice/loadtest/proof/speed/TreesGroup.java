package dev.sluice.loadtest.proof.speed;

import dev.sluice.loadtest.BodySource;
import dev.sluice.loadtest.CannotMeasureException;
import dev.sluice.loadtest.proof.speed.models.BoostedTrees;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * A tabular model of the usual size: what is left of ONNX Runtime's own throughput behind HTTP and JSON.
 *
 * <p>Threading: blocking; confined to the main thread.
 */
final class TreesGroup implements SpeedGroup {
    private static final String WORK = "trees";
    private static final int CONNECTIONS = 64;
    private static final int ROWS_MANY = 32;
    /** Rows; a processor would learn a dozen by heart. */
    private static final int DISTINCT = 1_024;

    private static final List<Integer> BATCHES = List.of(1, 4, 8, 16, 32, 64);

    @Override
    public String name() {
        return "trees";
    }

    @Override
    public Set<Goal> goals() {
        return EnumSet.of(Goal.TREES_RATE);
    }

    @Override
    public void measure(Bench bench) throws IOException, CannotMeasureException, InterruptedException {
        BodySource rows =
                Requests.rows(DISTINCT, 1, BoostedTrees.FEATURES, bench.plan().seed());
        Duration each = bench.plan().span().dividedBy(3);
        try (GatewayServer gateway = bench.startGateway(this, List.of(BenchModel.TREES));
                BareServer bare = bench.startBare(this, gateway.jvm());
                InProcess inProcess = bench.startInProcess(this, gateway.jvm(), ModelFile.TREES, 1)) {
            gateway.require(BenchModel.TREES);
            List<Target> targets = List.of(gateway.target(BenchModel.TREES, rows), bare.target(rows));
            bench.warmUp(bench.light(), targets, CONNECTIONS);
            inProcess.best(BATCHES, each);
            for (int round = 0; round < bench.plan().rounds(); round++) {
                Figures best = round % 2 == 0 ? best(bench, inProcess, each, round) : Figures.NONE;
                Figures served = bench.inTurn(bench.light(), WORK, round, targets, CONNECTIONS)
                        .getOrDefault("gateway", Figures.NONE);
                best = round % 2 == 0 ? best : best(bench, inProcess, each, round);
                bench.ledger().add(Goal.TREES_RATE, served.okPerSecond() / best.okPerSecond());
                bench.sayRound(
                        round,
                        String.format(
                                Locale.ROOT,
                                "%.0f ÷ %.0f rows/s = %.2f, CPU %.1f and %.1f µs a row",
                                served.okPerSecond(),
                                best.okPerSecond(),
                                served.okPerSecond() / best.okPerSecond(),
                                served.cpuMicrosPerRequest(),
                                best.cpuMicrosPerRequest()));
            }
            if (!bench.plan().quick()) {
                manyRows(bench, gateway);
            }
            bench.ledger()
                    .note(
                            Goal.TREES_RATE,
                            String.format(
                                    Locale.ROOT,
                                    "%,d different rows in turn, one per request, load by %s",
                                    DISTINCT,
                                    bench.light().name()));
            bench.ledger().note(Goal.TREES_RATE, bounds(bench.ledger().samples()));
        }
    }

    /** What the goal cannot get past: the rate of HTTP alone with the same bodies, and the CPU time of each part. */
    private static String bounds(List<Sample> samples) {
        return String.format(
                Locale.ROOT,
                "bounds: bare server %.0f requests/s; CPU: in-process %.1f µs a row, gateway %.1f and bare server %.1f µs"
                        + " a request",
                median(samples, "bare", Figures::okPerSecond),
                median(samples, "in-process", Figures::cpuMicrosPerRequest),
                median(samples, "gateway", Figures::cpuMicrosPerRequest),
                median(samples, "bare", Figures::cpuMicrosPerRequest));
    }

    private static double median(List<Sample> samples, String system, ToDoubleFunction<Figures> value) {
        return Quartiles.median(samples.stream()
                .filter(sample -> sample.work().equals(WORK) && sample.system().equals(system))
                .map(Sample::figures)
                .mapToDouble(value)
                .toArray());
    }

    /** For the reader: the gateway with many rows in each request. */
    private static void manyRows(Bench bench, GatewayServer gateway)
            throws IOException, CannotMeasureException, InterruptedException {
        BodySource rows = Requests.rows(
                DISTINCT / ROWS_MANY,
                ROWS_MANY,
                BoostedTrees.FEATURES,
                bench.plan().seed());
        Target many = gateway.target(BenchModel.TREES, rows);
        bench.warmUp(bench.light(), List.of(many), CONNECTIONS);
        for (int round = 0; round < bench.plan().rounds(); round++) {
            Figures figures = bench.light()
                    .closedLoop(many, CONNECTIONS, bench.plan().span())
                    .byRow(ROWS_MANY);
            String work = WORK + ", rows of " + ROWS_MANY;
            bench.ledger().add(new Sample(work, many.system(), CONNECTIONS, round, figures));
        }
    }

    private static Figures best(Bench bench, InProcess inProcess, Duration each, int round)
            throws IOException, CannotMeasureException {
        Figures best = inProcess.best(BATCHES, each);
        bench.ledger().add(new Sample(WORK, "in-process", 0, round, best));
        return best;
    }
}
