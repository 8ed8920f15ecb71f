package dev.sluice.loadtest.proof.speed;

import dev.sluice.loadtest.CannotMeasureException;
import dev.sluice.loadtest.LoadClock;
import dev.sluice.loadtest.ProcFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Texts of very different lengths: whether batching them costs more in padding than it wins. The same list of texts goes to a
 * model with batching and to the same model without, in turn, and the CPU time until the last answer is compared.
 *
 * <p>Threading: blocking; confined to the main thread.
 */
final class MixedGroup implements SpeedGroup {
    private static final int CONNECTIONS = 16;
    private static final int TEXTS = 384;
    private static final int TEXTS_QUICK = 32;

    private final LoadClock clock = LoadClock.system();
    private final ProcFiles proc = new ProcFiles(Path.of("/proc"));

    @Override
    public String name() {
        return "mixed";
    }

    @Override
    public Set<Goal> goals() {
        return EnumSet.of(Goal.MIXED_LOGNORMAL, Goal.MIXED_CHAT);
    }

    @Override
    public void measure(Bench bench) throws IOException, CannotMeasureException, InterruptedException {
        List<BenchModel> models = List.of(BenchModel.MINILM, BenchModel.MINILM_ALONE);
        try (GatewayServer gateway = bench.startGateway(this, models)) {
            for (BenchModel model : models) {
                gateway.require(model);
            }
            for (TextLengths lengths : TextLengths.values()) {
                Goal goal = lengths == TextLengths.CHAT ? Goal.MIXED_CHAT : Goal.MIXED_LOGNORMAL;
                if (bench.plan().wants(goal)) {
                    compare(bench, gateway, lengths, goal);
                }
            }
        }
    }

    private void compare(Bench bench, GatewayServer gateway, TextLengths lengths, Goal goal)
            throws IOException, CannotMeasureException, InterruptedException {
        int count = bench.plan().quick() ? TEXTS_QUICK : TEXTS;
        RequestList texts = new RequestList(lengths.requests(count, bench.plan().seed()));
        String work = "text, " + lengths.name().toLowerCase(Locale.ROOT);
        bench.say("  warming up with " + work);
        texts.send(gateway.base(), BenchModel.MINILM.id(), CONNECTIONS);
        texts.send(gateway.base(), BenchModel.MINILM_ALONE.id(), CONNECTIONS);
        RunCounts before = gateway.counts(BenchModel.MINILM);
        for (int round = 0; round < bench.plan().rounds(); round++) {
            boolean batchedFirst = round % 2 == 0;
            Figures first = once(gateway, texts, batchedFirst ? BenchModel.MINILM : BenchModel.MINILM_ALONE);
            Figures second = once(gateway, texts, batchedFirst ? BenchModel.MINILM_ALONE : BenchModel.MINILM);
            Figures batched = batchedFirst ? first : second;
            Figures alone = batchedFirst ? second : first;
            bench.ledger().add(new Sample(work, "batched", CONNECTIONS, round, batched));
            bench.ledger().add(new Sample(work, "alone", CONNECTIONS, round, alone));
            double ratio = alone.cpuMicrosPerRequest() / batched.cpuMicrosPerRequest();
            bench.ledger().add(goal, ratio);
            bench.sayRound(
                    round,
                    String.format(
                            Locale.ROOT,
                            "%s: CPU alone %.0f ÷ batched %.0f µs = %.2f",
                            work,
                            alone.cpuMicrosPerRequest(),
                            batched.cpuMicrosPerRequest(),
                            ratio));
        }
        double rows = gateway.counts(BenchModel.MINILM).meanRowsSince(before);
        bench.ledger()
                .note(
                        goal,
                        String.format(
                                Locale.ROOT, "%d texts, %d connections, %.1f rows per run", count, CONNECTIONS, rows));
    }

    private Figures once(GatewayServer gateway, RequestList texts, BenchModel model)
            throws IOException, CannotMeasureException, InterruptedException {
        long cpuBefore = proc.cpuNanos(gateway.pid());
        long began = clock.nanoTime();
        texts.send(gateway.base(), model.id(), CONNECTIONS);
        double seconds = (clock.nanoTime() - began) / 1e9;
        double cpuMicros = (proc.cpuNanos(gateway.pid()) - cpuBefore) / 1e3;
        int count = texts.json().size();
        return new Figures(count / seconds, Double.NaN, Double.NaN, cpuMicros / count);
    }
}
