package dev.sluice.gateway.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Asks a server's control port.
 *
 * <p>Threading: main thread; blocks until the server has answered.
 */
final class ControlClient {
    private static final Duration CONNECT_TIME_MAX = Duration.ofSeconds(10);
    /** A large model may take minutes to load and to prove. */
    private static final Duration ANSWER_TIME_MAX = Duration.ofMinutes(30);

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final URI control;
    private final @Nullable String token;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIME_MAX)
            .build();

    ControlClient(URI control, @Nullable String token) {
        this.control = control;
        this.token = token;
    }

    /** What the server said. */
    record Answer(int status, String text) {
        boolean ok() {
            return status == 200;
        }

        /** Its JSON; a missing node where it is none. */
        JsonNode json() {
            try {
                return MAPPER.readTree(text);
            } catch (JsonProcessingException e) {
                return MissingNode.getInstance();
            }
        }

        /** Why it refused. */
        String error() {
            String message = json().path("error").asText();
            return message.isEmpty() ? "the server answered " + status : message;
        }
    }

    /**
     * Asks.
     *
     * @param segments of the path, behind {@code /v2}
     * @param body JSON text; empty for none
     * @throws IOException if there was no answer
     */
    Answer ask(String method, String body, String... segments) throws IOException {
        StringBuilder path = new StringBuilder(control.toString().replaceAll("/+$", "")).append("/v2");
        for (String segment : segments) {
            path.append('/')
                    .append(URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20"));
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(path.toString()))
                .timeout(ANSWER_TIME_MAX)
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        if (!body.isEmpty()) {
            request.header("content-type", "application/json");
        }
        if (token != null && !token.isEmpty()) {
            request.header("authorization", "Bearer " + token);
        }
        try {
            HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
