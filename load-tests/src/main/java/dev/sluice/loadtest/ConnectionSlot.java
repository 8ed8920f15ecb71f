package dev.sluice.loadtest;

import dev.sluice.loadtest.wire.ResponseParser;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import org.jspecify.annotations.Nullable;

/**
 * One keep-alive connection and the request it is busy with, if any.
 *
 * <p>A request ends once: by its answer, by a failure, or by the timeout sweep, which closes the connection.
 *
 * <p>Threading: confined to one event loop.
 */
final class ConnectionSlot extends ChannelInboundHandlerAdapter {
    private final LoadConnections owner;
    private final boolean tls;
    private final ResponseParser parser;
    private @Nullable ChannelHandlerContext context;
    private boolean busy = true;
    private boolean dropped;
    private long intendedNanos;

    /** When the request under way was sent; the intended time until then. */
    private long sentNanos;

    private int target;
    /** Looks into the answer under way, or null when it need not be looked at. */
    private @Nullable AnswerCheck check;

    /** A slot whose connection is being opened for a request. */
    ConnectionSlot(LoadConnections owner, boolean tls, byte[] window, long intendedNanos, int target) {
        this.owner = owner;
        this.tls = tls;
        this.parser = new ResponseParser(window);
        this.intendedNanos = intendedNanos;
        this.sentNanos = intendedNanos;
        this.target = target;
    }

    boolean isBusy() {
        return busy;
    }

    long intendedNanos() {
        return intendedNanos;
    }

    long sentNanos() {
        return sentNanos;
    }

    int target() {
        return target;
    }

    @Override
    public void channelActive(ChannelHandlerContext active) {
        context = active;
        if (dropped) {
            close(active);
        } else if (!tls) {
            owner.opened(this);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext active, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake && !dropped) {
            if (handshake.isSuccess()) {
                owner.opened(this);
            } else {
                abort(FailureKind.CONNECT.code());
            }
        }
    }

    /**
     * Sends on the open, idle connection.
     *
     * @param answerCheck looks into the answer, or null when it need not be looked at
     */
    void send(long intended, long sent, int toTarget, PreparedRequest request, @Nullable AnswerCheck answerCheck) {
        ChannelHandlerContext open = context;
        if (open == null) {
            throw new IllegalStateException("a slot must be connected before it sends");
        }
        busy = true;
        intendedNanos = intended;
        sentNanos = sent;
        target = toTarget;
        check = answerCheck;
        parser.begin(answerCheck != null);
        // A write that fails closes the channel, which ends the request.
        var unused = open.writeAndFlush(request.view(), open.voidPromise());
    }

    @Override
    public void channelRead(ChannelHandlerContext active, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            if (!busy) {
                // An answer that nobody asked for, or that came after its request was given up.
                close(active);
                return;
            }
            switch (parser.read(in)) {
                case MORE -> {}
                case DONE -> finish(outcome(), parser.isReusable() && !in.isReadable());
                case BAD -> finish(FailureKind.RESET.code(), false);
            }
        } finally {
            in.release();
        }
    }

    private int outcome() {
        int status = parser.status();
        AnswerCheck looksInto = check;
        if (looksInto == null || !OutcomeCounts.isOk(status) || !parser.hasBody()) {
            return status;
        }
        String complaint = looksInto.complaint(parser.json());
        if (complaint == null) {
            return status;
        }
        owner.contentWrong(complaint);
        return FailureKind.CONTENT.code();
    }

    @Override
    public void channelInactive(ChannelHandlerContext active) {
        if (dropped) {
            return;
        }
        if (!busy) {
            dropped = true;
            owner.connectionClosed(this);
        } else if (parser.readEnd() == ResponseParser.Progress.DONE) {
            finish(outcome(), false);
        } else {
            finish(FailureKind.RESET.code(), false);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext active, Throwable failure) {
        close(active);
    }

    /** Ends the current request by force; a connection with an answer under way cannot be used again. */
    void abort(int outcome) {
        finish(outcome, false);
    }

    private void finish(int outcome, boolean reusable) {
        if (!busy) {
            return;
        }
        busy = false;
        if (!reusable) {
            disconnect();
        }
        owner.exchangeEnded(this, target, intendedNanos, outcome, reusable);
    }

    void disconnect() {
        dropped = true;
        ChannelHandlerContext open = context;
        if (open != null) {
            close(open);
        }
    }

    private static void close(ChannelHandlerContext channel) {
        var unused = channel.close();
    }
}
