package dev.sluice.loadtest;

import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.internal.VertxInternal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/**
 * Runs load plans.
 *
 * <p>Threading: {@link #run} blocks its caller for the whole run; runs are independent of each other.
 */
public final class LoadGenerator {
    private final LoadClock clock;
    private final ProcFiles proc;

    /** A generator on this machine's clock. */
    public LoadGenerator() {
        this(LoadClock.system(), new ProcFiles(Path.of("/proc")));
    }

    LoadGenerator(LoadClock clock, ProcFiles proc) {
        this.clock = clock;
        this.proc = proc;
    }

    /**
     * Checks the target, warms up, measures, waits for the last answers and sums up.
     *
     * @param progress called on this thread about once a second of the measured span
     * @throws CannotMeasureException if the target is not what the plan expects
     */
    public LoadResult run(LoadPlan plan, Consumer<SecondSample> progress)
            throws CannotMeasureException, InterruptedException {
        List<RequestBody> bodies = new TargetCheck(clock, proc).verify(plan);
        VertxOptions options =
                new VertxOptions().setEventLoopPoolSize(plan.loops()).setPreferNativeTransport(true);
        VertxBuilder builder = Vertx.builder().with(options);
        VertxInternal vertx = (VertxInternal) builder.build();
        try {
            HttpClientAgent client = vertx.createHttpClient(new HttpClientOptions()
                    .setProtocolVersion(HttpVersion.HTTP_1_1)
                    .setKeepAlive(true));
            List<PreparedRequest> requests = PreparedRequest.of(plan, bodies);
            List<LoadLoop> loops = new ArrayList<>();
            for (int i = 0; i < plan.loops(); i++) {
                loops.add(new LoadLoop(vertx.createEventLoopContext(), client, plan, requests, i, clock));
            }
            LoadRun run = new LoadRun(plan, loops, clock, proc);
            try {
                return run.measure(progress);
            } finally {
                loops.forEach(LoadLoop::stop);
            }
        } finally {
            await(vertx.close().toCompletionStage().toCompletableFuture());
        }
    }

    /** The value of a future that Vert.x completes and that cannot fail but by a bug. */
    static <T> T await(CompletableFuture<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("an event loop failed", e.getCause());
        }
    }
}
