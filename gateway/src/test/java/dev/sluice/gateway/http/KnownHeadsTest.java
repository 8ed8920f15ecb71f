package dev.sluice.gateway.http;

import static dev.sluice.gateway.http.KnownHeadsConnection.GET;
import static dev.sluice.gateway.http.KnownHeadsConnection.answer;
import static dev.sluice.gateway.http.KnownHeadsConnection.post;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which requests are taken past the engine, and when the handler leaves a connection alone. */
class KnownHeadsTest {
    private final KnownHeadsConnection connection = new KnownHeadsConnection();

    @AfterEach
    void nothingIsLeft() {
        connection.close();
    }

    private static String postTo(String host, String body) {
        return KnownHeadsConnection.post(body).replace("Host: t", "Host: " + host);
    }

    private void answerAll() {
        connection.predict((exchange, head, bytes, offset, length) -> answer(exchange, "A"));
    }

    @Test
    void takesARequestWhoseHeadTheEngineHasRead() {
        connection.taught();

        ByteBuf bytes = connection.receive(post("second one"));

        assertThat(connection.engine().read()).isEmpty();
        assertThat(connection.takenBodies()).containsExactly("second one");
        assertThat(bytes.refCnt()).isZero();
        assertThat(connection.port().takenCount()).isEqualTo(1);
    }

    @Test
    void takesNothingBeforeAPredictionWasRead() {
        connection.receive(GET);

        connection.receive(post("a"));

        assertThat(connection.takenBodies()).isEmpty();
        assertThat(connection.engine().read()).containsExactly(GET, post("a"));
    }

    @Test
    void takesRequestsAfterOthersThatTheEngineHasAnswered() {
        connection.taught().receive(GET);
        connection.engine().answer();

        connection.receive(post("a"));

        assertThat(connection.takenBodies()).containsExactly("a");
    }

    @Test
    void leavesRequestsToTheEngineWhileItWorksOnOne() {
        connection.taught().receive(GET);

        connection.receive(post("a"));

        assertThat(connection.engine().read()).containsExactly(GET, post("a"));
        assertThat(connection.takenBodies()).isEmpty();
    }

    @Test
    void leavesARequestInPiecesToTheEngine() {
        connection.taught().receive("POST /v2/models/m/infer HTTP/1.1\r\nHost: t\r\nContent-Length: 4\r\n\r\nab");
        connection.receive("cd");
        connection.engine().answer();

        connection.receive(post("next"));

        assertThat(connection.engine().read()).hasSize(2);
        assertThat(connection.takenBodies()).containsExactly("next");
    }

    /** A body that looks like a request is a body. */
    @Test
    void takesNothingBeforeTheEngineHasSeenTheEndOfARequest() {
        connection.taught().receive("POST /v2/models/m/infer HTTP/1.1\r\nHost: t\r\nContent-Length: 1000\r\n\r\n");
        connection.heads().answered();

        connection.receive(post("smuggled"));

        assertThat(connection.takenBodies()).isEmpty();
        assertThat(connection.engine().read()).hasSize(2);
    }

    /** Some requests have a body that their head does not announce. */
    @Test
    void goesWhenTheEngineHasReadAnotherNumberOfBytes() {
        connection.taught();
        connection.engine().hideBodies(8);
        connection.receive(GET);
        connection.engine().answer();

        connection.receive(post("smuggled"));

        assertThat(connection.isWatching()).isFalse();
        assertThat(connection.takenBodies()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /v2/models/m/infer HTTP/1.1\r\nHost",
                "\r\nGET /v2 HTTP/1.1\r\nHost: t\r\n\r\n",
                "GET /v2 HTTP/1.1\nHost: t\r\n\r\n",
                "GET /v2 HTTP/1.1\r\nHost: t\r\nX: a\r\n b\r\n\r\n",
                "GET /v2 HTTP/1.0\r\nHost: t\r\n\r\n",
                "GET /v2 HTTP/1.1\r\nHost: t\r\n\r\n\r\n",
                "GET /v2 HTTP/1.1\r\nHost: t\r\n\r\nGET /v2 HTTP/1.1\r\nHost: t\r\n\r\n",
                "POST /v2/models/m/infer HTTP/1.1\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n",
                "POST /v2/models/m/infer HTTP/1.1\r\nContent-Length: 0\r\nTransfer-Encoding: identity\r\n\r\n",
                "POST /v2/models/m/infer HTTP/1.1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                "POST /v2/models/m/infer HTTP/1.1\r\nContent-Length: 0\r\nConnection: keep-alive, close\r\n\r\n",
                "POST /v2/models/m/infer HTTP/1.1\r\nContent-Length: 0\r\nUpgrade: h2c\r\n\r\n",
            })
    void goesWhenSomethingIsInDoubt(String request) {
        connection.taught().receive(request);

        assertThat(connection.isWatching()).isFalse();
        assertThat(connection.engine().read()).containsExactly(request);
    }

