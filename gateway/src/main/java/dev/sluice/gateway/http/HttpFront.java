package dev.sluice.gateway.http;

import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The data port: one HTTP server per event loop, all on one port.
 *
 * <p>Bounds: connections, header bytes, idle time; a connection beyond the bound is closed at once and counted.
 *
 * <p>Threading: thread-safe; every connection is confined to one event loop.
 */
public final class HttpFront {
    private static final long STREAMS_MAX = 100;

    /** A free port for the servers of all loops together; with 0, Vert.x would look for another one for each. */
    private static final int SHARED_FREE_PORT = -1;

    private final Vertx vertx;
    private final HttpFrontOptions options;
    private final DataPort dataPort;
    private final PredictionIds predictionIds;
    private final RandomGenerator random;
    private final ConnectionGuard connections;
    private final ResponseCounts responses = new ResponseCounts();
    private final List<String> deployments = new ArrayList<>();
    private final List<KnownHeadPort> knownHeadPorts = new CopyOnWriteArrayList<>();
    private volatile int port;
    private final BooleanSupplier open = this::isOpen;
    private volatile boolean closing;
    private volatile Duration stopTimeout = Duration.ZERO;

    HttpFront(
            Vertx vertx,
            HttpFrontOptions options,
            DataPort dataPort,
            ConnectionGuard connections,
            RandomGenerator random) {
        this.connections = connections;
        this.vertx = vertx;
        this.options = options;
        this.dataPort = dataPort;
        this.predictionIds = new PredictionIds(random);
        this.random = random;
    }

    /** Starts listening; completes with the port (a free one where 0 was asked for). */
    public Future<Integer> start() {
        port = options.port();
        connections.watch(vertx);
        Future<Integer> started = Future.succeededFuture(port);
        for (int i = 0; i < options.loops(); i++) {
            int index = i;
            started = started.compose(ignored -> deploy(index));
        }
        return started.onComplete(ignored -> connections.covered());
    }

    /** Begins to count anew: what came before were this server's own calls to warm up. */
    public void resetCounts() {
        responses.reset();
        connections.resetRefusals();
    }

    private boolean isOpen() {
        return !closing;
    }

    /** From now on every answer tells its client to use another connection, so that none is cut later. */
    public void announceClose() {
        closing = true;
    }

    /**
     * Stops accepting connections, closes those that are idle, and the others as soon as their request is answered.
     *
     * @param timeout after which connections are closed whatever they do
     */
    public Future<Void> stop(Duration timeout) {
        announceClose();
        long end = System.nanoTime() + timeout.toNanos();
        // The engine does not know of requests that passed it: they end before it closes their connections.
        return Future.join(
                        knownHeadPorts.stream().map(port -> port.drained(end)).toList())
                .transform(ignored -> undeploy(Duration.ofNanos(Math.max(0, end - System.nanoTime()))));
    }

    private Future<Void> undeploy(Duration timeout) {
        stopTimeout = timeout;
        List<Future<?>> undeployed = new ArrayList<>();
        for (String deployment : deployments) {
            undeployed.add(vertx.undeploy(deployment));
        }
        deployments.clear();
        return Future.join(undeployed).mapEmpty();
    }

    /** Requests that were taken past the HTTP engine because their connection had sent their head before. */
    public long knownHeadCount() {
        return knownHeadPorts.stream().mapToLong(KnownHeadPort::takenCount).sum();
    }

    /** Responses by status code. */
    public ResponseCounts responses() {
        return responses;
    }

    private Future<Integer> deploy(int index) {
        Loop loop = new Loop(index);
        return vertx.deployVerticle(loop, new DeploymentOptions().setThreadingModel(ThreadingModel.EVENT_LOOP))
                .map(id -> {
                    deployments.add(id);
                    return port;
                });
    }

    private HttpServerOptions serverOptions() {
        return new HttpServerOptions()
                .setHost(options.host())
                .setPort(options.port() == 0 ? SHARED_FREE_PORT : options.port())
                .setMaxHeaderSize(options.headerBytesMax())
                .setMaxInitialLineLength(Math.min(options.headerBytesMax(), 8192))
                .setHandle100ContinueAutomatically(false)
                .setInitialSettings(new Http2Settings()
                        .setMaxConcurrentStreams(STREAMS_MAX)
                        .setMaxHeaderListSize(options.headerBytesMax()))
                .setTcpNoDelay(true)
                .setTcpKeepAlive(true)
                .setAcceptBacklog(1024);
    }

    /** The server of one event loop. */
    private final class Loop extends VerticleBase {
        private final int index;
        private @Nullable HttpServer server;

        Loop(int index) {
            this.index = index;
        }

        @Override
        public Future<?> start() {
            Context loopContext = context;
            VertxRequestLoop loop = new VertxRequestLoop(vertx, loopContext, index);
            BodyDeadlines deadlines =
                    new BodyDeadlines(loop, options.bodyTimeout().toNanos());
            HttpServer created = vertx.createHttpServer(serverOptions());
            server = created;
            created.invalidRequestHandler(request -> invalid(exchange(request, loop)));
            InferHandler infer = dataPort.infer();
            KnownHeadPort knownHeads = new KnownHeadPort(
                    loop.monitored(infer::handle),
                    options.headerBytesMax(),
                    infer.onLoopBytesMax(),
                    loop,
                    predictionIds,
                    random,
                    responses,
                    open);
            knownHeadPorts.add(knownHeads);
            created.requestHandler(request -> dataPort.handle(exchange(request, loop), deadlines, knownHeads));
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
                predictionIds.next(),
                TraceContext.parse(request.getHeader(TraceContext.HEADER), random),
                System.nanoTime(),
                options.compression(),
                responses,
                open);
    }

    /** A head that could not be read: too long, or not HTTP. */
    private void invalid(HttpExchange exchange) {
        HttpServerRequest request = exchange.request();
        Throwable cause = request.decoderResult().cause();
        exchange.closeAfterAnswer();
        if (cause instanceof TooLongHttpHeaderException) {
            exchange.fail(new InferenceException(
                    ErrorCode.HEADERS_TOO_LARGE,
                    "the headers exceed the limit of " + options.headerBytesMax() + " bytes"));
        } else if (cause instanceof TooLongFrameException) {
            exchange.send(
                    414,
                    Exchange.JSON,
                    Buffer.buffer(HttpErrors.body(
                            InferenceException.invalidInput("the request line is too long"), exchange.predictionId())));
        } else {
            exchange.fail(InferenceException.invalidInput("the request is not valid HTTP"));
        }
    }
}
