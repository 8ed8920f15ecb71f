package dev.sluice.gateway;

import static dev.sluice.gateway.KnownHeadRequests.INFER;
import static dev.sluice.gateway.KnownHeadRequests.LIVE;
import static dev.sluice.gateway.KnownHeadRequests.body;
import static dev.sluice.gateway.KnownHeadRequests.bytes;
import static dev.sluice.gateway.KnownHeadRequests.infer;
import static dev.sluice.gateway.KnownHeadRequests.post;
import static dev.sluice.gateway.KnownHeadRequests.takenCount;
import static dev.sluice.gateway.KnownHeadRequests.taught;
import static dev.sluice.gateway.KnownHeadRequests.withoutIds;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where one request ends and the next begins, for honest clients and for those who would like it to be in doubt. */
class KnownHeadsPipeliningIT {
    @TempDir
    private static Path repository;

    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        TestModels.copy(repository, "identity-int32");
        gateway = RunningGateway.start(
                repository, "http.loops=1", "http.max-body=32KiB", "http.max-headers=4KiB", "http.read-timeout=500ms");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static String request(int kind, int value) {
        return switch (kind) {
            case 0, 1, 2, 3 -> infer(value);
            case 4 -> infer(value, "X-Other: head");
            case 5 -> LIVE;
            case 6 -> post(INFER, "{");
            default ->
                "POST " + INFER + " HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + Integer.toHexString(body(value).length()) + "\r\n" + body(value) + "\r\n0\r\n\r\n";
        };
    }

