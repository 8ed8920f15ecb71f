package dev.sluice.loadtest.proof.speed;

import dev.sluice.loadtest.BodySource;
import dev.sluice.loadtest.CannotMeasureException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The cheapest model under full load: what the gateway adds to the HTTP stack.
 *
 * <p>Threading: blocking; confined to the main thread.
 */
final class MlpGroup implements SpeedGroup {
    private static final int DISTINCT = 256;
    private static final int JUDGED_CONNECTIONS = 64;
    private static final List<Integer> ALL_CONNECTIONS = List.of(1, 16, JUDGED_CONNECTIONS, 128);

    @Override
    public String name() {
        return "mlp";
    }

    @Override
    public Set<Goal> goals() {
        return EnumSet.of(Goal.MLP_CPU, Goal.MLP_RATE, Goal.MLP_ROWS);
    }

    @Override
    public void measure(Bench bench) throws IOException, CannotMeasureException, InterruptedException {
        BodySource body = Requests.rows(DISTINCT, 1, 16, bench.plan().seed());
        try (GatewayServer gateway = bench.startGateway(this, List.of(BenchModel.MLP));
                BareServer bare = bench.startBare(this, gateway.jvm())) {
            gateway.require(BenchModel.MLP);
            List<Target> targets = new ArrayList<>();
            targets.add(bare.target(body));
            targets.add(gateway.target(BenchModel.MLP, body));
            for (Peer peer : bench.plan().peers()) {
                targets.add(peer.target(targets.get(0)));
            }
            bench.warmUp(bench.light(), targets, JUDGED_CONNECTIONS);
            for (int round = 0; round < bench.plan().rounds(); round++) {
                judgedRound(bench, gateway, targets, round);
                for (int connections : bench.plan().quick() ? List.<Integer>of() : ALL_CONNECTIONS) {
                    if (connections != JUDGED_CONNECTIONS) {
                        bench.inTurn(bench.light(), "MLP", round, targets, connections);
                    }
                }
            }
            String how = DISTINCT + " different rows in turn, load by "
                    + bench.light().name();
            goals().forEach(goal -> bench.ledger().note(goal, how));
        }
    }

    private static void judgedRound(Bench bench, GatewayServer gateway, List<Target> targets, int round)
            throws IOException, CannotMeasureException, InterruptedException {
        RunCounts before = gateway.counts(BenchModel.MLP);
        Map<String, Figures> measured = bench.inTurn(bench.light(), "MLP", round, targets, JUDGED_CONNECTIONS);
        double rows = gateway.counts(BenchModel.MLP).meanRowsSince(before);
        Figures bare = measured.getOrDefault("bare", Figures.NONE);
        Figures served = measured.getOrDefault("gateway", Figures.NONE);
        double cpu = served.cpuMicrosPerRequest() / bare.cpuMicrosPerRequest();
        double rate = served.okPerSecond() / bare.okPerSecond();
        bench.ledger().add(Goal.MLP_CPU, cpu);
        bench.ledger().add(Goal.MLP_RATE, rate);
        bench.ledger().add(Goal.MLP_ROWS, rows);
        bench.sayRound(
                round,
                String.format(
                        Locale.ROOT,
                        "CPU %.1f ÷ %.1f µs = %.2f, %.0f ÷ %.0f requests/s = %.2f, %.1f rows per run",
                        served.cpuMicrosPerRequest(),
                        bare.cpuMicrosPerRequest(),
                        cpu,
                        served.okPerSecond(),
                        bare.okPerSecond(),
                        rate,
                        rows));
    }
}
