package dev.sluice.loadtest;

/**
 * One request body as it goes over the wire.
 *
 * <p>Threading: immutable; the bytes it was made from belong to it and are not changed any more.
 */
public final class RequestBody {
    private final byte[] bytes;
    private final int jsonByteCount;

    private RequestBody(byte[] bytes, int jsonByteCount) {
        this.bytes = bytes;
        this.jsonByteCount = jsonByteCount;
    }

    /** A body that is JSON throughout. */
    public static RequestBody json(byte[] bytes) {
        return new RequestBody(bytes, -1);
    }

    /** A body whose first {@code jsonByteCount} bytes are JSON and whose others are tensors. */
    static RequestBody binary(byte[] bytes, int jsonByteCount) {
        return new RequestBody(bytes, jsonByteCount);
    }

    /** A copy of the bytes. */
    public byte[] toByteArray() {
        return bytes.clone();
    }

    /** Number of bytes. */
    public int size() {
        return bytes.length;
    }

    String contentType() {
        return isBinary() ? "application/octet-stream" : "application/json";
    }

    /** True when the header {@code Inference-Header-Content-Length} has to say where the JSON ends. */
    public boolean isBinary() {
        return jsonByteCount >= 0;
    }

    /** Length of the JSON part; only of a binary body. */
    int jsonByteCount() {
        return jsonByteCount;
    }
}
