package dev.sluice.gateway.http;

import dev.sluice.model.RequestLoop;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.util.concurrent.TimeUnit;

/**
 * A Vert.x event loop as the batcher sees it.
 *
 * <p>Netty first reads every socket that is ready and then runs queued tasks, so a task queued by the first request of a tick
 * runs after all requests of that tick were handled.
 *
 * <p>Threading: as {@link RequestLoop} says.
 */
final class VertxRequestLoop implements RequestLoop {
    private final Vertx vertx;
    private final ContextInternal context;
    private final int index;

    VertxRequestLoop(Vertx vertx, Context context, int index) {
        this.vertx = vertx;
        this.context = (ContextInternal) context;
        this.index = index;
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public boolean inLoop() {
        return context.inThread();
    }

    @Override
    public void execute(Runnable task) {
        context.runOnContext(ignored -> task.run());
    }

    @Override
    public void atEndOfTick(Runnable task) {
        context.runOnContext(ignored -> task.run());
    }

    /** What runs on the loop without the engine's doing, in sight of its blocked-thread checker all the same. */
    KnownHeadPort.Predictions monitored(KnownHeadPort.Predictions predictions) {
        return (exchange, head, bytes, offset, length) -> {
            ContextInternal previous = context.beginDispatch();
            try {
                predictions.handle(exchange, head, bytes, offset, length);
            } finally {
                context.endDispatch(previous);
            }
        };
    }

    @Override
    public Cancellable schedule(long delayNanos, Runnable task) {
        long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(delayNanos + 999_999));
        long timer = vertx.setTimer(millis, ignored -> task.run());
        return () -> vertx.cancelTimer(timer);
    }
}
