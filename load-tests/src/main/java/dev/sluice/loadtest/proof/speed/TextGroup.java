package dev.sluice.loadtest.proof.speed;

import dev.sluice.loadtest.BodySource;
import dev.sluice.loadtest.CannotMeasureException;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A transformer, where ONNX Runtime takes nearly all of the time: what the gateway leaves of it.
 *
 * <p>Threading: blocking; confined to the main thread.
 */
final class TextGroup implements SpeedGroup {
    private static final String WORK = "MiniLM";
    private static final int TOKENS = 32;
    private static final int DISTINCT = 64;
    private static final List<Integer> BATCHES = List.of(1, 4, 8);
    private static final Duration SPAN_MIN = Duration.ofSeconds(4);

    @Override
    public String name() {
        return "text";
    }

    @Override
    public Set<Goal> goals() {
        return EnumSet.of(Goal.TEXT_RATE_16, Goal.TEXT_RATE_64, Goal.TEXT_CPU_16, Goal.TEXT_CPU_64);
    }

    @Override
    public void measure(Bench bench) throws IOException, CannotMeasureException, InterruptedException {
        BodySource body = Requests.texts(DISTINCT, TOKENS, bench.plan().seed());
        try (GatewayServer gateway = bench.startGateway(this, List.of(BenchModel.MINILM));
                InProcess inProcess = bench.startInProcess(this, gateway.jvm(), ModelFile.MINILM_POOLED, TOKENS)) {
            gateway.require(BenchModel.MINILM);
            Target target = gateway.target(BenchModel.MINILM, body);
            bench.warmUp(bench.heavy(), List.of(target), 16);
            inProcess.best(BATCHES, span(bench).dividedBy(2));
            for (int round = 0; round < bench.plan().rounds(); round++) {
                measureRound(bench, inProcess, target, round);
            }
            for (Goal goal : goals()) {
                bench.ledger()
                        .note(
                                goal,
                                DISTINCT
                                        + " different texts in turn; mean over the tokens as the only output, 384 floats as JSON");
            }
        }
    }

    private static void measureRound(Bench bench, InProcess inProcess, Target target, int round)
            throws IOException, CannotMeasureException, InterruptedException {
        Figures best = Figures.NONE;
        Figures at16 = Figures.NONE;
        Figures at64 = Figures.NONE;
        for (int step = 0; step < 3; step++) {
            switch (round % 2 == 0 ? step : 2 - step) {
                case 0 -> best = inProcess.best(BATCHES, span(bench).dividedBy(3));
                case 1 -> at16 = served(bench, target, round, 16);
                default -> at64 = served(bench, target, round, 64);
            }
        }
        bench.ledger().add(new Sample(WORK, "in-process", 0, round, best));
        bench.ledger().add(Goal.TEXT_RATE_16, at16.okPerSecond() / best.okPerSecond());
        bench.ledger().add(Goal.TEXT_RATE_64, at64.okPerSecond() / best.okPerSecond());
        bench.ledger().add(Goal.TEXT_CPU_16, best.cpuMicrosPerRequest() / at16.cpuMicrosPerRequest());
        bench.ledger().add(Goal.TEXT_CPU_64, best.cpuMicrosPerRequest() / at64.cpuMicrosPerRequest());
        bench.sayRound(
                round,
                String.format(
                        Locale.ROOT,
                        "in-process %.1f rows/s, %.0f µs CPU; 16 connections %.1f, %.0f µs; 64 connections %.1f, %.0f µs",
                        best.okPerSecond(),
                        best.cpuMicrosPerRequest(),
                        at16.okPerSecond(),
                        at16.cpuMicrosPerRequest(),
                        at64.okPerSecond(),
                        at64.cpuMicrosPerRequest()));
    }

    private static Figures served(Bench bench, Target target, int round, int connections)
            throws CannotMeasureException, InterruptedException {
        Figures figures = bench.heavy().closedLoop(target, connections, span(bench));
        bench.ledger().add(new Sample(WORK, target.system(), connections, round, figures));
        return figures;
    }

    /** Long enough for some hundred rows. */
    private static Duration span(Bench bench) {
        Duration span = bench.plan().span();
        return span.compareTo(SPAN_MIN) > 0 ? span : SPAN_MIN;
    }
}
