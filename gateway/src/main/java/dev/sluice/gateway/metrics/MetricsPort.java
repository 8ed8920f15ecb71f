package dev.sluice.gateway.metrics;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The port that Prometheus scrapes: {@code GET /metrics}.
 *
 * <p>Threading: thread-safe; a scrape is rendered on a worker thread, never on an event loop.
 */
public final class MetricsPort {
    private static final Logger LOG = LoggerFactory.getLogger(MetricsPort.class);
    private static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final Vertx vertx;
    private final List<Supplier<String>> sources;
    private @Nullable HttpServer server;

    /**
     * @param sources each gives a part of the page in the Prometheus text format, whole lines
     */
    public MetricsPort(Vertx vertx, List<Supplier<String>> sources) {
        this.vertx = vertx;
        this.sources = List.copyOf(sources);
    }

    /**
     * Starts listening.
     *
     * @param port in [0, 65535]; 0 = any free one
     * @return the port
     */
    public Future<Integer> start(String host, int port) {
        HttpServer created = vertx.createHttpServer(
                new HttpServerOptions().setHost(host).setPort(port).setIdleTimeout(75));
        server = created;
        return created.requestHandler(this::handle).listen().map(HttpServer::actualPort);
    }

    public Future<Void> stop() {
        HttpServer running = server;
        return running == null ? Future.succeededFuture() : running.close();
    }

    private void handle(HttpServerRequest request) {
        if (!"/metrics".equals(request.path())) {
            request.response().setStatusCode(404).end("metrics are at /metrics\n");
            return;
        }
        vertx.executeBlocking(() -> sources.stream().map(Supplier::get).collect(Collectors.joining()), false)
                .onSuccess(text -> request.response()
                        .putHeader("content-type", CONTENT_TYPE)
                        .end(text))
                .onFailure(failure -> {
                    LOG.error("event=scrape_failed", failure);
                    request.response().setStatusCode(500).end("the metrics could not be read\n");
                });
    }
}
