package dev.sluice.gateway.http;

import dev.sluice.protocol.ByteSink;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Takes prediction requests whose head is known from an earlier request of the same connection past the HTTP engine.
 *
 * <p>A client that keeps its connection sends the same head with every request. The engine reads it once, and checks it; what
 * it meant is kept beside its bytes. A request that arrives in one piece and begins with those bytes needs no parsing: it means
 * the same. Everything else, and whatever is in doubt, goes to the engine untouched.
 *
 * <p>Where a request begins, the engine itself says: it has seen the end of the one request that was begun, and the bytes of
 * that head and of the body that it handed on are all that was given to it. Where the two counts differ or cannot be had
 * (chunked bodies, pipelining, a head in pieces, HTTP/2, a connection that is to end) this handler steps out of the connection
 * for good.
 *
 * <p>Answers keep their order: while the engine works on a request, nothing is taken past it, and what arrives while a request
 * was taken waits here. The next request is looked at when the connection has room for its answer.
 *
 * <p>Bound: {@value #KNOWN_MAX} heads of {@value #HEAD_BYTES_MAX} bytes per connection; a connection that brings {@value
 * #UNSEEN_MAX} heads in a row of which none comes again is not looked at any more. Reading stops while something waits.
 *
 * <p>Threading: confined to the connection's event loop.
 *
 * @see "docs/adr/0010-known-heads.md"
 */
final class KnownHeads extends ChannelInboundHandlerAdapter {
    private static final int KNOWN_MAX = 4;
    private static final int UNSEEN_MAX = 16;
    static final int HEAD_BYTES_MAX = 2048;
    private static final byte[] NO_HEAD = new byte[0];

    private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>(0);
    private final ByteSink answerHeaders = new ByteSink();
    private KnownHead[] known = new KnownHead[KNOWN_MAX];
    private int knownCount;
    private int knownNext;

    /** Heads learned since one of them was seen again. */
    private int unseen;

    private boolean off;

    /** True when the next byte is the first of a request. */
    private boolean atBoundary = true;

    /** The head of the request that the engine reads now, when it began with the first byte of a read; else empty. */
    private byte[] head = NO_HEAD;

    /** Bytes given to the engine since the last boundary, and requests that it has begun since then. */
    private long received;

    private int begun;
    private @Nullable HttpServerRequest reading;
    private @Nullable KnownHead candidate;

    /** Requests that the engine has begun and not answered completely. */
    private int engineExchanges;

    /** True when the engine was given something since it was last told that a read is complete. */
    private boolean engineReads;

    private @Nullable KnownHeadPort port;
    private @Nullable KnownHeadExchange taken;

    /** Header lines of the answer to the taken request. */
    ByteSink answerHeaders() {
        return answerHeaders;
    }

    /** The engine has read the head of a request. */
    void began(HttpServerRequest request) {
        if (off) {
            return;
        }
        engineExchanges++;
        begun++;
        reading = request;
        boolean plain = request.version() == HttpVersion.HTTP_1_1
                && !request.decoderResult().isFailure()
                && request.getHeader("transfer-encoding") == null
                && request.getHeader("upgrade") == null
                && request.headers().getAll("connection").stream().allMatch("keep-alive"::equalsIgnoreCase);
        if (!plain) {
            stop();
        }
    }

    /** Nothing more is taken: the connection ends after the answer that is being written, or is none of plain HTTP/1.1. */
    void stop() {
        off = true;
        known = new KnownHead[0];
        knownCount = 0;
        head = NO_HEAD;
        reading = null;
        candidate = null;
    }

    /** The engine has written the whole answer of a request. */
    void answered() {
        engineExchanges--;
    }

    /** The head that the engine has just read is one of a prediction; call before its body is handled. */
    void learn(HttpServerRequest request, InferHead meaning, ContentCoding acceptedCoding, KnownHeadPort loopPort) {
        boolean plain = meaning.coding() == ContentCoding.IDENTITY && request.getHeader("expect") == null;
        if (off || !plain || head.length == 0 || head.length > loopPort.headBytesMax()) {
            return;
        }
        port = loopPort;
        candidate = KnownHead.of(head, meaning, acceptedCoding);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (off || !(message instanceof ByteBuf bytes)) {
            engineReads = true;
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
                unseen = 0;
                to.handle(exchange, known[i].meaning(), request, bodyStart, length - bodyStart);
                return true;
            }
        }
        return false;
    }

    /** The taken request was answered and the connection takes more, or its client has gone. */
    void ended(ChannelHandlerContext context) {
        taken = null;
        if (waiting.isEmpty() || !context.channel().isActive()) {
            return;
        }
        // Before the engine sees any of it: whether it wants more is its own business from then on.
        context.channel().config().setAutoRead(true);
        try {
            while (taken == null && !waiting.isEmpty()) {
                channelRead(context, waiting.remove());
            }
        } catch (RuntimeException | Error e) {
            // Nobody else hears of it here; the engine closes the connection.
            context.fireExceptionCaught(e);
            return;
        }
        if (!waiting.isEmpty()) {
            context.channel().config().setAutoRead(false);
        }
        channelReadComplete(context);
    }

    /** The engine hears of the ends of those reads only that it had a part in. */
    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (engineReads) {
            engineReads = false;
            context.fireChannelReadComplete();
        }
    }

    private void pass(ChannelHandlerContext context, ByteBuf bytes) {
        if (atBoundary) {
            atBoundary = false;
            received = 0;
            begun = 0;
            candidate = null;
            head = headOf(bytes);
        }
        received += bytes.readableBytes();
        engineReads = true;
        context.fireChannelRead(bytes);
        settle(context);
    }

    private static byte[] headOf(ByteBuf bytes) {
        byte[] start = new byte[Math.min(bytes.readableBytes(), HEAD_BYTES_MAX)];
        bytes.getBytes(bytes.readerIndex(), start);
        return Arrays.copyOf(start, Math.max(0, KnownHead.plainLength(start)));
    }

    /** After the engine has read what was given to it. */
    private void settle(ChannelHandlerContext context) {
        HttpServerRequest request = reading;
        if (request == null || begun != 1 || head.length == 0) {
            stop();
        } else if (request.isEnded()) {
            if (received != head.length + request.bytesRead()) {
                stop();
            }
            keep();
            reading = null;
            head = NO_HEAD;
            atBoundary = true;
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
        if (!isKnown(next)) {
            known[knownNext] = next;
            knownNext = (knownNext + 1) % KNOWN_MAX;
            knownCount = Math.min(knownCount + 1, KNOWN_MAX);
        }
        unseen++;
        if (unseen > UNSEEN_MAX) {
            stop();
        }
    }

    /** Whether it is there already: its requests come in pieces, and the engine reads each of them. */
    private boolean isKnown(KnownHead other) {
        for (int i = 0; i < knownCount; i++) {
            if (known[i].isSame(other)) {
                return true;
            }
        }
        return false;
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
                engineReads = true;
                context.fireChannelRead(bytes);
            } else {
                bytes.release();
            }
        }
    }
}
