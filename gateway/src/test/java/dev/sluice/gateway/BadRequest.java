package dev.sluice.gateway;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A request that the server must refuse, and how.
 *
 * @param what is wrong with it
 * @param path after {@code /v2/models/}
 * @param headers names and values in turn
 * @param code as in the body of the error
 * @param message the whole message, or with a leading tilde a part of it
 */
record BadRequest(
        String what, String path, List<String> headers, byte[] body, int status, String code, String message) {
    private static final String INVALID_INPUT = "INVALID_INPUT";

    /** A POST of JSON, written with single quotes, that is answered with 400. */
    static BadRequest json(String what, String path, String body, String message) {
        byte[] bytes = body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        return new BadRequest(what, path, List.of(), bytes, 400, INVALID_INPUT, message);
    }

    /** One input called x, of the identity model of a datatype, with this data. */
    static BadRequest data(String what, String type, String data, String message) {
        String body = "{'inputs':[{'name':'x','datatype':'" + type.toUpperCase(java.util.Locale.ROOT)
                + "','shape':[1,1],'data':" + data + "}]}";
        return json(what, "identity-" + modelOf(type) + "/infer", body, message);
    }

    private static String modelOf(String type) {
        return switch (type) {
            case "FP32" -> "float32";
            case "FP64" -> "float64";
            case "BYTES" -> "string";
            default -> type.toLowerCase(java.util.Locale.ROOT);
        };
    }

    /** A POST of these bytes that is answered with 400. */
    static BadRequest bytes(String what, String path, byte[] body, String message, String... headers) {
        return new BadRequest(what, path, List.of(headers), body, 400, INVALID_INPUT, message);
    }

    /** A request with binary tensors that is answered with 400. */
    static BadRequest binary(String what, String model, InferBody body, String message) {
        return bytes(what, model + "/infer", body.bytes(), message, body.headers());
    }

    BadRequest answered(int otherStatus, String otherCode) {
        return new BadRequest(what, path, headers, body, otherStatus, otherCode, message);
    }

    BadRequest with(String header, String value) {
        List<String> more = new ArrayList<>(headers);
        more.add(header);
        more.add(value);
        return new BadRequest(what, path, List.copyOf(more), body, status, code, message);
    }

    HttpCalls.Answer sendTo(HttpCalls calls) {
        return calls.post("/v2/models/" + path, body, headers.toArray(String[]::new));
    }

    @Override
    public String toString() {
        return what;
    }
}
