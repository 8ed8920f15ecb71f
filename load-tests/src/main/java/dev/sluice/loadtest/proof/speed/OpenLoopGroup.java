package dev.sluice.loadtest.proof.speed;

import dev.sluice.loadtest.BodySource;
import dev.sluice.loadtest.CannotMeasureException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The tail of the latency at half the capacity, in pairs A B, B A, A B … so that what drifts hits both sides alike.
 *
 * <p>The capacity is that of server and generator on this machine: the highest rate of an open loop at which the gateway
 * fails nothing, its p99 stays below 100 ms and the generator keeps its times. Both sides get half of it.
 *
 * <p>Threading: blocking; confined to the main thread.
 */
final class OpenLoopGroup implements SpeedGroup {
    private static final int DISTINCT = 256;
    private static final int CONNECTIONS = 64;
    private static final double[] FRACTIONS = {1, 0.85, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1};
    private static final double SUSTAINED_P99_MICROS = 100_000;
    private static final double RATE_SHARE = 0.5;

    @Override
    public String name() {
        return "open-loop";
    }

    @Override
    public Set<Goal> goals() {
        return EnumSet.of(Goal.OPEN_LOOP_P99);
    }

    @Override
    public void measure(Bench bench) throws IOException, CannotMeasureException, InterruptedException {
        BodySource body = Requests.rows(DISTINCT, 1, 16, bench.plan().seed());
        try (GatewayServer gateway = bench.startGateway(this, List.of(BenchModel.MLP));
                BareServer bare = bench.startBare(this, gateway.jvm())) {
            gateway.require(BenchModel.MLP);
            Target served = gateway.target(BenchModel.MLP, body);
            Target baseline = bare.target(body);
            bench.warmUp(bench.generator(), List.of(baseline, served), CONNECTIONS);
            double rate = RATE_SHARE * capacity(bench, served);
            bench.say(String.format(Locale.ROOT, "  %.0f requests/s, half the capacity, to both", rate));
            bench.generator().openLoop(baseline, rate, bench.plan().warmup(), false);
            List<CannotMeasureException> lost = pairs(bench, served, baseline, rate);
            double[] ratios = bench.ledger().rounds(Goal.OPEN_LOOP_P99).stream()
                    .mapToDouble(Double::doubleValue)
                    .toArray();
            if (ratios.length < bench.plan().pairs()) {
                throw new CannotMeasureException(
                        ratios.length + " of " + bench.plan().pairs() + " pairs gave a ratio"
                                + (lost.isEmpty()
                                        ? ""
                                        : ", the last was lost because "
                                                + lost.get(lost.size() - 1).getMessage()),
                        !lost.isEmpty() && lost.stream().allMatch(CannotMeasureException::isMachineBusy));
            }
            bench.ledger()
                    .judgeBy(
                            Goal.OPEN_LOOP_P99,
                            Bootstrap.medianUpperBound95(ratios, bench.plan().seed()));
            bench.ledger()
                    .note(
                            Goal.OPEN_LOOP_P99,
                            String.format(
                                    Locale.ROOT,
                                    "Java %s, %d different rows in turn, %d pairs of %d s at %.0f requests/s; median ratio %s; judged is the bound",
                                    gateway.jvm().version(),
                                    DISTINCT,
                                    ratios.length,
                                    bench.plan().pairSpan().toSeconds(),
                                    rate,
                                    Bar.number(Quartiles.median(ratios))));
        }
    }

    private static double capacity(Bench bench, Target served) throws CannotMeasureException, InterruptedException {
        Duration step = bench.plan().span();
        boolean strict = !bench.plan().quick();
        double best = bench.generator().closedLoop(served, CONNECTIONS, step).okPerSecond();
        if (best <= 0) {
            throw new CannotMeasureException(
                    "a span of " + step.toMillis() + " ms of closed loop ended without an answer");
        }
        boolean machineBusy = false;
        for (double fraction : FRACTIONS) {
            double rate = best * fraction;
            try {
                Figures figures = bench.generator().openLoop(served, rate, step.multipliedBy(2), strict);
                if (!strict || figures.p99Micros() <= SUSTAINED_P99_MICROS) {
                    return rate;
                }
                machineBusy = false;
            } catch (CannotMeasureException e) {
                machineBusy = e.isMachineBusy();
                bench.say(String.format(Locale.ROOT, "  %.0f requests/s: %s", rate, e.getMessage()));
            }
        }
        throw new CannotMeasureException("no rate down to a tenth of the closed-loop one was sustained", machineBusy);
    }

    /** Runs the pairs; one that the generator could not keep up with is run again, half as many times as there are pairs. */
    private static List<CannotMeasureException> pairs(Bench bench, Target served, Target baseline, double rate)
            throws InterruptedException {
        List<CannotMeasureException> lost = new ArrayList<>();
        int done = 0;
        while (done < bench.plan().pairs() && lost.size() <= bench.plan().pairs() / 2) {
            try {
                Figures first = open(bench, done % 2 == 0 ? served : baseline, rate, done);
                Figures second = open(bench, done % 2 == 0 ? baseline : served, rate, done);
                Figures gateway = done % 2 == 0 ? first : second;
                Figures bare = done % 2 == 0 ? second : first;
                double ratio = gateway.p99Micros() / bare.p99Micros();
                bench.ledger().add(Goal.OPEN_LOOP_P99, ratio);
                done++;
                bench.say(String.format(
                        Locale.ROOT,
                        "  pair %d/%d: p99 %.0f ÷ %.0f µs = %.2f",
                        done,
                        bench.plan().pairs(),
                        gateway.p99Micros(),
                        bare.p99Micros(),
                        ratio));
            } catch (CannotMeasureException e) {
                lost.add(e);
                bench.say("  a pair was lost: " + e.getMessage());
            }
        }
        return lost;
    }

    private static Figures open(Bench bench, Target target, double rate, int pair)
            throws CannotMeasureException, InterruptedException {
        Figures figures = bench.generator()
                .openLoop(target, rate, bench.plan().pairSpan(), !bench.plan().quick());
        bench.ledger().add(new Sample("MLP, open loop", target.system(), 0, pair, figures));
        return figures;
    }
}
