package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The answer to an inference request, its binary outputs cut out of the body.
 *
 * @param json the JSON part
 * @param binary bytes of the binary outputs, by name
 */
record InferAnswer(JsonNode json, Map<String, byte[]> binary) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** Reads an answer that must be a success. */
    static InferAnswer of(HttpCalls.Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        byte[] body = answer.response().body();
        String headerLength = answer.header("Inference-Header-Content-Length");
        int jsonBytes = headerLength.isEmpty() ? body.length : Integer.parseInt(headerLength);
        assertThat(answer.header("content-type"))
                .isEqualTo(headerLength.isEmpty() ? "application/json" : "application/octet-stream");
        JsonNode json;
        try {
            json = MAPPER.readTree(body, 0, jsonBytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, byte[]> binary = new LinkedHashMap<>();
        int at = jsonBytes;
        for (JsonNode output : json.get("outputs")) {
            JsonNode size = output.path("parameters").path("binary_data_size");
            assertThat(output.has("data")).as("either data or binary").isEqualTo(size.isMissingNode());
            if (!size.isMissingNode()) {
                binary.put(output.get("name").asText(), Arrays.copyOfRange(body, at, at + size.asInt()));
                at += size.asInt();
            }
        }
        assertThat(at).as("bytes of the body that are accounted for").isEqualTo(body.length);
        return new InferAnswer(json, binary);
    }

    /** The output of that name. */
    JsonNode output(String name) {
        for (JsonNode output : json.get("outputs")) {
            if (output.get("name").asText().equals(name)) {
                return output;
            }
        }
        throw new AssertionError("no output '" + name + "' in " + json);
    }

    /** The bytes of a binary output. */
    byte[] bytes(String name) {
        byte[] bytes = binary.get(name);
        if (bytes == null) {
            throw new AssertionError("no binary output '" + name + "' in " + json);
        }
        return bytes;
    }
}
