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
import dev.sluice.loadtest.proof.server.Capacity;
import dev.sluice.loadtest.proof.server.ListeningLine;
import dev.sluice.loadtest.proof.server.ServerProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
            Map<Integer, Double> capacity = plan.ratePerSecond() == null
                    ? new Capacity(
                                    generator,
                                    arrivals -> planFor(server.listening(), arrivals),
                                    plan.capacityStep(),
                                    this::say)
                            .measure()
                    : Map.of();
            double rate = plan.ratePerSecond() == null
                    ? capacity.getOrDefault(Capacity.OPEN_LOOP, 0.0) * plan.loadFraction()
                    : plan.ratePerSecond();
            say(String.format(Locale.ROOT, "soaking at %.0f requests per second for %s", rate, plan.duration()));
            LoadResult load = soak(server.listening(), rate);
            SoakVerdict verdict =
                    SoakVerdict.judge(load, rate, samples, missedSamples, server.isRunning(), plan.duration());
            return new SoakResult(plan, capacity, rate, load, List.copyOf(samples), verdict);
        }
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
