package dev.sluice.gateway;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The body of an inference request as a client would write it: JSON, and after it the binary tensors if there are any. */
final class InferBody {
    private static final String HEADER_LENGTH = "Inference-Header-Content-Length";

    private final List<String> inputs = new ArrayList<>();
    private final List<String> outputs = new ArrayList<>();
    private final List<String> members = new ArrayList<>();
    private final ByteArrayOutputStream binary = new ByteArrayOutputStream();
    private boolean hasBinary;

    /** Adds an input with its data as JSON text. */
    InferBody json(String name, String datatype, String shape, String data) {
        inputs.add("{\"name\":\"" + name + "\",\"datatype\":\"" + datatype + "\",\"shape\":" + shape + ",\"data\":"
                + data + "}");
        return this;
    }

    /** Adds an input with its data as bytes behind the JSON. */
    InferBody binary(String name, String datatype, String shape, byte[] data) {
        inputs.add("{\"name\":\"" + name + "\",\"datatype\":\"" + datatype + "\",\"shape\":" + shape
                + ",\"parameters\":{\"binary_data_size\":" + data.length + "}}");
        binary.writeBytes(data);
        hasBinary = true;
        return this;
    }

    InferBody output(String name) {
        outputs.add("{\"name\":\"" + name + "\"}");
        return this;
    }

    /** Asks for an output, with its parameters as JSON text. */
    InferBody output(String name, String parameters) {
        outputs.add("{\"name\":\"" + name + "\",\"parameters\":" + parameters + "}");
        return this;
    }

    /** Adds a member of the request, with its value as JSON text. */
    InferBody member(String name, String value) {
        members.add("\"" + name + "\":" + value);
        return this;
    }

    /** Asks for all outputs in binary form. */
    InferBody binaryOutputs() {
        return member("parameters", "{\"binary_data_output\":true}");
    }

    String jsonText() {
        List<String> all = new ArrayList<>(members);
        all.add("\"inputs\":[" + String.join(",", inputs) + "]");
        if (!outputs.isEmpty()) {
            all.add("\"outputs\":[" + String.join(",", outputs) + "]");
        }
        return "{" + String.join(",", all) + "}";
    }

    byte[] bytes() {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(jsonText().getBytes(StandardCharsets.UTF_8));
        body.writeBytes(binary.toByteArray());
        return body.toByteArray();
    }

    /** The headers that belong to the body. */
    String[] headers() {
        if (!hasBinary) {
            return new String[] {"Content-Type", "application/json"};
        }
        int jsonBytes = jsonText().getBytes(StandardCharsets.UTF_8).length;
        return new String[] {
            "Content-Type", "application/octet-stream", HEADER_LENGTH, Integer.toString(jsonBytes),
        };
    }

    HttpCalls.Answer postTo(HttpCalls calls, String model, String... moreHeaders) {
        String[] headers = Arrays.copyOf(headers(), headers().length + moreHeaders.length);
        System.arraycopy(moreHeaders, 0, headers, headers.length - moreHeaders.length, moreHeaders.length);
        return calls.post("/v2/models/" + model + "/infer", bytes(), headers);
    }
}
