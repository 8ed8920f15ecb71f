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

/**
 * A tabular model of the usual size: what is left of ONNX Runtime's own throughput behind HTTP and JSON.
 *
 * <p>Threading: blocking; confined to the main thread.
 */
final class TreesGroup implements SpeedGroup {
    private static final String WORK = "trees";
    private static final int CONNECTIONS = 64;
    private static final int ROWS_MANY = 32;
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
        BodySource body = Requests.row(BoostedTrees.FEATURES, bench.plan().seed());
        Duration each = bench.plan().span().dividedBy(3);
        try (GatewayServer gateway = bench.startGateway(this, List.of(BenchModel.TREES));
                BareServer bare = bench.startBare(this, gateway.jvm());
                InProcess inProcess = bench.startInProcess(this, gateway.jvm(), ModelFile.TREES, 1)) {
            gateway.require(BenchModel.TREES);
            List<Target> targets = List.of(gateway.target(BenchModel.TREES, body));
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
                                "%.0f ÷ %.0f rows/s = %.2f",
                                served.okPerSecond(),
                                best.okPerSecond(),
                                served.okPerSecond() / best.okPerSecond()));
            }
            if (!bench.plan().quick()) {
                whereTheBoundsAre(bench, gateway, bare);
            }
            bench.ledger()
                    .note(
                            Goal.TREES_RATE,
                            "one row per request, load by " + bench.light().name());
        }
    }

    /** For the reader: what HTTP alone reaches with these bodies, and the gateway with many rows in each request. */
    private static void whereTheBoundsAre(Bench bench, GatewayServer gateway, BareServer bare)
            throws IOException, CannotMeasureException, InterruptedException {
        long seed = bench.plan().seed();
        List<Target> alone = List.of(bare.target(Requests.row(BoostedTrees.FEATURES, seed)));
        Target many = gateway.target(BenchModel.TREES, Requests.rows(ROWS_MANY, BoostedTrees.FEATURES, seed));
        bench.warmUp(bench.light(), alone, CONNECTIONS);
        bench.warmUp(bench.light(), List.of(many), CONNECTIONS);
        for (int round = 0; round < bench.plan().rounds(); round++) {
            bench.inTurn(bench.light(), WORK, round, alone, CONNECTIONS);
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
