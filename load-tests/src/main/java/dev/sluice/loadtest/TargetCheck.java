package dev.sluice.loadtest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Makes sure, before anything is measured, that the target is reachable, the one that was meant, ready, and accepts
 * the requests of the plan.
 *
 * <p>Threading: blocking; call on the run's own thread.
 */
final class TargetCheck {
    private static final String MADE_TENSORS =
            "made tensors (--values, --shape and --rows say of what kind, --body sends your own)";

    private static final long RETRY_NANOS = 100_000_000L;
    private static final Duration PATIENCE_MIN = Duration.ofSeconds(10);

    private final LoadClock clock;
    private final ProcFiles proc;

    TargetCheck(LoadClock clock, ProcFiles proc) {
        this.clock = clock;
        this.proc = proc;
    }

    /**
     * The bodies to send to each target, after each step has passed: identity, readiness, metadata, one inference.
     *
     * @throws CannotMeasureException with what was expected and what was found
     */
    List<List<RequestBody>> verify(LoadPlan plan) throws CannotMeasureException, InterruptedException {
        HttpClient http = client(plan);
        List<List<RequestBody>> bodies = new ArrayList<>();
        long deadline = clock.nanoTime() + plan.readyWithin().toNanos();
        for (LoadTarget target : plan.targets()) {
            awaitReady(http, plan, target, deadline);
        }
        verifyName(http, plan);
        verifyProcess(plan);
        for (LoadTarget target : plan.targets()) {
            List<RequestBody> ofTarget = bodies(http, plan, target);
            verifyInference(http, plan, target, ofTarget.get(0));
            bodies.add(ofTarget);
        }
        return bodies;
    }

    private static HttpClient client(LoadPlan plan) throws CannotMeasureException {
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(patience(plan));
        try {
            return plan.endpoint().tls()
                    ? builder.sslContext(plan.trust().jdkContext()).build()
                    : builder.build();
        } catch (IOException e) {
            throw new CannotMeasureException(String.valueOf(e.getMessage()));
        }
    }

    private static List<RequestBody> bodies(HttpClient http, LoadPlan plan, LoadTarget target)
            throws CannotMeasureException, InterruptedException {
        if (target.body() instanceof BodySource.Fixed fixed) {
            return List.of(RequestBody.json(fixed.json().getBytes(StandardCharsets.UTF_8)));
        }
        if (target.body() instanceof BodySource.Recorded recorded) {
            return recorded.bodies();
        }
        ModelMetadata metadata = ModelMetadata.parse(
                require200("the metadata of " + target.words(), get(http, plan, target, plan.path(target))));
        return BodyWriter.bodies(metadata, (BodySource.Generated) target.body(), plan.seed());
    }

    private void awaitReady(HttpClient http, LoadPlan plan, LoadTarget target, long deadline)
            throws CannotMeasureException, InterruptedException {
        while (true) {
            try {
                require200("readiness of " + target.words(), get(http, plan, target, plan.path(target) + "/ready"));
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
        String actual = name(require200(
                "the server's metadata", get(http, plan, plan.targets().get(0), plan.serverPath())));
        if (!actual.equals(expected)) {
            throw new CannotMeasureException(plan.url() + " must be the server '" + expected + "', but it says it is '"
                    + ServerText.line(actual) + "'");
        }
    }

    private static String name(String json) throws CannotMeasureException {
        try {
            JsonNode root = new ObjectMapper().readTree(json);
            return root.path("name").asText();
        } catch (JsonProcessingException e) {
            throw new CannotMeasureException(
                    "the server's metadata is not JSON: " + ServerText.line(e.getOriginalMessage()));
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
            if (!proc.listensOn(pid, plan.endpoint().port())) {
                throw new CannotMeasureException("process " + pid + " must listen on port "
                        + plan.endpoint().port() + ", but another one does");
            }
        } catch (IOException e) {
            throw new CannotMeasureException("the sockets of process " + pid + " cannot be read: " + e.getMessage());
        }
    }

    private static void verifyInference(HttpClient http, LoadPlan plan, LoadTarget target, RequestBody body)
            throws CannotMeasureException, InterruptedException {
        HttpRequest.Builder request = request(plan, target, plan.path(target) + "/infer")
                .header("Content-Type", body.contentType())
                .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray()));
        if (body.isBinary()) {
            request.header("Inference-Header-Content-Length", Integer.toString(body.jsonByteCount()));
        }
        HttpResponse<byte[]> response = send(http, plan, request.build());
        String what = "a first inference of " + target.words();
        require200(target.body() instanceof BodySource.Generated ? what + " with " + MADE_TENSORS : what, response);
        int jsonLength = (int) response.headers()
                .firstValueAsLong("Inference-Header-Content-Length")
                .orElse(response.body().length);
        String complaint = AnswerCheck.of(target)
                .complaint(Arrays.copyOf(response.body(), Math.min(jsonLength, response.body().length)));
        if (complaint != null) {
            throw new CannotMeasureException(complaint + "; it begins with " + ServerText.line(response.body()));
        }
    }

    /** At least 10 s whatever the plan's timeout: the first calls find both sides cold. */
    private static Duration patience(LoadPlan plan) {
        return plan.timeout().compareTo(PATIENCE_MIN) < 0 ? PATIENCE_MIN : plan.timeout();
    }

    private static HttpResponse<byte[]> get(HttpClient http, LoadPlan plan, LoadTarget target, String path)
            throws CannotMeasureException, InterruptedException {
        return send(http, plan, request(plan, target, path).GET().build());
    }

    private static HttpRequest.Builder request(LoadPlan plan, LoadTarget target, String path) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(
                        URI.create(plan.url().getScheme() + "://" + plan.url().getRawAuthority() + path))
                .timeout(patience(plan));
        target.headers().forEach(builder::header);
        return builder;
    }

    private static HttpResponse<byte[]> send(HttpClient http, LoadPlan plan, HttpRequest request)
            throws CannotMeasureException, InterruptedException {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            // The message may hold what the server sent instead of HTTP.
            String reason = e instanceof ConnectException ? "connection refused" : ServerText.line(e.getMessage());
            throw new CannotMeasureException(plan.url() + " is not reachable: " + reason);
        }
    }

    private static String require200(String what, HttpResponse<byte[]> response) throws CannotMeasureException {
        if (response.statusCode() != 200) {
            throw new CannotMeasureException(what + " must be answered with 200, got " + response.statusCode() + ": "
                    + ServerText.line(response.body()));
        }
        return new String(response.body(), StandardCharsets.UTF_8);
    }
}
