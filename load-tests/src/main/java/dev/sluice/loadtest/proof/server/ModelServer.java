package dev.sluice.loadtest.proof.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.loadtest.CannotMeasureException;
import dev.sluice.loadtest.LoadClock;
import dev.sluice.loadtest.ProcFiles;
import dev.sluice.loadtest.ServerText;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A server that a proof has started, and what it says about its models.
 *
 * <p>Threading: thread-safe but for starting and ending; blocking.
 */
public final class ModelServer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long POLL_NANOS = 20_000_000L;

    private final ServerProcess process;
    private final ProcFiles proc = new ProcFiles(Path.of("/proc"));
    private final LoadClock clock = LoadClock.system();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();

    ModelServer(ServerProcess process) {
        this.process = process;
    }

    public ListeningLine listening() {
        return process.listening();
    }

    public boolean isRunning() {
        return process.isRunning();
    }

    /**
     * Asks for a prediction.
     *
     * @throws IOException if no answer comes
     */
    public ModelAnswer infer(String model, String json) throws IOException, InterruptedException {
        return post(listening().http(), "/v2/models/" + model + "/infer", json);
    }

    /** Asks for a model to be loaded, or unloaded, as Triton's clients do; answers when that is done. */
    public ModelAnswer control(String model, String operation) throws IOException, InterruptedException {
        return post(listening().http(), "/v2/repository/models/" + model + "/" + operation, "");
    }

    /** Posts to a path below {@code base}. */
    public ModelAnswer post(URI base, String path, String body) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(base + path))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    /** Puts to a path below {@code base}. */
    public ModelAnswer put(URI base, String path, String body) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(base + path))
                .header("content-type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(body)));
    }

    /** Gets a path below {@code base}. */
    public ModelAnswer get(URI base, String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(base + path)).GET());
    }

    private ModelAnswer send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response =
                http.send(request.timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
        return new ModelAnswer(response.statusCode(), response.body());
    }

    /** What the index says about a version; empty when it does not list it. */
    public Optional<JsonNode> entry(String model, long version) throws IOException, InterruptedException {
        for (JsonNode entry :
                post(listening().http(), "/v2/repository/index", "").json()) {
            if (entry.path("name").asText().equals(model)
                    && entry.path("version").asText().equals(Long.toString(version))) {
                return Optional.of(entry);
            }
        }
        return Optional.empty();
    }

    /** Whether the model answers requests. */
    public boolean isReady(String model) throws IOException, InterruptedException {
        return get(listening().http(), "/v2/models/" + model + "/ready").ok();
    }

    /**
     * Waits until the server is ready to serve.
     *
     * @throws CannotMeasureException if it is not {@code within} that time
     */
    public void awaitReady(Duration within) throws IOException, CannotMeasureException, InterruptedException {
        long end = clock.nanoTime() + within.toNanos();
        ModelAnswer last = get(listening().http(), "/v2/health/ready");
        while (!last.ok()) {
            if (clock.nanoTime() - end > 0) {
                throw new CannotMeasureException(
                        "the server must be ready within " + within.toSeconds() + " s, got " + last.words());
            }
            clock.sleepUntil(clock.nanoTime() + POLL_NANOS);
            last = get(listening().http(), "/v2/health/ready");
        }
    }

    /** The metrics page. */
    public PrometheusText metrics() throws IOException, InterruptedException {
        ModelAnswer page = get(listening().metrics(), "/metrics");
        if (!page.ok()) {
            throw new IOException("the metrics page must answer 200, got " + ServerText.line(page.body()));
        }
        return new PrometheusText(page.body());
    }

    /** Resident memory of the process in bytes. */
    public long residentBytes() throws IOException {
        return proc.residentBytes(listening().pid());
    }

    /** Kills it at once, as a crash would. */
    public void kill() throws IOException, InterruptedException {
        process.kill();
    }

    @Override
    public void close() {
        process.close();
    }
}
