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
 * <p>Threading: confined to its event loop.
 */
final class KnownHeadExchange extends Exchange {
    private final ChannelHandlerContext context;
    private final KnownHeads connectionHeads;
    private final KnownHeadPort port;
    private final KnownHead head;
    private boolean over;

    /** What the client has not taken yet of a large answer. */
    private @Nullable ByteBuf rest;

    private final Promise<Void> written = Promise.promise();

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
    String path() {
        return head.meaning().path();
    }

    @Override
    void header(String name, String value) {
        connectionHeads.answerHeaders().put(name).put(": ").put(value).put("\r\n");
    }

    @Override
    void writeCopy(int status, @Nullable String contentType, byte[] body, int length) {
        ByteBuf out = start(status, contentType, length, length);
        out.writeBytes(body, 0, length);
        context.write(out, context.voidPromise());
        port.flushLater(context);
        end();
    }

    @Override
    Future<Void> write(int status, @Nullable String contentType, Buffer body) {
        ByteBuf bytes = ((BufferInternal) body).getByteBuf();
        int length = bytes.readableBytes();
        if (length <= LargeAnswer.PIECE_BYTES_MAX) {
            ByteBuf out = start(status, contentType, length, length);
            out.writeBytes(bytes, bytes.readerIndex(), length);
            context.writeAndFlush(out, context.voidPromise());
            end();
            return Future.succeededFuture();
        }
        context.write(start(status, contentType, length, 0), context.voidPromise());
        rest = bytes.slice();
        writeWhatFits();
        return written.future();
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

    /** The client has taken something: a large answer goes on. */
    void writabilityChanged() {
        if (rest != null) {
            connection().progressed();
            writeWhatFits();
        }
    }

    private void writeWhatFits() {
        ByteBuf left = rest;
        Channel channel = context.channel();
        while (left != null && left.isReadable() && channel.isWritable()) {
            int piece = Math.min(left.readableBytes(), LargeAnswer.PIECE_BYTES_MAX);
            context.write(left.readRetainedSlice(piece), context.voidPromise());
            context.flush();
        }
        if (left != null && !left.isReadable()) {
            rest = null;
            end();
        }
    }

    void connectionEnded() {
        rest = null;
        clientGone();
        end();
    }

    private void end() {
        if (!over) {
            over = true;
            written.tryComplete();
            port.ended();
            connectionHeads.ended(context);
        }
    }
}
