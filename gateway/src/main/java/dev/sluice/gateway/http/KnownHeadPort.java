package dev.sluice.gateway.http;

import dev.sluice.model.RequestLoop;
import dev.sluice.protocol.ByteSink;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/**
 * What the connections of one event loop need to take requests past the HTTP engine.
 *
 * <p>Threading: confined to its event loop, except {@link #drained} and {@link #takenCount}.
 */
final class KnownHeadPort {
    private static final long DRAIN_CHECK_NANOS = 5_000_000;

    private final Predictions predictions;
    private final RequestLoop loop;
    private final PredictionIds predictionIds;
    private final RandomGenerator random;
    private final ResponseCounts counts;
    private final BooleanSupplier open;
    private final int headBytesMax;
    private final int bodyBytesMax;
    private final byte[] scratch;
    private final ByteSink answerHead = new ByteSink();
    private final LongAdder takenCount = new LongAdder();
    private final Runnable flush = this::flush;
    private final List<ChannelHandlerContext> written = new ArrayList<>();
    private int exchanges;

    /** What answers the requests. */
    interface Predictions {
        /** Answers a request whose body are these bytes, which are the caller's again when this returns. */
        void handle(Exchange exchange, InferHead head, byte[] bytes, int offset, int length);
    }

    /**
     * @param headerBytesMax the engine's bound on headers; no head is learned that could exceed it with another length
     * @param bodyBytesMax largest body that is taken
     * @param open whether requests may be taken; those of a server that stops are told so by the engine
     */
    KnownHeadPort(
            Predictions predictions,
            int headerBytesMax,
            int bodyBytesMax,
            RequestLoop loop,
            PredictionIds predictionIds,
            RandomGenerator random,
            ResponseCounts counts,
            BooleanSupplier open) {
        this.predictions = predictions;
        this.loop = loop;
        this.predictionIds = predictionIds;
        this.random = random;
        this.counts = counts;
        this.open = open;
        this.headBytesMax = Math.min(KnownHeads.HEAD_BYTES_MAX, headerBytesMax) - KnownHead.DIGITS_MAX;
        this.bodyBytesMax = bodyBytesMax;
        this.scratch = new byte[KnownHeads.HEAD_BYTES_MAX + bodyBytesMax];
    }

    /** Whether a request of so many bytes, head and body, may be taken now. */
    boolean takes(int bytes) {
        return bytes <= scratch.length && isOpen();
    }

    /** Whether the server goes on; else each answer is the last one of its connection. */
    boolean isOpen() {
        return open.getAsBoolean();
    }

    /** Longest head that is learned. */
    int headBytesMax() {
        return headBytesMax;
    }

    /** Largest body that is taken. */
    int bodyBytesMax() {
        return bodyBytesMax;
    }

    /** Memory for one request while it is read; its bytes are worked or copied before the next is. */
    byte[] scratch() {
        return scratch;
    }

    /** Memory for the head of one answer while it is written. */
    ByteSink answerHead() {
        return answerHead;
    }

    /**
     * Sends what was written to a connection, after the other answers of this tick have been written as well: the code that
     * encodes and the kernel's code that sends would push each other out of the processor's caches once per answer.
     */
    void flushLater(ChannelHandlerContext connection) {
        if (written.isEmpty()) {
            loop.atEndOfTick(flush);
        }
        written.add(connection);
    }

    private void flush() {
        for (int i = 0; i < written.size(); i++) {
            written.get(i).flush();
        }
        written.clear();
    }

    /** Begins an exchange for a request that has this head. */
    KnownHeadExchange exchange(ChannelHandlerContext context, KnownHeads connection, KnownHead head) {
        KnownHeadExchange exchange = new KnownHeadExchange(
                context,
                connection,
                this,
                head,
                loop,
                predictionIds.next(),
                TraceContext.parse(head.meaning().traceparent(), random),
                System.nanoTime(),
                counts);
        exchanges++;
        takenCount.increment();
        return exchange;
    }

    /** The exchange is over. */
    void ended() {
        exchanges--;
    }

    /**
     * Waits for the exchanges that were taken; once the server is not {@link #isOpen open}, no more of them begin.
     *
     * @param endNanos when to wait no longer, in {@link System#nanoTime} terms
     */
    Future<Void> drained(long endNanos) {
        Promise<Void> drained = Promise.promise();
        // On the loop: a request that was being taken when the server ceased to be open is counted by then.
        loop.execute(() -> awaitDrained(drained, endNanos));
        return drained.future();
    }

    private void awaitDrained(Promise<Void> drained, long endNanos) {
        if (exchanges == 0 || System.nanoTime() - endNanos >= 0) {
            drained.complete();
        } else {
            loop.schedule(DRAIN_CHECK_NANOS, () -> awaitDrained(drained, endNanos));
        }
    }

    /** Exchanges that were ever taken. */
    long takenCount() {
        return takenCount.sum();
    }

    /** Handles the request whose body are these bytes of {@link #scratch}. */
    void handle(KnownHeadExchange exchange, InferHead head, byte[] bytes, int offset, int length) {
        try {
            predictions.handle(exchange, head, bytes, offset, length);
        } catch (Throwable e) {
            exchange.failUnexpectedly(e);
        }
    }
}
