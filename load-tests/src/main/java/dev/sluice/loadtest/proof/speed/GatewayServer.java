package dev.sluice.loadtest.proof.speed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.loadtest.BodySource;
import dev.sluice.loadtest.CannotMeasureException;
import dev.sluice.loadtest.ServerText;
import dev.sluice.loadtest.proof.server.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A gateway that this run has started, and what it says about its models.
 *
 * <p>Threading: blocking; confined to the main thread.
 */
final class GatewayServer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ServerProcess process;
    private final JvmCommand jvm;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();

    GatewayServer(ServerProcess process) throws IOException {
        this.process = process;
        this.jvm = JvmCommand.of(process.listening().pid());
    }

    Target target(BenchModel model, BodySource body) {
        return target("gateway", model, body);
    }

    Target target(String system, BenchModel model, BodySource body) {
        return new Target(system, base(), pid(), model.id(), body);
    }

    URI base() {
        return process.listening().http();
    }

    long pid() {
        return process.listening().pid();
    }

    JvmCommand jvm() {
        return jvm;
    }

    /** Why the model is not served, or null when it is. */
    @Nullable String refusal(BenchModel model) throws IOException, CannotMeasureException, InterruptedException {
        HttpResponse<String> response = send(get("/v2/models/" + model.id()));
        return response.statusCode() == 200
                ? null
                : ServerText.line(json(response).path("error").asText(response.body()));
    }

    /** @throws CannotMeasureException if the model is not served, with the server's reason */
    void require(BenchModel model) throws IOException, CannotMeasureException, InterruptedException {
        String refusal = refusal(model);
        if (refusal != null) {
            throw new CannotMeasureException("model '" + model.id() + "' is not served: " + refusal);
        }
    }

    /** What the server says about batching this model: its verdict, if it has words for it, and its reason. */
    BatchingWords batching(BenchModel model) throws IOException, CannotMeasureException, InterruptedException {
        JsonNode properties = json(ok(get("/v2/models/" + model.id()))).path("properties");
        return new BatchingWords(
                ServerText.line(properties.path("batching.verdict").asText()),
                ServerText.line(properties.path("batching").asText()));
    }

    /** Where batches of the model run, {@code inline} or {@code queued}; empty where the server does not say. */
    String execution(BenchModel model) throws IOException, CannotMeasureException, InterruptedException {
        HttpResponse<String> response = send(get("/v2/models/" + model.id() + "/tuning"));
        return response.statusCode() == 200
                ? ServerText.line(json(response).at("/chosen/execution").asText())
                : "";
    }

    /** Rows and runs of the model since the start. */
    RunCounts counts(BenchModel model) throws IOException, CannotMeasureException, InterruptedException {
        JsonNode stats = json(ok(get("/v2/models/" + model.id() + "/stats"))).at("/model_stats/0");
        if (!stats.path("inference_count").isNumber()
                || !stats.path("execution_count").isNumber()) {
            throw new CannotMeasureException("the statistics of '" + model.id() + "' lack their counts, got "
                    + ServerText.line(stats.toString()));
        }
        return new RunCounts(
                stats.path("inference_count").asLong(),
                stats.path("execution_count").asLong());
    }

    private HttpRequest get(String path) {
        return HttpRequest.newBuilder(URI.create(base() + path))
                .timeout(PATIENCE)
                .build();
    }

    private HttpResponse<String> ok(HttpRequest request)
            throws IOException, CannotMeasureException, InterruptedException {
        HttpResponse<String> response = send(request);
        if (response.statusCode() != 200) {
            throw new CannotMeasureException(request.uri() + " must answer 200, got " + response.statusCode() + ": "
                    + ServerText.line(response.body()));
        }
        return response;
    }

    private HttpResponse<String> send(HttpRequest request)
            throws IOException, CannotMeasureException, InterruptedException {
        if (!process.isRunning()) {
            throw new CannotMeasureException("the gateway has ended by itself; see its log");
        }
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> response) throws IOException {
        return new ObjectMapper().readTree(response.body());
    }

    @Override
    public void close() {
        process.close();
    }
}
