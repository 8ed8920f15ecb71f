package dev.sluice.gateway.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.canary.inputlog.jsonl.LoggedBody;
import dev.sluice.canary.inputlog.jsonl.LoggedRecord;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/**
 * Asks a candidate, as a client would.
 *
 * <p>A server that has too much to do is asked again a few times, after growing pauses.
 *
 * <p>Threading: thread-safe; blocks until there is an answer.
 */
final class Candidate {
    private static final String JSON_LENGTH = "Inference-Header-Content-Length";
    private static final int OVERLOADED_STATUS = 503;
    private static final int TRIES = 6;
    private static final long PAUSE_MILLIS = 50;

    private final ObjectMapper mapper = new ObjectMapper();
    private final ReplayedBody bodies = new ReplayedBody();
    private final CandidateUrl url;
    private final Duration timeout;
    private final HttpClient client;

    Candidate(CandidateUrl url, Duration timeout) {
        this.url = url;
        this.timeout = timeout;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(timeout)
                .build();
    }

    /**
     * Sends a record's request.
     *
     * @throws InterruptedException if this thread is to end
     */
    CandidateAnswer ask(LoggedRecord record) throws InterruptedException {
        try {
            LoggedBody body = bodies.of(record.request().orElseThrow());
            HttpRequest.Builder request = HttpRequest.newBuilder(url.infer(record))
                    .timeout(timeout)
                    .POST(HttpRequest.BodyPublishers.ofByteArray(body.bytes()));
            if (body.jsonLength() < 0) {
                request.header("content-type", "application/json");
            } else {
                request.header("content-type", "application/octet-stream")
                        .header(JSON_LENGTH, Integer.toString(body.jsonLength()));
            }
            return send(request.build());
        } catch (IOException e) {
            String reason = e.getMessage() == null ? "connection refused" : e.getMessage();
            return new CandidateAnswer(CandidateAnswer.UNREACHABLE, reason, 0, Optional.empty());
        }
    }

    private CandidateAnswer send(HttpRequest request) throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            long begin = System.nanoTime();
            HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            long latency = System.nanoTime() - begin;
            if (response.statusCode() == 200) {
                int jsonLength = response.headers()
                        .firstValue(JSON_LENGTH)
                        .map(Integer::parseInt)
                        .orElse(-1);
                return new CandidateAnswer(
                        CandidateAnswer.ANSWERED,
                        "",
                        latency,
                        Optional.of(new LoggedBody(response.body(), jsonLength)));
            }
            JsonNode error = error(response.body());
            String code = error.path("code").asText("HTTP_" + response.statusCode());
            if (response.statusCode() != OVERLOADED_STATUS || !code.equals("OVERLOADED") || attempt == TRIES) {
                String message = error.path("error").asText("the candidate answered " + response.statusCode());
                return new CandidateAnswer(code, message, latency, Optional.empty());
            }
            Thread.sleep(PAUSE_MILLIS << attempt);
        }
    }

    private JsonNode error(byte[] body) {
        try {
            return mapper.readTree(body);
        } catch (IOException e) {
            return mapper.createObjectNode();
        }
    }
}
