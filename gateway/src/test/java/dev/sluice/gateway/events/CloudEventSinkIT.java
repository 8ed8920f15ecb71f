package dev.sluice.gateway.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import dev.sluice.canary.inputlog.InferenceRecord;
import dev.sluice.canary.inputlog.UnwritableRecordException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CloudEventSinkIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final long BYTES_MAX = 1 << 20;

    private static CloudEventSink sink(URI url, int batch, Duration timeout) {
        return new CloudEventSink(url, batch, timeout, BYTES_MAX, InstantSource.system());
    }

    private static void add(CloudEventSink sink, InferenceRecord... records) throws UnwritableRecordException {
        for (InferenceRecord record : records) {
            sink.add(record);
        }
    }

    @Test
    void sendsRequestAndResponseInBinaryMode() throws Exception {
        try (Receiver receiver = new Receiver()) {
            CloudEventSink sink = sink(receiver.url(), 1, TIMEOUT);
            add(sink, EventRecords.answered());

            int refused = sink.flush();

            assertThat(refused).isZero();
            List<String> requests = receiver.requests().stream().sorted().toList();
            assertThat(requests).hasSize(2);
            String request = requests.get(0).contains("inference.request") ? requests.get(0) : requests.get(1);
            String response = requests.get(0).contains("inference.request") ? requests.get(1) : requests.get(0);
            GoldenEvents.assertEqual(request, "request.txt");
            GoldenEvents.assertEqual(response, "response.txt");
        }
    }

    @Test
    void sendsBatchesAsOneBody() throws Exception {
        try (Receiver receiver = new Receiver()) {
            CloudEventSink sink = sink(receiver.url(), 100, TIMEOUT);
            add(sink, EventRecords.answered(), EventRecords.failed(), EventRecords.binary(), EventRecords.digest());

            int refused = sink.flush();

            assertThat(refused).isZero();
            assertThat(receiver.requests()).hasSize(1);
            GoldenEvents.assertEqual(receiver.requests().get(0), "batch.txt");
        }
    }

    @Test
    void fillsBatchesAndSendsTheRest() throws Exception {
        try (Receiver receiver = new Receiver()) {
            CloudEventSink sink = sink(receiver.url(), 4, TIMEOUT);
            add(sink, EventRecords.answered("a"), EventRecords.answered("b"), EventRecords.answered("c"));

            sink.flush();
            sink.flush();

            assertThat(receiver.ids()).containsExactly("batch", "batch");
        }
    }

    @Test
    void sendsSeveralAtATimeButNotMore() throws Exception {
        CountDownLatch eight = new CountDownLatch(EventSender.IN_FLIGHT_MAX);
        try (Receiver receiver = new Receiver()) {
            receiver.answering((exchange, number) -> {
                eight.countDown();
                eight.await();
                Receiver.status(exchange, 200);
            });
            CloudEventSink sink = sink(receiver.url(), 1, TIMEOUT);
            for (int i = 0; i < 40; i++) {
                add(sink, EventRecords.answered("p" + i));
            }

            sink.flush();

            assertThat(receiver.ids()).hasSize(80).doesNotHaveDuplicates();
            assertThat(receiver.atOnceMax()).isEqualTo(EventSender.IN_FLIGHT_MAX);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 408, 425, 429, 500, 503})
    void triesAgainWhatTheReceiverCannotTakeNow(int status) throws Exception {
        try (Receiver receiver = new Receiver()) {
            receiver.answering((exchange, number) -> Receiver.status(exchange, number == 2 ? status : 200));
            CloudEventSink sink = sink(receiver.url(), 1, TIMEOUT);
            add(sink, EventRecords.answered("a"));

            assertThatThrownBy(sink::flush)
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("the receiver answered " + status);
            int refused = sink.flush();

            assertThat(refused).isZero();
            assertThat(receiver.ids()).hasSize(3);
            // What was taken is not sent again.
            assertThat(receiver.ids().get(2)).isEqualTo(receiver.ids().get(1));
            assertThat(receiver.ids().get(0)).isNotEqualTo(receiver.ids().get(1));
        }
    }

    @Test
    void countsRecordsThatAreRefusedForGoodOnce() throws Exception {
        try (Receiver receiver = new Receiver()) {
            receiver.answering((exchange, number) -> Receiver.status(
                    exchange, exchange.getRequestHeaders().getFirst("ce-id").startsWith("bad") ? 400 : 200));
            CloudEventSink sink = sink(receiver.url(), 1, TIMEOUT);
            add(sink, EventRecords.answered("a"), EventRecords.answered("bad1"), EventRecords.answered("bad2"));

            assertThat(sink.flush()).isEqualTo(2);
            add(sink, EventRecords.answered("b"));
            assertThat(sink.flush()).isZero();
        }
    }

    @Test
    void countsAllRecordsOfARefusedBatch() throws Exception {
        try (Receiver receiver = new Receiver()) {
            receiver.answering((exchange, number) -> Receiver.status(exchange, number == 1 ? 413 : 200));
            CloudEventSink sink = sink(receiver.url(), 3, TIMEOUT);
            add(sink, EventRecords.answered("a"), EventRecords.unread());

            assertThat(sink.flush()).isEqualTo(2);
        }
    }

    @Test
    void givesUpAReceiverThatHangsAndSendsNoMoreMeanwhile() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (Receiver receiver = new Receiver()) {
            receiver.answering((exchange, number) -> end.await());
            CloudEventSink sink = sink(receiver.url(), 1, SHORT);
            for (int i = 0; i < 100; i++) {
                add(sink, EventRecords.answered("p" + i));
            }
            long began = System.nanoTime();

            assertThatThrownBy(sink::flush).hasMessage("the receiver did not answer within 300 ms");

            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
            assertThat(receiver.ids()).hasSizeLessThanOrEqualTo(EventSender.IN_FLIGHT_MAX);
            end.countDown();
            receiver.answering(Receiver::accept);
            assertThat(sink.flush()).isZero();
        }
    }

    @Test
    void givesUpAnAnswerThatDoesNotEnd() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (Receiver receiver = new Receiver()) {
            receiver.answering((exchange, number) -> {
                half(exchange);
                end.await();
            });
            CloudEventSink sink = sink(receiver.url(), 1, SHORT);
            add(sink, EventRecords.answered());

            assertThatThrownBy(sink::flush).hasMessage("the receiver did not answer within 300 ms");
            end.countDown();
        }
    }

    @Test
    void triesAgainWhereTheConnectionEndsInTheMiddleOfAnAnswer() throws Exception {
        AtomicInteger halves = new AtomicInteger();
        try (Receiver receiver = new Receiver()) {
            receiver.answering((exchange, number) -> {
                if (halves.getAndIncrement() == 0) {
                    half(exchange);
                } else {
                    Receiver.status(exchange, 200);
                }
            });
            CloudEventSink sink = sink(receiver.url(), 1, TIMEOUT);
            add(sink, EventRecords.answered("a"));

            assertThat(sink.flush()).isZero();

            assertThat(receiver.ids()).hasSize(3).contains("request a", "response a");
        }
    }

    private static void half(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 100);
        exchange.getResponseBody().write(new byte[10]);
        exchange.getResponseBody().flush();
    }

    @Test
    void keepsEventsWhileTheReceiverIsAway() throws Exception {
        Receiver first = new Receiver();
        CloudEventSink sink = sink(first.url(), 1, TIMEOUT);
        add(sink, EventRecords.answered("a"));
        assertThat(sink.flush()).isZero();
        int port = first.port();
        first.close();

        add(sink, EventRecords.answered("b"));
        assertThatThrownBy(sink::flush)
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("the receiver cannot be reached: ");

        try (Receiver second = new Receiver(port)) {
            assertThat(sink.flush()).isZero();
            assertThat(second.ids()).containsExactlyInAnyOrder("request b", "response b");
        }
    }

    @Test
    void waitsAsLongAsTheReceiverAsks() throws Exception {
        try (Receiver receiver = new Receiver()) {
            receiver.answering((exchange, number) -> {
                if (number == 1) {
                    exchange.getResponseHeaders().set("Retry-After", "2");
                    Receiver.status(exchange, 503);
                } else {
                    Receiver.status(exchange, 200);
                }
            });
            CloudEventSink sink = sink(receiver.url(), 100, TIMEOUT);
            add(sink, EventRecords.answered());
            assertThatThrownBy(sink::flush).hasMessage("the receiver answered 503");

            assertThatThrownBy(sink::flush).hasMessageStartingWith("the receiver asks to wait for ");
            assertThat(receiver.ids()).hasSize(1);
            assertThat(sink.flush()).isZero();
            assertThat(receiver.ids()).hasSize(2);
        }
    }

    @Test
    void followsNoRedirect() throws Exception {
        try (Receiver other = new Receiver();
                Receiver receiver = new Receiver()) {
            receiver.answering((exchange, number) -> {
                exchange.getResponseHeaders().set("Location", other.url().toString());
                Receiver.status(exchange, 307);
            });
            CloudEventSink sink = sink(receiver.url(), 1, TIMEOUT);
            add(sink, EventRecords.answered());

            assertThatThrownBy(sink::flush).hasMessage("the receiver answered 307, and redirects are not followed");

            assertThat(other.requests()).isEmpty();
        }
    }

    @Test
    void isFullBeforeItTakesTooMuchMemory() throws Exception {
        CloudEventSink sink = sink(URI.create("http://127.0.0.1:9/"), 1, SHORT);

        int records = 0;
        while (!sink.isFull()) {
            add(sink, EventRecords.large(100_000));
            records++;
        }

        assertThat(records).isBetween(2, 40);
    }
}
