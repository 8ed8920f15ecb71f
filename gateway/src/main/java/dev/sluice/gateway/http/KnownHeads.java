package dev.sluice.gateway.http;

import dev.sluice.protocol.ByteSink;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes prediction requests whose head is known from an earlier request of the same connection past the HTTP engine.
 *
 * <p>A client that keeps its connection sends the same head with every request. The engine reads it once, and checks it; what
 * it meant is kept beside its bytes. A request that arrives in one piece and begins with those bytes needs no parsing: it means
 * the same. Everything else, and whatever is in doubt, goes to the engine untouched.
 *
 * <p>Where a request begins is known by counting: a request of the engine that began at a known place ends after the length of
 * its head and of its body. Where that cannot be said (chunked bodies, pipelining, a head in pieces, HTTP/2) this handler steps
 * out of the connection for good.
 *
 * <p>Answers keep their order: while the engine works on a request, nothing is taken past it, and what arrives while a request
 * was taken waits here.
 *
 * <p>Bound: {@value #KNOWN_MAX} heads of {@value #HEAD_BYTES_MAX} bytes per connection; a connection whose heads are not seen
 * again after {@value #LEARN_MAX} of them is not looked at any more. Reading stops while something waits.
 *
 * <p>Threading: confined to the connection's event loop.
 *
 * @see "docs/adr/0010-known-heads-pass-the-engine.md"
 */
final class KnownHeads extends ChannelInboundHandlerAdapter {
    private static final int KNOWN_MAX = 4;
    private static final int LEARN_MAX = 16;
    static final int HEAD_BYTES_MAX = 2048;
    private static final int UNKNOWN = -1;
    private static final byte[] END_OF_HEAD = {'\r', '\n', '\r', '\n'};

    private final KnownHead[] known = new KnownHead[KNOWN_MAX];
    private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>(0);
    private final ByteSink answerHeaders = new ByteSink();
    private int knownCount;
    private int learned;
    private boolean off;

    /** True when the next byte is the first of a request. */
    private boolean atBoundary = true;

    /** The head of the request that the engine reads now, when it began with the first byte of a read; else empty. */
    private byte[] head = new byte[0];

    private long received;
    private long bodyLength = UNKNOWN;
    private int begun;
    private @Nullable KnownHead candidate;

    /** Requests that the engine has begun and not answered completely. */
    private int engineExchanges;

    private @Nullable KnownHeadPort port;
    private @Nullable KnownHeadExchange taken;

    /** Header lines of the answer to the taken request. */
    ByteSink answerHeaders() {
        return answerHeaders;
    }

    /** The engine has read the head of a request. */
    void began(HttpServerRequest request) {
        engineExchanges++;
        begun++;
        boolean plain = request.version() == HttpVersion.HTTP_1_1
                && !request.decoderResult().isFailure()
                && request.getHeader("transfer-encoding") == null
                && request.getHeader("upgrade") == null;
        List<String> lengths = request.headers().getAll("content-length");
        if (!plain || lengths.size() > 1) {
            off = true;
            return;
        }
        bodyLength = lengths.isEmpty() ? 0 : parsed(lengths.get(0));
    }

    private static long parsed(String length) {
        try {
            return Long.parseLong(length);
        } catch (NumberFormatException e) {
            return UNKNOWN;
        }
    }

    /** The engine has written the whole answer of a request. */
    void answered() {
        engineExchanges--;
    }

    /** The head that the engine has just read is one of a prediction; call before its body is handled. */
    void learn(HttpServerRequest request, InferHead meaning, ContentCoding acceptedCoding, KnownHeadPort loopPort) {
        String connection = request.getHeader("connection");
        boolean plain = meaning.coding() == ContentCoding.IDENTITY
                && request.getHeader("expect") == null
                && (connection == null || connection.equalsIgnoreCase("keep-alive"));
        if (off || !plain || head.length == 0) {
            return;
        }
        port = loopPort;
        candidate = KnownHead.of(head, meaning, acceptedCoding);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (off || !(message instanceof ByteBuf bytes)) {
            context.fireChannelRead(message);
            return;
        }
        if (taken != null) {
            waiting.add(bytes);
            context.channel().config().setAutoRead(false);
        } else if (!take(context, bytes)) {
            pass(context, bytes);
        }
    }

    private boolean take(ChannelHandlerContext context, ByteBuf bytes) {
        KnownHeadPort to = port;
        int length = bytes.readableBytes();
        if (to == null || !atBoundary || engineExchanges > 0 || !to.takes(length)) {
            return false;
        }
        byte[] request = to.scratch();
        bytes.getBytes(bytes.readerIndex(), request, 0, length);
        for (int i = 0; i < knownCount; i++) {
            int bodyStart = known[i].bodyStart(request, length);
            if (bodyStart >= 0 && length - bodyStart <= to.bodyBytesMax()) {
                bytes.release();
                KnownHeadExchange exchange = to.exchange(context, this, known[i]);
                taken = exchange;
                to.handle(exchange, known[i].meaning(), request, bodyStart, length - bodyStart);
                return true;
            }
        }
        return false;
    }

    /** The taken request was answered, or its client has gone. */
    void ended(ChannelHandlerContext context) {
        taken = null;
        if (waiting.isEmpty() || !context.channel().isActive()) {
            return;
        }
        while (taken == null && !waiting.isEmpty()) {
            channelRead(context, waiting.remove());
        }
        if (waiting.isEmpty()) {
            context.channel().config().setAutoRead(true);
        }
        context.fireChannelReadComplete();
    }

    private void pass(ChannelHandlerContext context, ByteBuf bytes) {
        if (atBoundary) {
            atBoundary = false;
            received = 0;
            begun = 0;
            bodyLength = UNKNOWN;
            candidate = null;
            head = headOf(bytes);
        }
        received += bytes.readableBytes();
        context.fireChannelRead(bytes);
        settle(context);
    }

    private static byte[] headOf(ByteBuf bytes) {
        byte[] start = new byte[Math.min(bytes.readableBytes(), HEAD_BYTES_MAX)];
        bytes.getBytes(bytes.readerIndex(), start);
        for (int end = END_OF_HEAD.length; end <= start.length; end++) {
            if (Arrays.equals(start, end - END_OF_HEAD.length, end, END_OF_HEAD, 0, END_OF_HEAD.length)) {
                return Arrays.copyOf(start, end);
            }
        }
        return new byte[0];
    }

    private void settle(ChannelHandlerContext context) {
        long end = head.length + bodyLength;
        if (begun != 1 || head.length == 0 || bodyLength == UNKNOWN || received > end) {
            off = true;
        } else if (received == end) {
            atBoundary = true;
            keep();
        }
        if (off && !context.isRemoved()) {
            context.pipeline().remove(this);
        }
    }

    private void keep() {
        KnownHead next = candidate;
        candidate = null;
        if (next == null) {
            return;
        }
        known[learned % KNOWN_MAX] = next;
        knownCount = Math.min(knownCount + 1, KNOWN_MAX);
        learned++;
        if (learned > LEARN_MAX) {
            off = true;
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (taken != null) {
            taken.writabilityChanged();
        }
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        KnownHeadExchange gone = taken;
        if (gone != null) {
            gone.connectionEnded();
        }
        context.fireChannelInactive();
    }

    /** What waits goes to the engine, or nowhere when the connection has ended. */
    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        while (!waiting.isEmpty()) {
            ByteBuf bytes = waiting.remove();
            if (context.channel().isActive()) {
                context.fireChannelRead(bytes);
            } else {
                bytes.release();
            }
        }
    }
}
