package dev.sluice.gateway.http;

import static dev.sluice.gateway.http.KnownHeadsConnection.GET;
import static dev.sluice.gateway.http.KnownHeadsConnection.answer;
import static dev.sluice.gateway.http.KnownHeadsConnection.post;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.WriteBufferWaterMark;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What arrives while a request is taken past the engine waits, keeps its order and is bounded. */
class KnownHeadsOrderTest {
    private final KnownHeadsConnection connection = new KnownHeadsConnection();

    @AfterEach
    void nothingIsLeft() {
        connection.close();
    }

    @Test
    void letsWhatComesMeanwhileWaitForTheAnswer() {
        connection.taught().receive(post("a"));

        connection.receive(post("b"));
        connection.receive(GET);
        assertThat(connection.takenBodies()).containsExactly("a");
        assertThat(connection.isReading()).isFalse();
        answer(connection.taken().get(0), "A");
        assertThat(connection.takenBodies()).containsExactly("a", "b");
        assertThat(connection.engine().read()).isEmpty();
        assertThat(connection.isReading()).isFalse();
        answer(connection.taken().get(1), "B");
        connection.loop().tick();

        assertThat(connection.engine().read()).containsExactly(GET);
        assertThat(connection.isReading()).isTrue();
        assertThat(connection.sent()).containsSubsequence("\r\n\r\nA", "\r\n\r\nB");
    }

    @Test
    void answersAtOnceWhatFailsAtOnce() {
        connection.taught().receive(post("a"));
        for (int i = 0; i < 5; i++) {
            connection.receive(post("b" + i));
        }
        connection.predict((exchange, head, bytes, offset, length) -> answer(exchange, "no"));

        answer(connection.taken().get(0), "A");

        assertThat(connection.takenBodies()).containsExactly("a", "b0", "b1", "b2", "b3", "b4");
        assertThat(connection.isReading()).isTrue();
    }

    @Test
    void handsWhatWaitsToTheEngineWhenItGoes() {
        connection.taught().receive(post("a"));
        String twoAtOnce = post("b") + post("c");
        connection.receive(twoAtOnce);
        connection.receive(post("d"));

        answer(connection.taken().get(0), "A");

        assertThat(connection.isWatching()).isFalse();
        assertThat(connection.engine().read()).containsExactly(twoAtOnce, post("d"));
        assertThat(connection.isReading()).isTrue();
    }

    /** An engine that has enough to do must not be made to read more. */
    @Test
    void leavesItToTheEngineWhetherItReadsOn() {
        connection.taught().receive(post("a"));
        connection.receive(post("b") + post("c"));
        connection.engine().pauseAlways();

        answer(connection.taken().get(0), "A");

        assertThat(connection.isReading()).isFalse();
    }

    @Test
    void givesBackWhatWaitsWhenTheClientGoes() {
        connection.taught().receive(post("a"));
        ByteBuf waiting = connection.receive(post("b"));
        boolean[] cancelled = new boolean[1];
        connection.taken().get(0).onGone(() -> cancelled[0] = true);

        connection.channel().close().syncUninterruptibly();

        assertThat(cancelled[0]).isTrue();
        assertThat(waiting.refCnt()).isZero();
        answer(connection.taken().get(0), "too late");
        connection.loop().tick();
        assertThat(connection.sent()).isEmpty();
        assertThat(connection.counts().snapshot()).containsExactly(Map.entry(499, 1L));
    }

    @Test
    void looksAtTheNextRequestWhenTheClientHasTakenTheAnswer() {
        connection.taught();
        connection.channel().config().setWriteBufferWaterMark(new WriteBufferWaterMark(1, 100));
        connection.receive(post("a"));
        connection.receive(post("b"));

        answer(connection.taken().get(0), "A".repeat(200));
        assertThat(connection.takenBodies()).containsExactly("a");
        connection.loop().tick();

        assertThat(connection.takenBodies()).containsExactly("a", "b");
        assertThat(connection.isReading()).isTrue();
    }
}
