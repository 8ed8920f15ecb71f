package dev.sluice.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** One connection without a network: the handler, something that stands for the engine behind it, and predictions by hand. */
final class KnownHeadsConnection implements AutoCloseable {
    static final String GET = "GET /v2 HTTP/1.1\r\nHost: t\r\n\r\n";
    static final int BODY_BYTES_MAX = 1000;

    private final ConnectionGuard guard = new ConnectionGuard(10, Duration.ofSeconds(60));
    private final ResponseCounts counts = new ResponseCounts();
    private final FakeRequestLoop loop = new FakeRequestLoop();
    private final List<Exchange> taken = new ArrayList<>();
    private final List<String> takenBodies = new ArrayList<>();
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final KnownHeadPort port;
    private final FakeHttpEngine engine;
    private KnownHeadPort.Predictions predictions = (exchange, head, bytes, offset, length) -> taken.add(exchange);
    private boolean open = true;

    KnownHeadsConnection() {
        this(8192);
    }

    KnownHeadsConnection(int headerBytesMax) {
        port = new KnownHeadPort(
                (exchange, head, bytes, offset, length) -> {
                    takenBodies.add(new String(bytes, offset, length, StandardCharsets.US_ASCII));
                    predictions.handle(exchange, head, bytes, offset, length);
                },
                headerBytesMax,
                BODY_BYTES_MAX,
                loop,
                new PredictionIds(new Random(1)),
                new Random(2),
                counts,
                () -> open);
        EmbeddedChannel listening = new EmbeddedChannel(guard);
        listening.writeInbound(channel);
        engine = new FakeHttpEngine(heads(), port);
        channel.pipeline().addLast(engine);
    }

    static String post(String body) {
        return "POST /v2/models/m/infer HTTP/1.1\r\nHost: t\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    static void answer(Exchange exchange, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.US_ASCII);
        exchange.sendCopy(200, Exchange.JSON, bytes, bytes.length);
    }

    KnownHeads heads() {
        return ConnectionGuard.of(channel).knownHeads();
    }

    EmbeddedChannel channel() {
        return channel;
    }

    FakeHttpEngine engine() {
        return engine;
    }

    FakeRequestLoop loop() {
        return loop;
    }

    KnownHeadPort port() {
        return port;
    }

    ResponseCounts counts() {
        return counts;
    }

    /** Requests that were taken and are answered by hand. */
    List<Exchange> taken() {
        return taken;
    }

    List<String> takenBodies() {
        return takenBodies;
    }

    /** Replaces the predictions by hand. */
    void predict(KnownHeadPort.Predictions others) {
        predictions = others;
    }

    void setOpen(boolean goesOn) {
        open = goesOn;
    }

    boolean isWatching() {
        return channel.pipeline().get(KnownHeads.class) != null;
    }

    boolean isReading() {
        return channel.config().isAutoRead();
    }

    ByteBuf receive(String text) {
        ByteBuf bytes = Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
        channel.writeInbound(bytes);
        return bytes;
    }

    /** The engine reads a prediction and answers it: its head is known from then on. What comes next takes time. */
    KnownHeadsConnection taught() {
        receive(post("first"));
        engine.read().clear();
        engine.takeTime();
        return this;
    }

    Future<Void> drain() {
        return port.drained(System.nanoTime() + Duration.ofHours(1).toNanos());
    }

    /** What was sent since the last call. */
    String sent() {
        StringBuilder text = new StringBuilder();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            text.append(out.toString(StandardCharsets.ISO_8859_1));
            out.release();
        }
        return text.toString();
    }

    /** Ends the connection, and fails when anything of it is left. */
    @Override
    public void close() {
        loop.tick();
        channel.close().syncUninterruptibly();
        channel.runPendingTasks();
        channel.finishAndReleaseAll();
        assertThat(guard.count()).isZero();
        Future<Void> drained = drain();
        loop.tick();
        assertThat(drained.succeeded()).as("no exchange is left").isTrue();
    }
}
