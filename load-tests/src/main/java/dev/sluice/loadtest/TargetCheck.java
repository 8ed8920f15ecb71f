package dev.sluice.loadtest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * Makes sure, before anything is measured, that the target is reachable, the one that was meant, ready, and accepts
 * the requests of the plan.
 *
 * <p>Threading: blocking; call on the run's own thread.
 */
final class TargetCheck {
    private static final long RETRY_NANOS = 100_000_000L;
    private static final int EXCERPT_LENGTH = 300;
    private static final Duration PATIENCE_MIN = Duration.ofSeconds(10);

    private final LoadClock clock;
    private final ProcFiles proc;

    TargetCheck(LoadClock clock, ProcFiles proc) {
        this.clock = clock;
        this.proc = proc;
    }

    /**
     * The bodies to send, after each step has passed: identity, readiness, metadata, one inference.
     *
     * @throws CannotMeasureException with what was expected and what was found
     */
    List<RequestBody> verify(LoadPlan plan) throws CannotMeasureException, InterruptedException {
        HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(patience(plan))
                .build();
        awaitReady(http, plan);
        verifyName(http, plan);
        verifyProcess(plan);
        ModelMetadata metadata = ModelMetadata.parse(
                require200("the metadata of model '" + plan.model() + "'", get(http, plan, plan.modelPath())));
        List<RequestBody> bodies = BodyWriter.bodies(metadata, plan.body(), plan.seed());
        verifyInference(http, plan, bodies.get(0));
        return bodies;
    }

    private void awaitReady(HttpClient http, LoadPlan plan) throws CannotMeasureException, InterruptedException {
        long deadline = clock.nanoTime() + plan.readyWithin().toNanos();
        while (true) {
            try {
                require200("readiness of model '" + plan.model() + "'", get(http, plan, plan.modelPath() + "/ready"));
                return;
            } catch (CannotMeasureException e) {
                long now = clock.nanoTime();
                if (now - deadline >= 0) {
                    throw e;
                }
                clock.sleepUntil(now + RETRY_NANOS);
            }
        }
    }

    private static void verifyName(HttpClient http, LoadPlan plan) throws CannotMeasureException, InterruptedException {
        String expected = plan.expected().name();
        if (expected == null) {
            return;
        }
        String actual = name(require200("the server's metadata", get(http, plan, plan.serverPath())));
        if (!actual.equals(expected)) {
            throw new CannotMeasureException(
                    plan.url() + " must be the server '" + expected + "', but it says it is '" + actual + "'");
        }
    }

    private static String name(String json) throws CannotMeasureException {
        try {
            JsonNode root = new ObjectMapper().readTree(json);
            return root.path("name").asText();
        } catch (JsonProcessingException e) {
            throw new CannotMeasureException("the server's metadata is not JSON: " + e.getOriginalMessage());
        }
    }

    private void verifyProcess(LoadPlan plan) throws CannotMeasureException {
        Long pid = plan.expected().pid();
        if (pid == null) {
            return;
        }
        if (!proc.knows(pid)) {
            throw new CannotMeasureException("process " + pid + " does not run here, or this system has no /proc");
        }
        try {
            if (!proc.listensOn(pid, plan.port())) {
                throw new CannotMeasureException(
                        "process " + pid + " must listen on port " + plan.port() + ", but another one does");
            }
        } catch (IOException e) {
            throw new CannotMeasureException("the sockets of process " + pid + " cannot be read: " + e.getMessage());
        }
    }

    private static void verifyInference(HttpClient http, LoadPlan plan, RequestBody body)
            throws CannotMeasureException, InterruptedException {
        HttpRequest.Builder request = request(plan, plan.modelPath() + "/infer")
                .header("Content-Type", body.contentType())
                .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray()));
        if (body.isBinary()) {
            request.header("Inference-Header-Content-Length", Integer.toString(body.jsonByteCount()));
        }
        require200("a first inference", send(http, plan, request.build()));
    }

    /** At least 10 s whatever the plan's timeout: the first calls find both sides cold. */
    private static Duration patience(LoadPlan plan) {
        return plan.timeout().compareTo(PATIENCE_MIN) < 0 ? PATIENCE_MIN : plan.timeout();
    }

    private static HttpResponse<byte[]> get(HttpClient http, LoadPlan plan, String path)
            throws CannotMeasureException, InterruptedException {
        return send(http, plan, request(plan, path).GET().build());
    }

    private static HttpRequest.Builder request(LoadPlan plan, String path) {
        return HttpRequest.newBuilder(URI.create("http://" + plan.url().getRawAuthority() + path))
                .timeout(patience(plan));
    }

    private static HttpResponse<byte[]> send(HttpClient http, LoadPlan plan, HttpRequest request)
            throws CannotMeasureException, InterruptedException {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            String reason = e.getMessage() == null ? "cannot connect" : e.getMessage();
            throw new CannotMeasureException(plan.url() + " is not reachable: " + reason);
        }
    }

    private static String require200(String what, HttpResponse<byte[]> response) throws CannotMeasureException {
        String text = new String(response.body(), StandardCharsets.UTF_8);
        if (response.statusCode() != 200) {
            throw new CannotMeasureException(what + " must be answered with 200, got " + response.statusCode() + ": "
                    + text.substring(0, Math.min(text.length(), EXCERPT_LENGTH)));
        }
        return text;
    }
}
