package dev.sluice.loadtest.proof.server;

import dev.sluice.loadtest.Arrivals;
import dev.sluice.loadtest.CannotMeasureException;
import dev.sluice.loadtest.LoadGenerator;
import dev.sluice.loadtest.LoadPlan;
import dev.sluice.loadtest.LoadResult;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The rate that server and generator sustain together on this machine: closed loops of several sizes, then open loops (Poisson)
 * at the best of them and in steps below, of which the highest counts that fails nothing and keeps its p99 under 100 ms.
 *
 * <p>Threading: blocking; confined to the main thread.
 */
public final class Capacity {
    /** The key of the open-loop capacity, beside numbers of closed-loop connections. */
    public static final int OPEN_LOOP = 0;

    private static final double[] OPEN_LOOP_FRACTIONS = {1, 0.85, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1};
    private static final int OPEN_LOOP_STEPS = 3;
    private static final Duration SUSTAINED_P99 = Duration.ofMillis(100);
    private static final List<Integer> CONNECTIONS = List.of(4, 16, 64);
    private static final Duration STEP_WARMUP = Duration.ofSeconds(1);

    private final LoadGenerator generator;
    private final Function<Arrivals, LoadPlan.Builder> plan;
    private final Duration step;
    private final Consumer<String> say;

    /**
     * @param plan what is sent, with those arrivals
     * @param step length of a closed loop; an open one is three times as long
     * @param say receives a line for each step
     */
    public Capacity(
            LoadGenerator generator, Function<Arrivals, LoadPlan.Builder> plan, Duration step, Consumer<String> say) {
        this.generator = generator;
        this.plan = plan;
        this.step = step;
        this.say = say;
    }

    /**
     * Answers per second by closed-loop connections, and under {@link #OPEN_LOOP} the rate that counts.
     *
     * @throws CannotMeasureException if no request succeeds, or no open loop down to a tenth of the closed one is sustained
     */
    public Map<Integer, Double> measure() throws CannotMeasureException, InterruptedException {
        Map<Integer, Double> capacity = new LinkedHashMap<>();
        for (int connections : CONNECTIONS) {
            LoadResult result = run(new Arrivals.Closed(connections), step);
            if (result.okPerSecond() <= 0) {
                throw new CannotMeasureException(
                        "no request succeeded while the capacity was measured: got " + result.errors());
            }
            say.accept(String.format(
                    Locale.ROOT,
                    "capacity with %3d connections: %10.1f requests per second",
                    connections,
                    result.okPerSecond()));
            capacity.put(connections, result.okPerSecond());
        }
        capacity.put(OPEN_LOOP, sustained(Collections.max(capacity.values())));
        return capacity;
    }

    /**
     * The highest open-loop rate, in steps down from the best closed-loop one, at which server and generator keep up together:
     * an open loop costs both more, and beyond that rate a backlog grows whatever the server does.
     */
    private double sustained(double best) throws CannotMeasureException, InterruptedException {
        boolean machineBusy = false;
        for (double fraction : OPEN_LOOP_FRACTIONS) {
            double rate = best * fraction;
            LoadResult result = run(new Arrivals.Poisson(rate), step.multipliedBy(OPEN_LOOP_STEPS));
            boolean keepsUp = result.failed() == 0
                    && result.unsent() == 0
                    && result.latency().p99Nanos() <= SUSTAINED_P99.toNanos();
            say.accept(String.format(
                    Locale.ROOT,
                    "open loop at %8.1f requests per second: p99 %.1f ms, failed %d: %s",
                    rate,
                    result.latency().p99Nanos() / 1e6,
                    result.failed(),
                    keepsUp ? "sustained, this is the capacity" : "not sustained"));
            if (keepsUp) {
                return rate;
            }
            machineBusy = result.isMachineBusy();
        }
        throw new CannotMeasureException(
                "no open-loop rate down to " + OPEN_LOOP_FRACTIONS[OPEN_LOOP_FRACTIONS.length - 1]
                        + " of the closed-loop capacity was sustained"
                        + (machineBusy ? "; the machine is too busy for the generator" : ""),
                machineBusy);
    }

    private LoadResult run(Arrivals arrivals, Duration duration) throws CannotMeasureException, InterruptedException {
        return generator.run(
                plan.apply(arrivals).warmup(STEP_WARMUP).duration(duration).build(), sample -> {});
    }
}
