package dev.sluice.loadtest.proof.publish;

import dev.sluice.loadtest.Arrivals;
import dev.sluice.loadtest.CannotMeasureException;
import dev.sluice.loadtest.LoadGenerator;
import dev.sluice.loadtest.LoadPlan;
import dev.sluice.loadtest.LoadResult;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/**
 * Equal spans of steady load, one after the other, and what failed in all of them.
 *
 * <p>Threading: confined to the main thread; each span runs on a thread of its own.
 */
final class LoadWindows implements AutoCloseable {
    private static final int ERRORS_MAX = 20;

    private final LoadGenerator generator;
    private final Function<Arrivals, LoadPlan.Builder> plan;
    private final PublishPlan proof;
    private final double rate;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread made = new Thread(task, "load");
        made.setDaemon(true);
        return made;
    });
    private final Set<String> errors = new LinkedHashSet<>();
    private long sent;
    private long failed;
    private long neverSent;

    LoadWindows(LoadGenerator generator, Function<Arrivals, LoadPlan.Builder> plan, PublishPlan proof, double rate) {
        this.generator = generator;
        this.plan = plan;
        this.proof = proof;
        this.rate = rate;
    }

    /** Begins a span; its warm-up of a second comes first. */
    Future<LoadResult> begin() {
        LoadPlan span = plan.apply(new Arrivals.Poisson(rate))
                .warmup(PublishProof.WARMUP)
                .duration(proof.window())
                .build();
        Callable<LoadResult> run = () -> generator.run(span, sample -> {});
        return thread.submit(run);
    }

    /** Waits for the end of a span. */
    LoadResult end(Future<LoadResult> span) throws CannotMeasureException, InterruptedException {
        LoadResult result;
        try {
            result = span.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CannotMeasureException cause) {
                throw cause;
            }
            throw new IllegalStateException("the load ended by a bug", e.getCause());
        }
        sent += result.sent();
        failed += result.failedAtServer();
        neverSent += result.neverSent();
        if (result.failedAtServer() > 0 && errors.size() < ERRORS_MAX) {
            errors.add(result.errors().toString());
            if (result.contentComplaint() != null) {
                errors.add(result.contentComplaint());
            }
        }
        return result;
    }

    long sent() {
        return sent;
    }

    long failed() {
        return failed;
    }

    long neverSent() {
        return neverSent;
    }

    List<String> errors() {
        return new ArrayList<>(errors);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
