package dev.sluice.gateway.http;

import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The control port: one HTTP server on one event loop, apart from the data port, so that it can be reached when that one is full.
 *
 * <p>Bounds: the connections of its own guard, header and body bytes. A connection whose operation is under way is not idle.
 *
 * <p>Threading: thread-safe; every connection is confined to one event loop.
 */
public final class ControlPort {
    /** Most open connections. */
    public static final int CONNECTIONS_MAX = 64;

    private final Vertx vertx;
    private final ControlPortOptions options;
    private final ControlHandler handler;
    private final ConnectionGuard connections;
    private final PredictionIds requestIds;
    private final RandomGenerator random;
    private final ResponseCounts responses = new ResponseCounts();
    private volatile @Nullable String deployment;
    private volatile boolean closing;
    private volatile Duration stopTimeout = Duration.ZERO;

    ControlPort(
            Vertx vertx,
            ControlPortOptions options,
            ControlHandler handler,
            ConnectionGuard connections,
            RandomGenerator random) {
        this.vertx = vertx;
        this.options = options;
        this.handler = handler;
        this.connections = connections;
        this.requestIds = new PredictionIds(random);
        this.random = random;
    }

    /** Starts listening; completes with the port (a free one where 0 was asked for). */
    public Future<Integer> start() {
        connections.watch(vertx);
        Server server = new Server();
        return vertx.deployVerticle(server, new DeploymentOptions().setThreadingModel(ThreadingModel.EVENT_LOOP))
                .map(id -> {
                    deployment = id;
                    return server.port;
                })
                .onComplete(ignored -> connections.covered());
    }

    /**
     * Stops accepting connections, closes those that are idle, and the others as soon as their request is answered.
     *
     * @param timeout after which connections are closed whatever they do
     */
    public Future<Void> stop(Duration timeout) {
        closing = true;
        stopTimeout = timeout;
        String id = deployment;
        deployment = null;
        return id == null ? Future.succeededFuture() : vertx.undeploy(id);
    }

    private final class Server extends VerticleBase {
        private @Nullable HttpServer server;
        private volatile int port;

        @Override
        public Future<?> start() {
            Context loopContext = context;
            VertxRequestLoop loop = new VertxRequestLoop(vertx, loopContext, 0);
            BodyDeadlines deadlines =
                    new BodyDeadlines(loop, options.bodyTimeout().toNanos());
            HttpServer created = vertx.createHttpServer(new HttpServerOptions()
                    .setHost(options.host())
                    .setPort(options.port())
                    .setMaxHeaderSize(options.headerBytesMax())
                    .setMaxInitialLineLength(Math.min(options.headerBytesMax(), 8192))
                    .setHandle100ContinueAutomatically(false)
                    .setTcpNoDelay(true));
            server = created;
            created.requestHandler(request -> handler.handle(exchange(request, loop), deadlines));
            return created.listen().onSuccess(listening -> port = listening.actualPort());
        }

        @Override
        public Future<?> stop() {
            return server == null
                    ? Future.succeededFuture()
                    : server.shutdown(stopTimeout.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private HttpExchange exchange(HttpServerRequest request, VertxRequestLoop loop) {
        return new HttpExchange(
                request,
                loop,
                requestIds.next(),
                TraceContext.parse(request.getHeader(TraceContext.HEADER), random),
                System.nanoTime(),
                false,
                responses,
                () -> !closing);
    }
}
