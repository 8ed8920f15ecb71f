package dev.sluice.gateway.http;

import dev.sluice.protocol.ByteSink;
import io.netty.channel.ChannelHandlerContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/**
 * What the connections of one event loop need to take requests past the HTTP engine.
 *
 * <p>Threading: confined to its event loop, except {@link #exchanges} and {@link #takenCount}.
 */
final class KnownHeadPort {
    private final InferHandler infer;
    private final VertxRequestLoop loop;
    private final PredictionIds predictionIds;
    private final RandomGenerator random;
    private final ResponseCounts counts;
    private final BooleanSupplier open;
    private final int bodyBytesMax;
    private final byte[] scratch;
    private final ByteSink answerHead = new ByteSink();
    private final AtomicInteger exchanges = new AtomicInteger();
    private final LongAdder takenCount = new LongAdder();
    private final Runnable flush = this::flush;
    private final List<ChannelHandlerContext> written = new ArrayList<>();

    /**
     * @param open whether requests may be taken; those of a server that stops are told so by the engine
     */
    KnownHeadPort(
            InferHandler infer,
            VertxRequestLoop loop,
            PredictionIds predictionIds,
            RandomGenerator random,
            ResponseCounts counts,
            BooleanSupplier open) {
        this.infer = infer;
        this.loop = loop;
        this.predictionIds = predictionIds;
        this.random = random;
        this.counts = counts;
        this.open = open;
        this.bodyBytesMax = infer.onLoopBytesMax();
        this.scratch = new byte[KnownHeads.HEAD_BYTES_MAX + bodyBytesMax];
    }

    /** Whether a request of so many bytes, head and body, may be taken now. */
    boolean takes(int bytes) {
        return bytes <= scratch.length && open.getAsBoolean();
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
        exchanges.incrementAndGet();
        takenCount.increment();
        return new KnownHeadExchange(
                context,
                connection,
                this,
                head,
                loop,
                predictionIds.next(),
                TraceContext.parse(head.meaning().traceparent(), random),
                System.nanoTime(),
                counts);
    }

    /** The exchange is over. */
    void ended() {
        exchanges.decrementAndGet();
    }

    /** Exchanges that were taken and are not answered yet. */
    int exchanges() {
        return exchanges.get();
    }

    /** Exchanges that were ever taken. */
    long takenCount() {
        return takenCount.sum();
    }

    /** Handles the request whose body are these bytes of {@link #scratch}. */
    void handle(KnownHeadExchange exchange, InferHead head, byte[] bytes, int offset, int length) {
        try {
            infer.handle(exchange, head, bytes, offset, length);
        } catch (RuntimeException e) {
            exchange.failUnexpectedly(e);
        }
    }
}
