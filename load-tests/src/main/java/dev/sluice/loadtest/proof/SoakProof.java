package dev.sluice.loadtest.proof;

import dev.sluice.loadtest.Arrivals;
import dev.sluice.loadtest.CannotMeasureException;
import dev.sluice.loadtest.ExpectedServer;
import dev.sluice.loadtest.LoadGenerator;
import dev.sluice.loadtest.LoadPlan;
import dev.sluice.loadtest.LoadResult;
import dev.sluice.loadtest.ProcFiles;
import dev.sluice.loadtest.ResultText;
import dev.sluice.loadtest.SecondSample;
import dev.sluice.loadtest.ServerText;
import dev.sluice.loadtest.proof.server.ListeningLine;
import dev.sluice.loadtest.proof.server.ServerProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The proof that a server under steady load loses no request and no memory: start it, find its capacity in short
 * closed-loop steps, send a share of that as an open loop, and look at its memory every second.
 *
 * <p>Threading: blocking; confined to the main thread.
 */
final class SoakProof {
    /** The key of the open-loop capacity, beside numbers of closed-loop connections. */
    static final int OPEN_LOOP = 0;

    private static final double[] OPEN_LOOP_FRACTIONS = {1, 0.85, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1};
    private static final int OPEN_LOOP_STEPS = 3;
    private static final Duration SUSTAINED_P99 = Duration.ofMillis(100);
    private static final List<Integer> CAPACITY_CONNECTIONS = List.of(4, 16, 64);
    private static final Duration START_WITHIN = Duration.ofSeconds(60);
    private static final Duration STEP_WARMUP = Duration.ofSeconds(1);

    private final SoakPlan plan;
    private final PrintWriter out;
    private final LoadGenerator generator = new LoadGenerator();
    private final ProcFiles proc = new ProcFiles(Path.of("/proc"));
    private final List<ServerSample> samples = new ArrayList<>();
    private int missedSamples;

    SoakProof(SoakPlan plan, PrintWriter out) {
        this.plan = plan;
        this.out = out;
    }

    SoakResult run() throws IOException, CannotMeasureException, InterruptedException {
        say("starting " + String.join(" ", plan.serverCommand()));
        try (ServerProcess server = ServerProcess.start(
                plan.serverCommand(), plan.environment(), plan.out().resolve("server.log"), START_WITHIN)) {
            say("server " + server.listening());
            Map<Integer, Double> capacity =
                    plan.ratePerSecond() == null ? measureCapacity(server.listening()) : Map.of();
            double rate = plan.ratePerSecond() == null
                    ? capacity.getOrDefault(OPEN_LOOP, 0.0) * plan.loadFraction()
                    : plan.ratePerSecond();
            say(String.format(Locale.ROOT, "soaking at %.0f requests per second for %s", rate, plan.duration()));
            LoadResult load = soak(server.listening(), rate);
            SoakVerdict verdict =
                    SoakVerdict.judge(load, rate, samples, missedSamples, server.isRunning(), plan.duration());
            return new SoakResult(plan, capacity, rate, load, List.copyOf(samples), verdict);
        }
    }

    private Map<Integer, Double> measureCapacity(ListeningLine server)
            throws CannotMeasureException, InterruptedException {
        Map<Integer, Double> capacity = new LinkedHashMap<>();
        for (int connections : CAPACITY_CONNECTIONS) {
            LoadResult result = generator.run(
                    planFor(server, new Arrivals.Closed(connections))
                            .warmup(STEP_WARMUP)
                            .duration(plan.capacityStep())
                            .build(),
                    sample -> {});
            if (result.okPerSecond() <= 0) {
                throw new CannotMeasureException(
                        "no request succeeded while the capacity was measured: got " + result.errors());
            }
            say(String.format(
                    Locale.ROOT,
                    "capacity with %3d connections: %10.1f requests per second",
                    connections,
                    result.okPerSecond()));
            capacity.put(connections, result.okPerSecond());
        }
        capacity.put(OPEN_LOOP, sustained(server, Collections.max(capacity.values())));
        return capacity;
    }

    /**
     * The highest open-loop rate, in steps down from the best closed-loop one, at which server and generator keep up together:
     * an open loop costs both more, and beyond that rate a backlog grows whatever the server does.
     */
    private double sustained(ListeningLine server, double best) throws CannotMeasureException, InterruptedException {
        boolean machineBusy = false;
        for (double fraction : OPEN_LOOP_FRACTIONS) {
            double rate = best * fraction;
            LoadResult result = generator.run(
                    planFor(server, new Arrivals.Poisson(rate))
                            .warmup(STEP_WARMUP)
                            .duration(plan.capacityStep().multipliedBy(OPEN_LOOP_STEPS))
                            .build(),
                    sample -> {});
            boolean keepsUp = result.failed() == 0
                    && result.unsent() == 0
                    && result.latency().p99Nanos() <= SUSTAINED_P99.toNanos();
            say(String.format(
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

    private LoadResult soak(ListeningLine server, double rate) throws CannotMeasureException, InterruptedException {
        ServerSampler sampler = new ServerSampler(proc, server);
        return generator.run(
                planFor(server, new Arrivals.Poisson(rate))
                        .warmup(STEP_WARMUP)
                        .duration(plan.duration())
                        .build(),
                sample -> observe(sampler, sample));
    }

    private LoadPlan.Builder planFor(ListeningLine server, Arrivals arrivals) {
        return LoadPlan.builder(server.http(), plan.model())
                .arrivals(arrivals)
                .readyWithin(START_WITHIN)
                .seed(plan.seed())
                .expected(new ExpectedServer(null, server.pid()));
    }

    private void observe(ServerSampler sampler, SecondSample load) {
        say(ResultText.progress(load));
        double atSeconds =
                (samples.isEmpty() ? 0 : samples.get(samples.size() - 1).atSeconds()) + load.seconds();
        try {
            samples.add(sampler.sample(atSeconds, load));
        } catch (IOException e) {
            missedSamples++;
            say("no sample: " + ServerText.line(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }
}
