package dev.sluice.gateway;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A request that the server must refuse, and how. */
final class BadRequest {
    private static final String INVALID_INPUT = "INVALID_INPUT";

    private final String what;
    private final String path;
    private final List<String> headers;
    private final byte[] body;
    private final int status;
    private final String code;
    private final String message;

    private BadRequest(
            String what, String path, List<String> headers, byte[] body, int status, String code, String message) {
        this.what = what;
        this.path = path;
        this.headers = headers;
        this.body = body;
        this.status = status;
        this.code = code;
        this.message = message;
    }

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

    /** What is wrong with it. */
    String what() {
        return what;
    }

    int status() {
        return status;
    }

    /** As in the body of the error. */
    String code() {
        return code;
    }

    /** The whole message, or with a leading tilde a part of it. */
    String message() {
        return message;
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
