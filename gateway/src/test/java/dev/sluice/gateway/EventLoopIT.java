package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Large bodies stay away from the event loop: nothing holds it for 50 ms, and small requests pass them by. */
class EventLoopIT {
    private static final int FLOATS = 1_000_000;
    private static final String CHECKER = "io.vertx.core.impl.BlockedThreadChecker";

    @TempDir
    static Path repository;

    private static RunningGateway gateway;

    private static ListAppender<ILoggingEvent> warnings;

    @BeforeAll
    static void start() {
        TestModels.copy(repository, "identity-float32", "identity-int32", "identity-string", "mixed-inputs");
        gateway = RunningGateway.start(repository, "http.loops=1");
        warnings = new ListAppender<>();
        warnings.start();
        logger().addAppender(warnings);
    }

    @AfterAll
    static void stop() {
        logger().detachAppender(warnings);
        gateway.close();
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(CHECKER);
    }

    private static String floats() {
        return "1.234567,".repeat(FLOATS - 1) + "1.0";
    }

    private static InferBody body(String data) {
        return new InferBody().json("x", "FP32", "[1," + FLOATS + "]", data);
    }

    /** Makes calls while another client sends small requests; says how long those took, in milliseconds, ascending. */
    private static List<Long> whileSmallRequestsPass(List<Supplier<HttpCalls.Answer>> calls, int expectedStatus) {
        HttpCalls client = gateway.calls();
        InferBody small = new InferBody().json("x", "INT32", "[1,1]", "[1]");
        List<Long> millis = Collections.synchronizedList(new ArrayList<>());
        Thread other = new Thread(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                long start = System.nanoTime();
                try {
                    InferAnswer.of(small.postTo(client, "identity-int32"));
                } catch (IllegalStateException | UncheckedIOException e) {
                    return; // interrupted
                }
                millis.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
            }
        });
        other.start();
        try {
            for (Supplier<HttpCalls.Answer> call : calls) {
                HttpCalls.Answer answer = call.get();
                assertThat(answer.status())
                        .as(answer.text().substring(0, Math.min(200, answer.text().length())))
                        .isEqualTo(expectedStatus);
            }
        } finally {
            other.interrupt();
        }
        try {
            other.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return millis.stream().sorted().toList();
    }

    private static void assertPassed(List<Long> millis) {
        assertThat(warnings.list).extracting(ILoggingEvent::getFormattedMessage).isEmpty();
        assertThat(millis).hasSizeGreaterThan(5);
        assertThat(millis.get(millis.size() / 2)).as("median of " + millis).isLessThan(50);
        assertThat(millis.get(millis.size() - 1)).as("slowest of " + millis).isLessThan(1_000);
    }

    @Test
    void readsAndWritesMillionsOfNumbersElsewhere() {
        byte[] flat = body("[" + floats() + "]").bytes();
        byte[] nested = body("[[" + floats() + "]]").bytes();
        String path = "/v2/models/identity-float32/infer";

        List<Long> millis = whileSmallRequestsPass(
                List.of(() -> gateway.calls().post(path, flat), () -> gateway.calls().post(path, nested)), 200);

        assertPassed(millis);
    }

    @Test
    void refusesLargeNonsenseElsewhere() {
        String path = "/v2/models/identity-float32/infer";
        String deep = "[".repeat(28) + floats() + "]".repeat(28);
        byte[] wrongAtTheEnd = body("[" + floats() + "x]").bytes();
        byte[] tooMany = body("[" + floats() + ",1]").bytes();
        byte[] tooDeep = body(deep + "]").bytes();
        byte[] unknownField = ("{\"what\":[" + "{\"a\":null},".repeat(600_000) + "1]}").getBytes(StandardCharsets.UTF_8);

        List<Long> millis = whileSmallRequestsPass(
                List.of(
                        () -> gateway.calls().post(path, wrongAtTheEnd),
                        () -> gateway.calls().post(path, tooMany),
                        () -> gateway.calls().post(path, tooDeep),
                        () -> gateway.calls().post(path, unknownField)),
                400);

        assertPassed(millis);
    }

    @Test
    void inflatesAndDeflatesElsewhere() {
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(gzip)) {
            out.write(body("[" + floats() + "]").bytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }

        List<Long> millis = whileSmallRequestsPass(
                List.of(() -> gateway.calls()
                        .post(
                                "/v2/models/identity-float32/infer",
                                gzip.toByteArray(),
                                "Content-Encoding",
                                "gzip",
                                "Accept-Encoding",
                                "gzip")),
                200);

        assertPassed(millis);
    }

    @Test
    void copiesLargeBinaryTensorsElsewhere() {
        InferBody body = new InferBody()
                .binary("x", "FP32", "[1,4000000]", new byte[16_000_000])
                .binaryOutputs();

        List<Long> millis = whileSmallRequestsPass(List.of(() -> body.postTo(gateway.calls(), "identity-float32")), 200);

        assertPassed(millis);
    }

    @Test
    void readsManyRowsAndTextsElsewhere() {
        String row = "{\"age\":1,\"income\":2,\"city\":\"Graz\",\"member\":true,\"visits\":3}";
        byte[] rows = ("[" + (row + ",").repeat(7_999) + row + "]").getBytes(StandardCharsets.UTF_8);
        String texts = "\"Grüße \\u00e4\",".repeat(99_999) + "\"\"";
        InferBody strings = new InferBody().json("x", "BYTES", "[1,100000]", "[" + texts + "]");

        List<Long> millis = whileSmallRequestsPass(
                List.of(
                        () -> gateway.calls().post("/v2/models/mixed-inputs/predict", rows),
                        () -> strings.postTo(gateway.calls(), "identity-string")),
                200);

        assertPassed(millis);
    }
}
