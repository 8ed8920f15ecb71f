package dev.sluice.loadtest;

import dev.sluice.loadtest.wire.Endpoint;
import dev.sluice.loadtest.wire.Transport;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

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
        List<List<RequestBody>> bodies = new TargetCheck(clock, proc).verify(plan);
        List<List<PreparedRequest>> requests = new ArrayList<>();
        for (int i = 0; i < bodies.size(); i++) {
            LoadTarget target = plan.targets().get(i);
            requests.add(bodies.get(i).stream()
                    .map(body -> PreparedRequest.of(plan, target, body))
                    .toList());
        }
        Endpoint endpoint = plan.endpoint();
        InetSocketAddress address;
        @Nullable SslContext tls;
        try {
            address = endpoint.resolve();
            tls = endpoint.tls() ? plan.trust().nettyContext() : null;
        } catch (IOException e) {
            throw new CannotMeasureException(e.getMessage() == null ? "the host is unknown" : e.getMessage());
        }
        try (Transport transport = Transport.start(plan.loops())) {
            List<LoadLoop> loops = new ArrayList<>();
            for (int i = 0; i < plan.loops(); i++) {
                EventLoop loop = transport.loops().get(i);
                loops.add(new LoadLoop(
                        loop,
                        transport.connector(loop, endpoint, address, tls, plan.timeout()),
                        plan,
                        requestsOfOneLoop(plan, requests),
                        i,
                        clock));
            }
            try {
                return new LoadRun(plan, loops, clock, proc).measure(progress);
            } finally {
                loops.forEach(LoadLoop::stop);
            }
        }
    }

    private static List<TargetRequests> requestsOfOneLoop(LoadPlan plan, List<List<PreparedRequest>> requests) {
        List<TargetRequests> targets = new ArrayList<>();
        for (int i = 0; i < requests.size(); i++) {
            targets.add(new TargetRequests(
                    requests.get(i), AnswerCheck.of(plan.targets().get(i)).and(plan.answerRule())));
        }
        return targets;
    }

    /** The value of a future that cannot fail but by a bug. */
    static <T> T await(CompletableFuture<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("an event loop failed", e.getCause());
        }
    }
}
