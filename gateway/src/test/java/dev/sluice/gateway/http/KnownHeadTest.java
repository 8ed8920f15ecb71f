package dev.sluice.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.ModelRef;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnownHeadTest {
    private static final InferHead MEANING = new InferHead(
            "/v2/models/m/infer",
            Endpoint.Operation.INFER,
            new ModelRef("m"),
            ContentCoding.IDENTITY,
            0,
            /* jsonLength= */ null,
            /* traceparent= */ null,
            /* key= */ null);
    private static final String START = "POST /v2/models/m/infer HTTP/1.1\r\nHost: t\r\n";

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String head(String contentLength) {
        return START + "Content-Length: " + contentLength + "\r\nUser-Agent: u\r\n\r\n";
    }

    private static @Nullable KnownHead of(String head) {
        assertThat(KnownHead.plainLength(bytes(head))).isEqualTo(head.length());
        return KnownHead.of(bytes(head), MEANING, ContentCoding.IDENTITY);
    }

    private static int bodyStart(String known, String request) {
        KnownHead head = of(known);
        assertThat(head).isNotNull();
        byte[] sent = bytes(request);
        // What an earlier request left behind it must not matter.
        byte[] scratch = Arrays.copyOf(sent, sent.length + 100);
        Arrays.fill(scratch, sent.length, scratch.length, (byte) '1');
        return head == null ? -1 : head.bodyStart(scratch, sent.length);
    }

    @Test
    void knowsTheSameHeadAgain() {
        assertThat(bodyStart(head("2"), head("2") + "{}")).isEqualTo(head("2").length());
    }

    @Test
    void knowsTheHeadOfALongerAndOfAShorterBody() {
        assertThat(bodyStart(head("2"), head("1") + "1")).isEqualTo(head("1").length());
        assertThat(bodyStart(head("2"), head("10") + "0123456789"))
                .isEqualTo(head("10").length());
        assertThat(bodyStart(head("10"), head("2") + "{}")).isEqualTo(head("2").length());
        assertThat(bodyStart(head("2"), head("999999") + "x".repeat(999_999)))
                .isEqualTo(head("999999").length());
    }

    @Test
    void takesNothingWhoseBodyIsNotWhole() {
        assertThat(bodyStart(head("2"), head("2"))).isEqualTo(-1);
        assertThat(bodyStart(head("2"), head("2") + "{")).isEqualTo(-1);
        assertThat(bodyStart(head("2"), head("10") + "012345678")).isEqualTo(-1);
    }

    @Test
    void takesNothingThatIsFollowedByMore() {
        assertThat(bodyStart(head("2"), head("2") + "{}\r\n")).isEqualTo(-1);
        assertThat(bodyStart(head("2"), head("2") + "{}" + head("2") + "{}")).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0",
                "00",
                "02",
                "+2",
                "-2",
                " 2",
                "2 ",
                "2,2",
                "2, 2",
                "2\t",
                "0x2",
                "2.0",
                "1000000",
                "4294967298",
                "18446744073709551618",
            })
    void takesNoLengthButPlainDigits(String length) {
        assertThat(bodyStart(head("2"), head(length) + "{}")).isEqualTo(-1);
    }

    @Test
    void takesNoOtherHeadWhereverTheDifferenceIs() {
        byte[] request = bytes(head("2") + "{}");
        KnownHead known = of(head("2"));
        assertThat(known).isNotNull();
        for (int i = 0; known != null && i < request.length - 2; i++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] other = request.clone();
                other[i] ^= (byte) (1 << bit);
                assertThat(known.bodyStart(other, other.length))
                        .as("bit %s of byte %s", bit, i)
                        .isEqualTo(-1);
            }
        }
    }

    @Test
    void takesNoPartOfAHead() {
        String whole = head("2") + "{}";
        for (int length = 0; length < whole.length(); length++) {
            assertThat(bodyStart(head("2"), whole.substring(0, length))).isEqualTo(-1);
            assertThat(bodyStart(head("2"), whole.substring(whole.length() - length)))
                    .isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST / HTTP/1.1\r\nHost: t\r\n\r\n",
                "POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
                "POST / HTTP/1.1\r\nContent-Length: 05\r\n\r\n",
                "POST / HTTP/1.1\r\nContent-Length: +5\r\n\r\n",
                "POST / HTTP/1.1\r\nContent-Length: 5 \r\n\r\n",
                "POST / HTTP/1.1\r\nContent-Length:\t5\r\n\r\n",
                "POST / HTTP/1.1\r\nContent-Length: 5, 5\r\n\r\n",
                "POST / HTTP/1.1\r\nContent-Length: \r\n\r\n",
                "POST / HTTP/1.1\r\nContent-Length : 5\r\n\r\n",
                "POST / HTTP/1.1\r\nX-Content-Length: 5\r\n\r\n",
                "POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n",
                "POST / HTTP/1.1\r\nContent-Length: 5\r\nCONTENT-LENGTH: 6\r\n\r\n",
            })
    void remembersNoHeadWhoseLengthIsNotOneLineOfPlainDigits(String head) {
        assertThat(of(head)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST / HTTP/1.1\r\ncontent-length:5\r\n\r\n",
                "POST / HTTP/1.1\r\nCONTENT-LENGTH:   5\r\nX-Content-Length: 7\r\n\r\n",
                "POST / HTTP/1.1\r\nX: content-length: 9\r\nContent-Length: 5\r\n\r\n",
            })
    void findsTheLengthHoweverItsNameIsWritten(String head) {
        assertThat(bodyStart(head, head.replaceFirst(":( *)5", ":$12") + "{}")).isEqualTo(head.length());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\r\n\r\n",
                "\r\nPOST / HTTP/1.1\r\n\r\n",
                " POST / HTTP/1.1\r\n\r\n",
                "POST / HTTP/1.1\n\n",
                "POST / HTTP/1.1\nHost: t\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: t\n\r\n",
                "POST / HTTP/1.1\r\nHost: t\r\n\n",
                "POST / HTTP/1.1\r\nHost: t\r\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\rb\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: t\r\n folded\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: t\r\n\tfolded\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: t\u0000\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: t\u007f\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: t\u00e9\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: t\u0085\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: t\r\n",
                "POST / HTTP/1.1\r\nHost: t\r\n\r",
                "POST / HTTP/1.1\r",
            })
    void findsNoHeadWhereOneCouldBeReadInTwoWays(String text) {
        assertThat(KnownHead.plainLength(bytes(text + "body"))).isEqualTo(-1);
        assertThat(KnownHead.plainLength(bytes(text))).isEqualTo(-1);
    }

    @Test
    void findsTheFirstEmptyLine() {
        assertThat(KnownHead.plainLength(bytes(head("9") + "a\r\n\r\nb\r\n\r\n")))
                .isEqualTo(head("9").length());
    }

    /** However the bytes are: what is found ends with the first empty line, and has no other line end in it. */
    @Test
    void findsNothingElseInAnyBytes() {
        Random random = new Random(7);
        String alphabet = "PH:\r\n\r\n \t1\u0000\u00ff";
        int found = 0;
        for (int round = 0; round < 200_000; round++) {
            StringBuilder text = new StringBuilder("P");
            for (int i = random.nextInt(12); i >= 0; i--) {
                text.append(random.nextInt(3) == 0 ? "\r\n" : alphabet.charAt(random.nextInt(alphabet.length())));
            }
            int length = KnownHead.plainLength(bytes(text.toString()));
            if (length >= 0) {
                found++;
                assertThat(text.substring(0, length)).matches("(?:[!-~][\\t -~]*\r\n)+\r\n");
            }
        }
        assertThat(found).isGreaterThan(1000);
    }
}
