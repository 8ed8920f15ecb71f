package dev.sluice.gateway.http;

import dev.sluice.model.ModelRef;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderResult;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@link KnownHeads} needs of an HTTP engine: it tells heads from bodies, begins one request at a time, and says what it has
 * read. Every POST is a prediction.
 */
final class FakeHttpEngine extends ChannelInboundHandlerAdapter {
    private final KnownHeads heads;
    private final KnownHeadPort port;
    private final List<String> read = new ArrayList<>();
    private String left = "";
    private int bodyLeft;
    private int bodyRead;
    private boolean inBody;
    private boolean answering;
    private boolean answersAtOnce = true;
    private boolean pauses;
    private int hiddenBodyBytes;

    FakeHttpEngine(KnownHeads heads, KnownHeadPort port) {
        this.heads = heads;
        this.port = port;
    }

    /** What it was given, read by read. */
    List<String> read() {
        return read;
    }

    /** From now on a request is unanswered until {@link #answer}. */
    void takeTime() {
        answersAtOnce = false;
    }

    /** From now on it stops reading when it was given something. */
    void pauseAlways() {
        pauses = true;
    }

    /** From now on requests have bodies of so many bytes that no header announces. */
    void hideBodies(int bytes) {
        hiddenBodyBytes = bytes;
    }

    /** Answers the request that it has begun. */
    void answer() {
        answering = false;
        heads.answered();
        parse();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        String text = bytes.toString(StandardCharsets.ISO_8859_1);
        bytes.release();
        read.add(text);
        left += text;
        if (pauses) {
            context.channel().config().setAutoRead(false);
        }
        parse();
    }

    private void parse() {
        while (true) {
            if (inBody) {
                int part = Math.min(bodyLeft, left.length());
                left = left.substring(part);
                bodyLeft -= part;
                bodyRead += part;
                if (bodyLeft > 0) {
                    return;
                }
                inBody = false;
            }
            left = left.stripLeading();
            int end = left.indexOf("\r\n\r\n");
            if (end < 0 || answering) {
                return;
            }
            begin(left.substring(0, end));
            left = left.substring(end + 4);
        }
    }

    private void begin(String head) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        head.lines().skip(1).filter(line -> !line.startsWith(" ")).forEach(line -> {
            int colon = line.indexOf(':');
            headers.add(line.substring(0, colon), line.substring(colon + 1).trim());
        });
        String length = headers.get("content-length");
        bodyLeft = length == null ? hiddenBodyBytes : Integer.parseInt(length);
        bodyRead = 0;
        inBody = true;
        answering = true;
        HttpServerRequest request = request(head.contains(" HTTP/1.0"), headers);
        heads.began(request);
        if (head.startsWith("POST")) {
            heads.learn(request, meaning(), ContentCoding.IDENTITY, port);
        }
        if (answersAtOnce) {
            answering = false;
            heads.answered();
        }
    }

    private static InferHead meaning() {
        return new InferHead(
                "/v2/models/m/infer",
                Endpoint.Operation.INFER,
                new ModelRef("m"),
                ContentCoding.IDENTITY,
                0,
                /* jsonLength= */ null,
                /* traceparent= */ null,
                /* key= */ null);
    }

    private HttpServerRequest request(boolean http10, MultiMap headers) {
        return (HttpServerRequest) Proxy.newProxyInstance(
                HttpServerRequest.class.getClassLoader(),
                new Class<?>[] {HttpServerRequest.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "version" -> http10 ? HttpVersion.HTTP_1_0 : HttpVersion.HTTP_1_1;
                    case "decoderResult" -> DecoderResult.SUCCESS;
                    case "headers" -> headers;
                    case "getHeader" -> headers.get((String) arguments[0]);
                    case "isEnded" -> !inBody;
                    case "bytesRead" -> (long) bodyRead;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }
}
