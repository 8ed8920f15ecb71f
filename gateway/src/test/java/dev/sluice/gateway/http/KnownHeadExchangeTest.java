package dev.sluice.gateway.http;

import static dev.sluice.gateway.http.KnownHeadsConnection.answer;
import static dev.sluice.gateway.http.KnownHeadsConnection.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.WriteBufferWaterMark;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How requests that passed the engine are answered. */
class KnownHeadExchangeTest {
    private final KnownHeadsConnection connection = new KnownHeadsConnection();

    @BeforeEach
    void teach() {
        connection.taught();
    }

    @AfterEach
    void nothingIsLeft() {
        connection.close();
    }

    private Exchange taken() {
        connection.receive(post("a"));
        return connection.taken().get(0);
    }

    @Test
    void sendsTheAnswersOfATickAtItsEnd() {
        answer(taken(), "{}");
        assertThat(connection.sent()).isEmpty();
        connection.loop().tick();

        assertThat(connection.sent())
                .matches("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nsluice-prediction-id: [0-9a-f]{32}\r\n"
                        + "content-length: 2\r\n\r\n\\{}");
    }

    @Test
    void forgetsTheHeadersOfTheAnswerBefore() {
        Exchange first = taken();
        first.header("retry-after", "1");
        answer(first, "A");
        connection.receive(post("b"));
        answer(connection.taken().get(1), "B");
        connection.loop().tick();

        assertThat(connection.sent()).containsOnlyOnce("\r\nretry-after: 1\r\n");
    }

    @Test
    void writesALargeAnswerInPiecesAndThenLooksAtTheNextRequest() {
        connection.channel().config().setWriteBufferWaterMark(new WriteBufferWaterMark(1, 100));
        Exchange exchange = taken();
        connection.receive(post("b"));
        byte[] large = new byte[3 * LargeAnswer.PIECE_BYTES_MAX + 1];

        Future<Void> written = exchange.send(200, Exchange.BINARY, Buffer.buffer(large));

        assertThat(written.succeeded()).isTrue();
        assertThat(connection.sent())
                .hasSizeGreaterThan(large.length)
                .contains("content-length: " + large.length + "\r\n");
        assertThat(connection.takenBodies()).containsExactly("a", "b");
    }

    @Test
    void answersWhenAPredictionFailsInAWayThatNobodyForesaw() {
        connection.predict((exchange, head, bytes, offset, length) -> {
            throw new StackOverflowError("as if");
        });

        connection.receive(post("a"));

        assertThat(connection.sent())
                .startsWith("HTTP/1.1 500 Internal Server Error\r\n")
                .doesNotContain("StackOverflow");
    }

    @Test
    void endsTheConnectionWhenAnAnswerCannotBeWritten() {
        Exchange exchange = taken();
        ByteBuf gone = Unpooled.buffer(8).writeZero(8);
        Buffer body = BufferInternal.buffer(gone);
        gone.release();

        Future<Void> written = exchange.send(200, Exchange.JSON, body);
        connection.channel().runPendingTasks();

        assertThat(written.isComplete()).isTrue();
        assertThat(connection.channel().isActive()).isFalse();
    }

    @Test
    void letsNoHeaderOfAnAnswerEndItsLine() {
        Exchange exchange = taken();

        for (String value : new String[] {"a\r\nb: c", "a\nb", "a\rb", "a\u0000", "a\u007f"}) {
            assertThatThrownBy(() -> exchange.header("sluice-arm", value))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("control characters");
        }
        // Characters whose low bytes are CR and LF.
        exchange.header("sluice-arm", "\u010d\u010ab: c");
        answer(exchange, "A");
        connection.loop().tick();

        assertThat(connection.sent()).contains("\r\nsluice-arm: ??b: c\r\n");
    }

    @Test
    void isTheLastOneWhenTheServerStopsMeanwhile() {
        Exchange exchange = taken();
        connection.setOpen(false);
        Future<Void> drained = connection.drain();
        connection.loop().tick();
        assertThat(drained.isComplete()).isFalse();

        answer(exchange, "A");
        connection.setOpen(true);
        connection.loop().tick();

        assertThat(connection.sent()).contains("\r\nconnection: close\r\n");
        connection.loop().later();
        assertThat(drained.succeeded()).isTrue();
        assertThat(connection.channel().isActive()).isFalse();
    }
}
