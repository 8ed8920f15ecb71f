package dev.sluice.gateway.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.canary.inputlog.ChannelOptions;
import dev.sluice.canary.inputlog.ChannelReport;
import dev.sluice.canary.inputlog.DropReason;
import dev.sluice.canary.inputlog.InferenceRecord;
import dev.sluice.canary.inputlog.InputLog;
import dev.sluice.canary.inputlog.RecordChannel;
import dev.sluice.canary.inputlog.RecordDraft;
import dev.sluice.canary.inputlog.RequestOrigin;
import dev.sluice.canary.inputlog.Sampler;
import dev.sluice.canary.inputlog.WhenFull;
import dev.sluice.canary.inputlog.WindowCounts;
import dev.sluice.canary.routing.RouteDecision;
import dev.sluice.loader.repository.FeedbackConfig;
import dev.sluice.loader.repository.LogConfig;
import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.loader.repository.MonitoringConfig;
import dev.sluice.loader.repository.ValidationConfig;
import dev.sluice.model.InferRequest;
import dev.sluice.model.InferResponse;
import dev.sluice.model.InferTiming;
import dev.sluice.model.TensorSet;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Records that go through a channel to a receiver, and what is said to have become of them. */
class EventChannelIT {
    private static final Duration BOUND = Duration.ofSeconds(20);

    private static InputLog log(URI url) {
        CloudEventSink sink = new CloudEventSink(url, 1, Duration.ofMillis(500), 1 << 20, InstantSource.system());
        ChannelOptions options =
                new ChannelOptions(32 << 10, WhenFull.DROP_NEWEST, Duration.ofMillis(20), Duration.ofMillis(200));
        return new InputLog(
                List.of(new RecordChannel(
                        "events", new Sampler(), record -> record, sink, options, InstantSource.system())),
                InstantSource.system());
    }

    /** A request that is answered, of an id. */
    private static void answer(InputLog log, String id, double share) {
        InferenceRecord record = EventRecords.answered(id);
        InferRequest request = Objects.requireNonNull(record.request());
        TensorSet outputs = Objects.requireNonNull(record.outputs());
        RecordDraft draft = log.begin(
                new RouteDecision.Routed(record.head().model(), "stable", RouteDecision.Reason.ROUTE),
                record.head().signature(),
                config(share),
                origin(id),
                request,
                List.of());
        Objects.requireNonNull(draft).answered(new InferResponse(record.head().model(), outputs, 0, InferTiming.NONE));
    }

    private static ModelConfig config(double share) {
        ModelConfig plain = ModelConfig.DEFAULT;
        LogConfig log =
                new LogConfig(true, share, Map.of(), LogConfig.By.PREDICTION, true, true, Map.of(), Optional.empty());
        return new ModelConfig(
                plain.versions(),
                plain.batching(),
                plain.runtime(),
                plain.features(),
                plain.labels(),
                plain.serving(),
                plain.gate(),
                plain.breaker(),
                plain.transform(),
                new MonitoringConfig(log, ValidationConfig.DEFAULT, FeedbackConfig.OFF));
    }

    private static RequestOrigin origin(String id) {
        return new RequestOrigin() {
            @Override
            public String predictionId() {
                return id;
            }

            @Override
            public long arrivedNanos() {
                return System.nanoTime();
            }

            @Override
            public @Nullable String traceId() {
                return null;
            }

            @Override
            public @Nullable String key() {
                return null;
            }
        };
    }

    private static ChannelReport await(InputLog log, Predicate<ChannelReport> until) {
        long end = System.nanoTime() + BOUND.toNanos();
        ChannelReport report = log.reports().get(0);
        while (!until.test(report)) {
            assertThat(System.nanoTime() - end).as("in vain: %s", report).isNegative();
            LockSupport.parkNanos(2_000_000);
            report = log.reports().get(0);
        }
        return report;
    }

    private static ChannelReport settled(InputLog log) {
        return await(log, report -> report.totals().pending() == 0);
    }

    @Test
    void countsWhatWasSampledOutAndRefused() throws Exception {
        try (Receiver receiver = new Receiver()) {
            receiver.answering((exchange, number) -> Receiver.status(
                    exchange, exchange.getRequestHeaders().getFirst("ce-id").startsWith("bad") ? 422 : 202));
            InputLog log = log(receiver.url());
            for (int i = 0; i < 10; i++) {
                answer(log, "good" + i, 1);
            }
            answer(log, "never", 0);
            answer(log, "bad", 1);

            WindowCounts counts = settled(log).totals();

            assertThat(counts.received()).isEqualTo(12);
            assertThat(counts.logged()).isEqualTo(10);
            assertThat(counts.sampledOut()).isEqualTo(1);
            assertThat(counts.dropped()).isEqualTo(Map.of(DropReason.REFUSED, 1L));
            assertThat(receiver.ids().stream().distinct()).hasSize(22);
            log.close(BOUND);
        }
    }

    @Test
    void dropsWhatItHasNoRoomForWhileTheReceiverIsAwayAndRecovers() throws Exception {
        Receiver away = new Receiver();
        int port = away.port();
        away.close();
        InputLog log = log(URI.create("http://127.0.0.1:" + port + "/"));
        for (int i = 0; i < 1000; i++) {
            answer(log, "p" + i, 1);
        }
        await(log, ChannelReport::failing);
        for (int i = 1000; i < 2000; i++) {
            answer(log, "p" + i, 1);
        }

        try (Receiver back = new Receiver(port)) {
            ChannelReport report = settled(log);

            WindowCounts counts = report.totals();
            assertThat(counts.received()).isEqualTo(2000);
            assertThat(counts.dropped().keySet()).containsExactly(DropReason.QUEUE_FULL);
            assertThat(counts.logged()).isPositive();
            assertThat(back.ids()).hasSize(2 * (int) counts.logged()).doesNotHaveDuplicates();
            answer(log, "later", 1);
            assertThat(settled(log).totals().logged()).isEqualTo(counts.logged() + 1);
            assertThat(settled(log).failing()).isFalse();
            log.close(BOUND);
        }
    }

    @Test
    void doesNotHangOnAReceiverThatDoesWhenItIsClosed() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (Receiver receiver = new Receiver()) {
            receiver.answering((exchange, number) -> end.await());
            InputLog log = log(receiver.url());
            answer(log, "lost", 1);
            await(log, report -> report.failedFlushes() > 0);
            long began = System.nanoTime();

            log.close(Duration.ofMillis(100));

            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
            assertThat(settled(log).totals().dropped()).isEqualTo(Map.of(DropReason.STOPPED, 1L));
            end.countDown();
        }
    }
}
