package dev.sluice.loadtest.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loadtest.wire.ResponseParser.Progress;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ResponseParserTest {
    private final ResponseParser parser = new ResponseParser(new byte[32]);

    static Stream<Arguments> answers() {
        return Stream.of(
                Arguments.of("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: y\r\n\r\nhello", 200, true, "hello"),
                Arguments.of("HTTP/1.1 200 OK\ncontent-length:5\n\nhello", 200, true, "hello"),
                Arguments.of("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", 503, true, ""),
                Arguments.of("HTTP/1.1 204 None\r\n\r\n", 204, true, ""),
                Arguments.of("HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 1\r\n\r\nx", 200, false, "x"),
                Arguments.of("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx", 200, false, "x"),
                Arguments.of("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\nx", 200, true, "x"),
                Arguments.of(
                        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Made\r\nContent-Length: 2\r\n\r\nok",
                        201,
                        true,
                        "ok"),
                Arguments.of(
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1;x=y\r\n!\r\n0\r\nT: 1\r\n\r\n",
                        200,
                        true,
                        "hello!"),
                Arguments.of(
                        "HTTP/1.1 200 OK\r\nA-Very-Long-Header: " + "z".repeat(500) + "\r\nContent-Length: 2\r\n\r\nok",
                        200,
                        true,
                        "ok"));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void findsStatusAndEndHoweverTheBytesArrive(String bytes, int status, boolean reusable, String body) {
        for (int step : new int[] {1, 2, 3, 7, 31, 32, 33, bytes.length()}) {
            parser.begin(true);
            Progress progress = Progress.MORE;
            int from = 0;
            for (; from < bytes.length(); from += step) {
                assertThat(progress)
                        .as("before byte %d in steps of %d", from, step)
                        .isEqualTo(Progress.MORE);
                progress = parser.read(buffer(bytes.substring(from, Math.min(bytes.length(), from + step))));
            }

            assertThat(progress).as("in steps of %d", step).isEqualTo(Progress.DONE);
            assertThat(parser.status()).isEqualTo(status);
            assertThat(parser.isReusable()).isEqualTo(reusable);
            assertThat(parser.json()).asString(StandardCharsets.US_ASCII).isEqualTo(body);
        }
    }

    @Test
    void readsOneAnswerAfterAnotherAndLeavesWhatFollows() {
        ByteBuf two =
                buffer("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 400 No\r\nContent-Length: 1\r\n\r\nb");

        assertThat(parser.read(two)).isEqualTo(Progress.DONE);
        assertThat(two.isReadable()).isTrue();
        parser.begin(false);
        assertThat(parser.read(two)).isEqualTo(Progress.DONE);
        assertThat(parser.status()).isEqualTo(400);
        assertThat(two.isReadable()).isFalse();
    }

    @Test
    void anAnswerWithoutLengthEndsWithItsConnection() {
        assertThat(parser.read(buffer("HTTP/1.1 200 OK\r\n\r\nany length"))).isEqualTo(Progress.MORE);
        assertThat(parser.readEnd()).isEqualTo(Progress.DONE);
        assertThat(parser.isReusable()).isFalse();
    }

    @Test
    void aConnectionThatEndsTooEarlyGivesNoAnswer() {
        assertThat(parser.readEnd()).isEqualTo(Progress.BAD);
        parser.read(buffer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel"));
        assertThat(parser.readEnd()).isEqualTo(Progress.BAD);
    }

    @ParameterizedTest
    @MethodSource("nonsense")
    void refusesWhatIsNoHttp(String bytes) {
        parser.begin(false);

        assertThat(parser.read(buffer(bytes))).isEqualTo(Progress.BAD);
    }

    static Stream<String> nonsense() {
        return Stream.of(
                "SSH-2.0-OpenSSH_9.2\r\n",
                "HTTP/2 200\r\n",
                "HTTP/1.1 2x0 OK\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: five\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
                "HTTP/1.1 200 OK\r\nX: " + "y".repeat(20_000) + "\r\n",
                "HTTP/1.1 200 OK\r\n" + ("X: " + "y".repeat(1000) + "\r\n").repeat(100));
    }

    @Test
    void keepsABodyOnlyWhenAskedAndOnlyUpToItsBound() {
        parser.begin(false);
        parser.read(buffer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
        assertThat(parser.hasBody()).isFalse();

        parser.begin(true);
        String large = "z".repeat((1 << 20) + 1);
        assertThat(parser.read(buffer("HTTP/1.1 200 OK\r\nContent-Length: " + large.length() + "\r\n\r\n" + large)))
                .isEqualTo(Progress.DONE);
        assertThat(parser.hasBody()).isFalse();
    }

    @Test
    void knowsWhereTheJsonOfABinaryAnswerEnds() {
        parser.begin(true);
        parser.read(
                buffer("HTTP/1.1 200 OK\r\nInference-Header-Content-Length: 2\r\nContent-Length: 6\r\n\r\n{}\1\2\3\4"));

        assertThat(parser.json()).asString(StandardCharsets.US_ASCII).isEqualTo("{}");
    }

    private static ByteBuf buffer(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    }
}