    @Test
    void staysWhereTheClientAsksToKeepTheConnection() {
        String request = "POST /v2/models/m/infer HTTP/1.1\r\nConnection: Keep-Alive\r\nContent-Length: 1\r\n\r\na";
        connection.receive(request);

        connection.receive(request);

        assertThat(connection.takenBodies()).containsExactly("a");
    }

    @Test
    void doesNotLearnTheHeadOfAClientThatAsksFirst() {
        String request = "POST /v2/models/m/infer HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\na";
        connection.receive(request);

        connection.receive(request);

        assertThat(connection.takenBodies()).isEmpty();
    }

    @Test
    void takesNothingAfterTheLastAnswerOfAConnection() {
        connection.taught().receive(GET);
        connection.engine().answer();
        connection.heads().stop();

        connection.receive(post("a"));

        assertThat(connection.takenBodies()).isEmpty();
        assertThat(connection.engine().read()).containsExactly(GET, post("a"));
    }

    @Test
    void goesWhenAClientNeverSendsTheSameHeadTwice() {
        for (int i = 0; i < 30; i++) {
            connection.receive(postTo("t" + i, "a"));
        }

        assertThat(connection.isWatching()).isFalse();
        assertThat(connection.engine().read()).hasSize(30);
    }

    @Test
    void goesWhenEveryRequestComesInPieces() {
        String request = post("a");
        for (int i = 0; i < 30; i++) {
            connection.receive(request.substring(0, request.length() - 1));
            connection.receive("a");
        }

        assertThat(connection.isWatching()).isFalse();
        assertThat(connection.takenBodies()).isEmpty();
    }

    @Test
    void staysWhenAClientSendsTheSameHeadNowAndThen() {
        answerAll();
        for (int i = 0; i < 100; i++) {
            connection.receive(postTo("t" + i / 3, "a"));
        }

        assertThat(connection.isWatching()).isTrue();
        assertThat(connection.port().takenCount()).isEqualTo(66);
    }

    @Test
    void remembersFourHeads() {
        answerAll();
        for (int i = 0; i < 5; i++) {
            connection.receive(postTo("t" + i, "a"));
        }
        connection.engine().read().clear();

        for (int i = 1; i < 5; i++) {
            connection.receive(postTo("t" + i, "a"));
        }
        assertThat(connection.port().takenCount()).isEqualTo(4);
        connection.receive(postTo("t0", "a"));

        assertThat(connection.engine().read()).containsExactly(postTo("t0", "a"));
    }

    /** A head that is learned again, because its request came in pieces, does not push another out. */
    @Test
    void remembersAHeadOnce() {
        answerAll();
        connection.receive(postTo("other", "a"));
        String request = postTo("t", "ab");
        for (int i = 0; i < 6; i++) {
            connection.receive(request.substring(0, request.length() - 1));
            connection.receive("b");
        }

        connection.receive(postTo("other", "a"));

        assertThat(connection.takenBodies()).containsExactly("a");
    }

    @Test
    void leavesLargeBodiesToTheEngine() {
        answerAll();
        connection.taught();
        String largest = "x".repeat(KnownHeadsConnection.BODY_BYTES_MAX);
        connection.receive(post(largest));

        connection.receive(post(largest + "x"));

        assertThat(connection.takenBodies()).containsExactly(largest);
        assertThat(connection.engine().read()).hasSize(1);
    }

    /** With a longer length it could exceed the engine's bound on headers, which answers such a request with an error. */
    @Test
    void doesNotLearnAHeadThatIsAlmostTooLong() {
        int length = post("a").length() - 1;
        try (KnownHeadsConnection narrow = new KnownHeadsConnection(length + KnownHead.DIGITS_MAX - 1);
                KnownHeadsConnection wide = new KnownHeadsConnection(length + KnownHead.DIGITS_MAX)) {
            narrow.taught().receive(post("a"));
            wide.taught().receive(post("a"));

            assertThat(narrow.takenBodies()).isEmpty();
            assertThat(wide.takenBodies()).containsExactly("a");
        }
    }

    @Test
    void leavesRequestsToTheEngineWhenTheServerStops() {
        connection.taught();
        connection.setOpen(false);

        connection.receive(post("a"));

        assertThat(connection.engine().read()).containsExactly(post("a"));
    }
}
