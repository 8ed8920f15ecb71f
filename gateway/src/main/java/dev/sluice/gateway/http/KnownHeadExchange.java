package dev.sluice.gateway.http;

import dev.sluice.model.RequestLoop;
import dev.sluice.protocol.ByteSink;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import org.jspecify.annotations.Nullable;

/**
 * An exchange of HTTP/1.1 whose head was known, so that its answer passes the HTTP engine as well: head and body in one piece
 * of memory.
 *
 * <p>Bound: it is over, and the next request of the connection looked at, when the connection takes more. A client that sends
 * and never reads has at most one answer beyond the connection's write buffer.
 *
 * <p>Threading: confined to its event loop.
 */
final class KnownHeadExchange extends Exchange {
    private final ChannelHandlerContext context;
    private final KnownHeads connectionHeads;
    private final KnownHeadPort port;
    private final KnownHead head;
    private final Promise<Void> written = Promise.promise();

    /** What the connection has not taken yet of a large answer. */
    private @Nullable ByteBuf rest;

    private boolean last;
    private boolean handedOver;
    private boolean over;

    KnownHeadExchange(
            ChannelHandlerContext context,
            KnownHeads connectionHeads,
            KnownHeadPort port,
            KnownHead head,
            RequestLoop loop,
            String predictionId,
            @Nullable TraceContext trace,
            long arrivedNanos,
            ResponseCounts counts) {
        super(
                loop,
                predictionId,
                trace,
                arrivedNanos,
                head.acceptedCoding(),
                counts,
                ConnectionGuard.of(context.channel()));
        this.context = context;
        this.connectionHeads = connectionHeads;
        this.port = port;
        this.head = head;
        connectionHeads.answerHeaders().clear();
    }

    @Override
    String method() {
        return "POST";
    }

    @Override
    public @Nullable String key() {
        return head.meaning().key();
    }

    @Override
    String path() {
        return head.meaning().path();
    }

    @Override
    void header(String name, String value) {
        String field = fieldValue(value);
        connectionHeads.answerHeaders().put(name).put(": ").put(field).put("\r\n");
    }

    /**
     * The value as the engine writes it: what could end the line is refused, and what is not Latin-1 becomes a question mark
     * instead of whatever its low byte is.
     */
    private static String fieldValue(String value) {
        boolean latin = true;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f) {
                throw new IllegalArgumentException(
                        "a header value must not have control characters, got " + (int) c + " at " + i);
            }
            latin &= c <= 0xff;
        }
        return latin ? value : value.replaceAll("[^\\x00-\\xff]", "?");
    }

    @Override
    void writeCopy(int status, @Nullable String contentType, byte[] body, int length) {
        ByteBuf out = start(status, contentType, length, length);
        out.writeBytes(body, 0, length);
        give(out);
        port.flushLater(context);
        handedOver();
    }

    @Override
    Future<Void> write(int status, @Nullable String contentType, Buffer body) {
        ByteBuf bytes = ((BufferInternal) body).getByteBuf();
        int length = bytes.readableBytes();
        if (length <= LargeAnswer.PIECE_BYTES_MAX) {
            ByteBuf out = start(status, contentType, length, length);
            out.writeBytes(bytes, bytes.readerIndex(), length);
            give(out);
            context.flush();
            handedOver();
            return Future.succeededFuture();
        }
        give(start(status, contentType, length, 0));
        rest = bytes.slice();
        if (!context.channel().isWritable()) {
            // Nothing is written until the client has taken this, so it must be sent.
            context.flush();
        }
        writeWhatFits();
        return written.future();
    }

    /** The connection owns the bytes from now on. Where they cannot be written, the engine hears of it and closes it. */
    @SuppressWarnings("FutureReturnValueIgnored") // the promise is one that tells the pipeline of a failure
    private void give(ByteBuf bytes) {
        context.write(bytes, context.voidPromise());
    }

    /** Memory for the answer that begins with its head and has room for so many bytes more. */
    private ByteBuf start(int status, @Nullable String contentType, int length, int room) {
        ByteSink more = connectionHeads.answerHeaders();
        ByteSink start = port.answerHead();
        start.clear();
        if (status == 200) {
            start.put("HTTP/1.1 200 OK\r\n");
        } else {
            start.put("HTTP/1.1 ")
                    .put(HttpResponseStatus.valueOf(status).toString())
                    .put("\r\n");
        }
        start.put(more.array(), 0, more.size());
        if (!port.isOpen()) {
            last = true;
            start.put("connection: close\r\n");
        }
        if (contentType != null) {
            start.put("content-type: ").put(contentType).put("\r\n");
        }
        start.put(PREDICTION_ID_HEADER).put(": ").put(predictionId()).put("\r\n");
        TraceContext trace = trace();
        if (trace != null) {
            start.put(TraceContext.HEADER).put(": ").put(trace.toHeader()).put("\r\n");
        }
        start.put("content-length: ").put(Integer.toString(length)).put("\r\n\r\n");
        ByteBuf out = context.alloc().ioBuffer(start.size() + room);
        return out.writeBytes(start.array(), 0, start.size());
    }

    /** The client has taken something: a large answer goes on, or the next request may come. */
    void writabilityChanged() {
        if (rest != null) {
            connection().progressed();
            writeWhatFits();
        } else if (handedOver) {
            connection().progressed();
            endWhenWritable();
        }
    }

    private void writeWhatFits() {
        ByteBuf left = rest;
        Channel channel = context.channel();
        while (left != null && left.isReadable() && channel.isWritable()) {
            int piece = Math.min(left.readableBytes(), LargeAnswer.PIECE_BYTES_MAX);
            give(left.readRetainedSlice(piece));
            context.flush();
        }
        if (left != null && !left.isReadable()) {
            rest = null;
            handedOver();
        }
    }

    /** All of the answer is with the connection, which has copied it. */
    private void handedOver() {
        handedOver = true;
        written.tryComplete();
        endWhenWritable();
    }

    private void endWhenWritable() {
        if (context.channel().isWritable()) {
            end();
        }
    }

    void connectionEnded() {
        rest = null;
        written.tryComplete();
        clientGone();
        end();
    }

    private void end() {
        if (!over) {
            over = true;
            port.ended();
            if (last) {
                connectionHeads.stop();
                loop().schedule(LINGER_NANOS, connection()::close);
            }
            connectionHeads.ended(context);
        }
    }
}
