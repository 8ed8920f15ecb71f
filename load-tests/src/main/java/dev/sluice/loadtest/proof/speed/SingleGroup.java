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
import org.jspecify.annotations.Nullable;

/**
 * One connection that asks for one row at a time: what a lone caller pays for the gateway, and for batching.
 *
 * <p>Threading: blocking; confined to the main thread.
 */
final class SingleGroup implements SpeedGroup {
    private static final int DISTINCT = 256;
    private static final List<BenchModel> MODELS = List.of(BenchModel.MLP, BenchModel.MLP_QUEUED, BenchModel.MLP_ALONE);

    @Override
    public String name() {
        return "single";
    }

    @Override
    public Set<Goal> goals() {
        return EnumSet.of(Goal.SINGLE_INLINE, Goal.SINGLE_QUEUED, Goal.SINGLE_BATCHING);
    }

    @Override
    public void measure(Bench bench) throws IOException, CannotMeasureException, InterruptedException {
        BodySource body = Requests.rows(DISTINCT, 1, 16, bench.plan().seed());
        try (GatewayServer gateway = bench.startGateway(this, MODELS);
                BareServer bare = bench.startBare(this, gateway.jvm())) {
            gateway.require(BenchModel.MLP);
            gateway.require(BenchModel.MLP_ALONE);
            String noChoice = gateway.refusal(BenchModel.MLP_QUEUED);
            List<Target> targets = new ArrayList<>();
            targets.add(bare.target(body));
            targets.add(gateway.target(BenchModel.MLP.id(), BenchModel.MLP, body));
            targets.add(gateway.target(BenchModel.MLP_ALONE.id(), BenchModel.MLP_ALONE, body));
            if (noChoice == null) {
                targets.add(gateway.target(BenchModel.MLP_QUEUED.id(), BenchModel.MLP_QUEUED, body));
            } else {
                String why = "this gateway cannot choose between inline and queued: " + noChoice;
                bench.ledger().fail(Goal.SINGLE_INLINE, why);
                bench.ledger().note(Goal.SINGLE_QUEUED, "the default execution");
            }
            String execution = gateway.execution(BenchModel.MLP);
            if (!execution.isEmpty() && !execution.equals("inline")) {
                bench.ledger().fail(Goal.SINGLE_INLINE, "the gateway has chosen to run the MLP " + execution);
            }
            bench.warmUp(bench.generator(), targets, 1);
            for (int round = 0; round < bench.plan().rounds(); round++) {
                Map<String, Figures> measured = bench.inTurn(bench.generator(), "MLP, lone", round, targets, 1);
                record(bench, measured, round);
            }
            goals().forEach(goal -> bench.ledger().note(goal, DISTINCT + " different rows in turn"));
        }
    }

    private static void record(Bench bench, Map<String, Figures> measured, int round) {
        double bare = measured.getOrDefault("bare", Figures.NONE).p50Micros();
        double batched =
                measured.getOrDefault(BenchModel.MLP.id(), Figures.NONE).p50Micros();
        double alone =
                measured.getOrDefault(BenchModel.MLP_ALONE.id(), Figures.NONE).p50Micros();
        @Nullable Figures queued = measured.get(BenchModel.MLP_QUEUED.id());
        double queuedMicros = queued == null ? batched : queued.p50Micros();
        bench.ledger().add(Goal.SINGLE_INLINE, batched - bare);
        bench.ledger().add(Goal.SINGLE_QUEUED, queuedMicros - bare);
        bench.ledger().add(Goal.SINGLE_BATCHING, batched / alone);
        bench.sayRound(
                round,
                String.format(
                        Locale.ROOT,
                        "p50 bare %.0f µs, default %.0f µs, queued %.0f µs, without batching %.0f µs",
                        bare,
                        batched,
                        queuedMicros,
                        alone));
    }
}
