package dev.sluice.loadtest;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A whole request as bytes, made once and written many times.
 *
 * <p>Threading: immutable; each write takes a view of its own of the one buffer.
 */
final class PreparedRequest {
    private final ByteBuf bytes;

    private PreparedRequest(ByteBuf bytes) {
        this.bytes = bytes;
    }

    static PreparedRequest of(LoadPlan plan, LoadTarget target, RequestBody body) {
        StringBuilder head = new StringBuilder(256)
                .append("POST ")
                .append(plan.path(target))
                .append("/infer HTTP/1.1\r\nHost: ")
                .append(plan.endpoint().authority())
                .append("\r\nContent-Type: ")
                .append(body.contentType())
                .append("\r\nContent-Length: ")
                .append(body.size())
                .append("\r\n");
        if (body.isBinary()) {
            head.append("Inference-Header-Content-Length: ")
                    .append(body.jsonByteCount())
                    .append("\r\n");
        }
        for (Map.Entry<String, String> header : target.headers().entrySet()) {
            head.append(header.getKey()).append(": ").append(header.getValue()).append("\r\n");
        }
        byte[] start = head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
        // Memory that the collector frees: writes must not count references, which loops would share.
        ByteBuffer bytes = ByteBuffer.allocateDirect(start.length + body.size());
        bytes.put(start).put(body.toByteArray()).flip();
        return new PreparedRequest(Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(bytes)));
    }

    /** The bytes, with an index of their own; releasing it does nothing. */
    ByteBuf view() {
        return bytes.duplicate();
    }
}
