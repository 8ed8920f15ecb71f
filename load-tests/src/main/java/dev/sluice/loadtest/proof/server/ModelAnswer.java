package dev.sluice.loadtest.proof.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.loadtest.ServerText;
import java.io.IOException;
import java.util.Optional;

/**
 * A server's answer to a prediction.
 *
 * <p>Threading: immutable.
 *
 * @param status of HTTP
 * @param body as it came
 */
public record ModelAnswer(int status, String body) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** Whether it is a prediction. */
    public boolean ok() {
        return status == 200;
    }

    /** The version that answered; empty when the answer does not say. */
    public Optional<Long> version() {
        return version(json());
    }

    /** The same of a body that is read already. */
    public static Optional<Long> version(JsonNode json) {
        JsonNode version = json.path("model_version");
        try {
            return version.isTextual() ? Optional.of(Long.parseLong(version.textValue())) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** An element of an output; NaN when there is none. */
    public double value(String output, int index) {
        return value(json(), output, index);
    }

    /** The same of a body that is read already. */
    public static double value(JsonNode json, String output, int index) {
        for (JsonNode each : json.path("outputs")) {
            if (each.path("name").asText().equals(output)) {
                JsonNode value = each.path("data").path(index);
                return value.isNumber() ? value.doubleValue() : Double.NaN;
            }
        }
        return Double.NaN;
    }

    /** For messages. */
    public String words() {
        return status + ": " + ServerText.line(body);
    }

    /** The body, or nothing when it is not JSON. */
    public JsonNode json() {
        try {
            return MAPPER.readTree(body);
        } catch (IOException e) {
            return MAPPER.missingNode();
        }
    }
}