    private static void assertAnswers(RawHttp.Response response, int kind, int value) {
        assertThat(response.status()).as(response.text()).isEqualTo(kind == 6 ? 400 : 200);
        if (kind == 5) {
            assertThat(response.text()).isEqualTo("{\"live\":true}");
        } else if (kind != 6) {
            assertThat(response.text()).contains("\"id\":\"v" + value + "\"", "\"data\":[" + value + "]");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void answersWhateverIsSentInOrder(int seed) throws IOException {
        Random random = new Random(seed);
        int kinds = 1 + seed % 8;
        int inFlightMax = 1 + seed % 5;
        try (RawHttp raw = new RawHttp(gateway.port());
                RawHttp witness = new RawHttp(gateway.port())) {
            int[] sent = new int[120];
            int answered = 0;
            StringBuilder pending = new StringBuilder();
            for (int i = 0; i < sent.length; i++) {
                sent[i] = random.nextInt(kinds);
                pending.append(request(sent[i], i));
                int all = random.nextInt(4) == 0 ? random.nextInt(pending.length() + 1) : pending.length();
                raw.send(bytes(pending.substring(0, all)));
                pending.delete(0, all);
                if (random.nextInt(3) == 0) {
                    witness.send(LIVE).read();
                }
                while (pending.isEmpty() && i + 1 - answered >= inFlightMax) {
                    assertAnswers(raw.read(), sent[answered], answered);
                    answered++;
                }
            }
            raw.send(bytes(pending.toString()));
            for (; answered < sent.length; answered++) {
                assertAnswers(raw.read(), sent[answered], answered);
            }
        }
    }

    @Test
    void keepsTheOrderOfAnswersWithinAndBesideTheEngine() throws IOException {
        double before = takenCount(gateway);
        for (int round = 0; round < 50; round++) {
            try (RawHttp raw = taught(gateway)) {
                // Separate pieces, so that the first of them can be taken while the others arrive.
                raw.send(infer(1)).send(LIVE).send(infer(2)).send(infer(3)).send(infer(4, "X-Other: head"));

                assertAnswers(raw.read(), 0, 1);
                assertAnswers(raw.read(), 5, 0);
                assertAnswers(raw.read(), 0, 2);
                assertAnswers(raw.read(), 0, 3);
                assertAnswers(raw.read(), 4, 4);
            }
        }
        assertThat(takenCount(gateway)).isGreaterThan(before);
    }

    static Stream<String> doubtful() {
        String start = "POST " + INFER + " HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n";
        String smuggled = infer(666);
        int length = body(1).length();
        Stream<String> lengths = Stream.of(
                        "-1",
                        "-" + length,
                        "+" + length,
                        "0" + length,
                        "000000000000000000000" + length,
                        length + " ",
                        "\t" + length,
                        length + "," + length,
                        length + ", " + length,
                        length + ", 1",
                        "0x" + Integer.toHexString(length),
                        length + ".0",
                        "" + (4294967296L + length),
                        "18446744073709551" + (616 + length),
                        "99999999999999999999",
                        "9999999",
                        "",
                        "x",
                        "0",
                        "00",
                        "1",
                        "" + (length + smuggled.length()))
                .map(value -> start + "Content-Length: " + value + "\r\n\r\n" + body(1) + smuggled);
        String good = infer(1);
        String contentLength = "Content-Length: " + length;
        Stream<String> heads = Stream.of(
                        contentLength + "\r\n" + contentLength,
                        contentLength + "\r\nContent-Length: 1",
                        "Content-Length: 1\r\n" + contentLength,
                        contentLength + "\r\nTransfer-Encoding: chunked",
                        "Transfer-Encoding: chunked\r\n" + contentLength,
                        contentLength + "\r\nTransfer-Encoding: identity",
                        contentLength + "\r\nTransfer-Encoding: xchunked",
                        contentLength + "\r\nTransfer-Encoding : chunked",
                        contentLength + "\r\n Transfer-Encoding: chunked",
                        contentLength + "\r\nTransfer-Encoding:\u000bchunked",
                        contentLength + "\r\nX: a\nTransfer-Encoding: chunked",
                        contentLength + "\r\nX: a\rTransfer-Encoding: chunked",
                        contentLength + "\nX: a",
                        "X: a\r\n " + contentLength,
                        "X: a\r\n\t" + contentLength,
                        "X: a\u0000\r\n" + contentLength,
                        "X\u0000: a\r\n" + contentLength,
                        "X: \u00e9\r\n" + contentLength,
                        "Content-Length : " + length,
                        "Content-Length\t: " + length,
                        " Content-Length: " + length,
                        "\u0000Content-Length: " + length,
                        "Content-Length: " + length + "\r\n 1",
                        "Content_Length: " + length,
                        ": x\r\n" + contentLength,
                        "no colon\r\n" + contentLength)
                .map(lines -> good.replace(contentLength, lines) + smuggled);
        Stream<String> ends = Stream.of(
                good + "\r\n" + smuggled,
                good + "\r\n\r\n" + smuggled,
                good + "\n" + smuggled,
                good + " " + smuggled,
                good + "x" + smuggled,
                good + "\u0000" + smuggled,
                "\r\n" + good + smuggled,
                good.replace("\r\n\r\n", "\n\n") + smuggled,
                good.replace("\r\n\r\n", "\r\n\n") + smuggled,
                good.replace("\r\n\r\n", "\r\n\r") + smuggled,
                good.replace("\r\n", "\n") + smuggled,
                good.replace(" HTTP/1.1", "") + smuggled,
                good.replace(" HTTP/1.1", " HTTP/9.9") + smuggled,
                good.replace(" HTTP/1.1", "  HTTP/1.1") + smuggled,
                good.replace("POST ", "POST\t") + smuggled,
                good.replace("Host: t\r\n", "") + smuggled,
                good.replace("Host: t\r\n", "Host: t\r\nHost: u\r\n") + smuggled);
        return Stream.of(lengths, heads, ends).flatMap(requests -> requests);
    }

    /** In one piece, and request by request; on a connection that knows the head, and on one that has seen none. */
    @ParameterizedTest
    @MethodSource("doubtful")
    void understandsDoubtfulRequestsAsTheEngineDoes(String doubtful) throws IOException {
        String last = LIVE.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
        String expected;
        try (RawHttp raw = new RawHttp(gateway.port())) {
            expected = withoutIds(raw.send(bytes(doubtful + last)).readToEnd());
        }

        try (RawHttp raw = taught(gateway)) {
            assertEndsAs(expected, raw.send(bytes(doubtful + last)));
        }
        String smuggled = infer(666);
        String first = doubtful.substring(0, doubtful.length() - smuggled.length());
        try (RawHttp raw = taught(gateway)) {
            sendApart(raw, first, smuggled + last);

            assertEndsAs(expected, raw);
        }
        // Twice: what the engine accepts is a known head the second time, which must mean the same again.
        try (RawHttp raw = new RawHttp(gateway.port())) {
            expected = withoutIds(raw.send(bytes(first + first + last)).readToEnd());
        }
        try (RawHttp raw = new RawHttp(gateway.port())) {
            sendApart(raw, first, first, last);

            assertEndsAs(expected, raw);
        }
    }

    /** Sends pieces that the server reads one by one. */
    private static void sendApart(RawHttp raw, String... pieces) throws IOException {
        try (RawHttp witness = new RawHttp(gateway.port())) {
            for (String piece : pieces) {
                try {
                    raw.send(bytes(piece));
                } catch (IOException ignored) {
                    // It has closed the connection already; what it answered before is compared.
                    return;
                }
                // The loop has read the piece once it answers this.
                assertThat(witness.send(LIVE).read().status()).isEqualTo(200);
            }
        }
    }

    private static void assertEndsAs(String expected, RawHttp raw) throws IOException {
        StringBuilder text = new StringBuilder();
        if (raw.readToEnd(text)) {
            assertThat(withoutIds(text.toString())).isEqualTo(expected);
        } else {
            assertThat(expected).startsWith(withoutIds(text.toString()));
        }
    }
}
