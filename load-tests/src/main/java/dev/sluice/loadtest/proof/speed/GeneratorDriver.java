package dev.sluice.loadtest.proof.speed;

import dev.sluice.loadtest.Arrivals;
import dev.sluice.loadtest.CannotMeasureException;
import dev.sluice.loadtest.ExpectedServer;
import dev.sluice.loadtest.LoadGenerator;
import dev.sluice.loadtest.LoadPlan;
import dev.sluice.loadtest.LoadResult;
import java.time.Duration;
import java.util.List;

/**
 * Load from this project's own generator. What is in flight when the span begins or ends counts as it falls, so models that
 * take long are measured without bias.
 *
 * <p>Threading: blocking; confined to the main thread.
 */
final class GeneratorDriver implements LoadDriver {
    private static final Duration READY_WITHIN = Duration.ofSeconds(30);
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final LoadGenerator generator = new LoadGenerator();
    private final Duration leadIn;
    private final long seed;

    /** @param leadIn sent before each span and not measured */
    GeneratorDriver(Duration leadIn, long seed) {
        this.leadIn = leadIn;
        this.seed = seed;
    }

    @Override
    public String name() {
        return "sluice load";
    }

    @Override
    public Figures closedLoop(Target target, int connections, Duration span)
            throws CannotMeasureException, InterruptedException {
        return figures(run(target, new Arrivals.Closed(connections), span), target);
    }

    /**
     * Sends at Poisson arrivals, latency counted from the intended time.
     *
     * @param strict whether a generator that could not keep the rate is a failure
     */
    Figures openLoop(Target target, double perSecond, Duration span, boolean strict)
            throws CannotMeasureException, InterruptedException {
        LoadResult result = run(target, new Arrivals.Poisson(perSecond), span);
        List<String> complaints = result.complaints();
        if (strict && !complaints.isEmpty()) {
            throw new CannotMeasureException("the generator: " + String.join("; ", complaints), result.isMachineBusy());
        }
        return figures(result, target);
    }

    private LoadResult run(Target target, Arrivals arrivals, Duration span)
            throws CannotMeasureException, InterruptedException {
        LoadPlan plan = LoadPlan.builder(target.base(), target.model())
                .arrivals(arrivals)
                .warmup(leadIn)
                .duration(span)
                .timeout(TIMEOUT)
                .readyWithin(READY_WITHIN)
                .seed(seed)
                .body(target.body())
                .expected(target.pid() == 0 ? ExpectedServer.ANY : new ExpectedServer(null, target.pid()))
                .build();
        return generator.run(plan, sample -> {});
    }

    private static Figures figures(LoadResult result, Target target) throws CannotMeasureException {
        if (result.failed() > 0) {
            throw new CannotMeasureException(
                    result.failed() + " of " + result.sent() + " requests to " + target.system() + " failed: "
                            + result.errors(),
                    result.isMachineBusy());
        }
        Double cpuNanos = result.serverCpuNanosPerRequest();
        return new Figures(
                result.okPerSecond(),
                result.latency().p50Nanos() / 1e3,
                result.latency().p99Nanos() / 1e3,
                cpuNanos == null ? Double.NaN : cpuNanos / 1e3);
    }
}
