package dev.sluice.canary.inputlog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.repository.LogConfig;
import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferRequest;
import dev.sluice.model.InferResponse;
import dev.sluice.model.InferenceException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class RecordChannelTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(20);
    private static final ModelConfig ALL = LoggedRequests.config(LoggedRequests.share(1, true, true));

    private final LoggedRequests requests = new LoggedRequests();
    private final CollectingSink sink = new CollectingSink();

    private InputLog log(RecordChannel channel) {
        return new InputLog(List.of(channel), InstantSource.system());
    }

    private RecordChannel channel(long bytesMax, WhenFull whenFull) {
        return new RecordChannel(
                "file",
                new Sampler(),
                record -> record,
                sink,
                new ChannelOptions(bytesMax, whenFull, SHORT, LONG),
                InstantSource.system());
    }

    private void answer(InputLog log, ModelConfig config, String id) {
        InferRequest request = requests.request(id, 1, 2, 3, 4);
        RecordDraft draft = log.begin(
                LoggedRequests.route(),
                LoggedRequests.SIGNATURE,
                config,
                LoggedRequests.origin(id, null),
                request,
                List.of());
        InferResponse response = requests.response(0.5f);
        if (draft != null) {
            draft.answered(response);
        }
        request.inputs().release();
        response.release();
    }

    private void fail(InputLog log, ModelConfig config, String id, List<String> flags) {
        InferRequest request = requests.request(id, 1, 2, 3, 4);
        RecordDraft draft = log.begin(
                LoggedRequests.route(),
                LoggedRequests.SIGNATURE,
                config,
                LoggedRequests.origin(id, null),
                request,
                flags);
        if (draft != null) {
            draft.failed(new InferenceException(ErrorCode.MODEL_FAILED, "the model failed"));
        }
        request.inputs().release();
    }

    private static void until(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }

    private static WindowCounts totals(RecordChannel channel) {
        return channel.report().totals();
    }

    @Test
    void recordsInOrderWhatEndedAndGivesAllMemoryBack() {
        RecordChannel channel = channel(1 << 20, WhenFull.DROP_NEWEST);
        InputLog log = log(channel);

        IntStream.range(0, 100).forEach(i -> answer(log, ALL, "p" + i));
        until(() -> totals(channel).logged() == 100);

        assertThat(sink.flushed())
                .containsExactlyElementsOf(
                        IntStream.range(0, 100).mapToObj(i -> "p" + i).toList());
        assertThat(totals(channel).pending()).isZero();
        log.close(LONG);
        assertThat(requests.bytesInUse()).isZero();
        assertThat(sink.isClosed()).isTrue();
    }

    @Test
    void doesNothingForModelsThatAreNotRecorded() {
        RecordChannel channel = channel(1 << 20, WhenFull.DROP_NEWEST);
        InputLog log = log(channel);

        answer(log, ModelConfig.DEFAULT, "p1");

        assertThat(totals(channel).received()).isZero();
        assertThat(requests.bytesInUse()).isZero();
        log.close(LONG);
    }

    @Test
    void countsWhatIsSampledOutAndAlwaysRecordsErrorsAndFlaggedRequests() {
        RecordChannel channel = channel(1 << 20, WhenFull.DROP_NEWEST);
        InputLog log = log(channel);
        ModelConfig none = LoggedRequests.config(LoggedRequests.share(0, true, true));

        IntStream.range(0, 10).forEach(i -> answer(log, none, "p" + i));
        fail(log, none, "bad", List.of());
        fail(log, LoggedRequests.config(LoggedRequests.share(0, false, true)), "odd", List.of("out_of_range:age"));
        fail(log, LoggedRequests.config(LoggedRequests.share(0, false, false)), "left", List.of("missing:age"));
        log.close(LONG);

        assertThat(sink.flushed()).containsExactly("bad", "odd");
        WindowCounts counts = totals(channel);
        assertThat(counts.received()).isEqualTo(13);
        assertThat(counts.sampledOut()).isEqualTo(11);
        assertThat(counts.logged()).isEqualTo(2);
        assertThat(counts.pending()).isZero();
    }

    @Test
    void recordsRequestsThatCouldNotBeReadWithoutTheirTensors() {
        RecordChannel channel = channel(1 << 20, WhenFull.DROP_NEWEST);
        InputLog log = log(channel);

        log.refused(
                LoggedRequests.route(),
                LoggedRequests.SIGNATURE,
                ALL,
                LoggedRequests.origin("p", null),
                InferenceException.invalidInput("no JSON"));
        log.close(LONG);

        assertThat(sink.flushed()).containsExactly("p");
    }

    @Test
    void dropsTheNewestWhileTheSinkStallsAndSaysHowMany() throws InterruptedException {
        CountDownLatch stalled = new CountDownLatch(1);
        sink.stall(stalled);
        RecordChannel channel = channel(16 << 10, WhenFull.DROP_NEWEST);
        InputLog log = log(channel);

        IntStream.range(0, 200).forEach(i -> answer(log, ALL, "p" + i));
        long dropped = totals(channel).dropped().getOrDefault(DropReason.QUEUE_FULL, 0L);
        assertThat(dropped).isBetween(100L, 199L);
        assertThat(channel.report().queueBytes())
                .isLessThanOrEqualTo(channel.report().queueBytesMax());
        stalled.countDown();
        log.close(LONG);

        WindowCounts counts = totals(channel);
        assertThat(counts.pending()).isZero();
        assertThat(counts.logged()).isEqualTo(sink.flushed().size());
        assertThat(counts.logged() + counts.droppedTotal()).isEqualTo(200);
        assertThat(sink.flushed()).contains("p0").doesNotContain("p199");
        assertThat(requests.bytesInUse()).isZero();
    }

    @Test
    void dropsTheOldestWhereThatIsAsked() {
        CountDownLatch stalled = new CountDownLatch(1);
        sink.stall(stalled);
        RecordChannel channel = channel(16 << 10, WhenFull.DROP_OLDEST);
        InputLog log = log(channel);

        IntStream.range(0, 200).forEach(i -> answer(log, ALL, "p" + i));
        stalled.countDown();
        log.close(LONG);

        WindowCounts counts = totals(channel);
        assertThat(counts.dropped().get(DropReason.DISPLACED)).isBetween(100L, 199L);
        assertThat(counts.pending()).isZero();
        assertThat(sink.flushed()).contains("p199");
        assertThat(requests.bytesInUse()).isZero();
    }

    @Test
    void keepsDigestsWhereThereIsNoRoomForMore() {
        CountDownLatch stalled = new CountDownLatch(1);
        sink.stall(stalled);
        RecordChannel channel = channel(16 << 10, WhenFull.SHED_TO_DIGEST);
        InputLog log = log(channel);

        IntStream.range(0, 200).forEach(i -> answer(log, ALL, "p" + i));
        stalled.countDown();
        log.close(LONG);

        WindowCounts counts = totals(channel);
        assertThat(counts.digests()).isPositive();
        assertThat(sink.flushed().stream().filter(id -> id.endsWith(" digest")).count())
                .isEqualTo(counts.digests());
        assertThat(counts.pending()).isZero();
        assertThat(requests.bytesInUse()).isZero();
    }

    @Test
    void goesOnByItselfWhenTheSinkWorksAgain() {
        sink.breakDown();
        RecordChannel channel = channel(1 << 20, WhenFull.DROP_NEWEST);
        InputLog log = log(channel);

        IntStream.range(0, 20).forEach(i -> answer(log, ALL, "p" + i));
        until(() -> channel.report().failing());
        assertThat(totals(channel).logged()).isZero();
        sink.repair();
        until(() -> totals(channel).logged() == 20);

        assertThat(channel.report().failing()).isFalse();
        assertThat(channel.report().failedFlushes()).isPositive();
        assertThat(sink.flushed()).hasSize(20).doesNotHaveDuplicates();
        log.close(LONG);
    }

    @Test
    void countsWhatTheReceiverRefusedAndWhatCannotBeWritten() {
        sink.refuse(1);
        RecordChannel channel = channel(1 << 20, WhenFull.DROP_NEWEST);
        InputLog log = log(channel);

        answer(log, ALL, "unwritable");
        answer(log, ALL, "p1");
        answer(log, ALL, "p2");
        log.close(LONG);

        WindowCounts counts = totals(channel);
        assertThat(counts.dropped()).containsEntry(DropReason.UNWRITABLE, 1L).containsKey(DropReason.REFUSED);
        assertThat(counts.logged()).isEqualTo(sink.flushed().size());
        assertThat(counts.pending()).isZero();
    }

    @Test
    void saysWhatBecameOfEveryWindowAndNothingOfEmptyOnes() {
        RecordChannel channel = new RecordChannel(
                "file",
                new Sampler(),
                record -> record,
                sink,
                new ChannelOptions(1 << 20, WhenFull.DROP_NEWEST, SHORT, Duration.ofMillis(60)),
                InstantSource.system());
        InputLog log = log(channel);
        ModelConfig half = LoggedRequests.config(LoggedRequests.share(0.5, true, true));

        int sent = 0;
        while (sink.windows().size() < 3) {
            answer(log, half, "p" + sent++);
            Thread.onSpinWait();
        }
        log.close(LONG);

        List<WindowCounts> windows = sink.windows();
        assertThat(windows).allSatisfy(window -> {
            assertThat(window.pending()).isZero();
            assertThat(window.received()).isPositive();
            assertThat(window.from()).isBefore(window.to());
        });
        assertThat(windows.stream().map(WindowCounts::number))
                .containsExactlyElementsOf(IntStream.rangeClosed(1, windows.size())
                        .mapToObj(Long::valueOf)
                        .toList());
        assertThat(windows.stream().mapToLong(WindowCounts::received).sum()).isEqualTo(sent);
        assertThat(windows.stream().mapToLong(WindowCounts::logged).sum())
                .isEqualTo(sink.flushed().size());
    }

    @Test
    void givesUpInTimeWhenItIsClosedWhileTheSinkFails() {
        sink.breakDown();
        RecordChannel channel = channel(1 << 20, WhenFull.DROP_NEWEST);
        InputLog log = log(channel);
        IntStream.range(0, 50).forEach(i -> answer(log, ALL, "p" + i));

        log.close(Duration.ofMillis(300));

        WindowCounts counts = totals(channel);
        assertThat(counts.dropped()).containsEntry(DropReason.STOPPED, 50L);
        assertThat(counts.pending()).isZero();
        assertThat(sink.isClosed()).isTrue();
        assertThat(requests.bytesInUse()).isZero();
    }

    @Test
    void choosesTheSameKeysEverywhere() {
        ModelConfig byKey = LoggedRequests.config(
                new LogConfig(true, 0.3, Map.of(), LogConfig.By.KEY, true, true, Map.of(), Optional.empty()));
        Sampler one = new Sampler();
        Sampler other = new Sampler();

        for (int user = 0; user < 1_000; user++) {
            String key = "user-" + user;
            Selection first = one.select(byKey, LoggedRequests.MODEL, "stable", "p" + user, key, false, false);
            Selection second = other.select(byKey, LoggedRequests.MODEL, "stable", "q" + user, key, false, false);
            assertThat(first).isEqualTo(second);
        }
    }

    @Test
    void choosesTheShareThatWasAskedForAndTellsIt() {
        ModelConfig tenth = LoggedRequests.config(LoggedRequests.share(0.1, true, true));
        Sampler sampler = new Sampler();

        long chosen = IntStream.range(0, 100_000)
                .filter(i -> {
                    Selection selection =
                            sampler.select(tenth, LoggedRequests.MODEL, "stable", "p" + i, null, false, false);
                    assertThat(selection == null || selection.probability() == 0.1)
                            .isTrue();
                    return selection != null;
                })
                .count();

        // 5 standard deviations of a binomial count.
        assertThat(chosen).isBetween(10_000 - 475L, 10_000 + 475L);
    }

    @Test
    void givesEveryArmItsOwnShare() {
        ModelConfig config = LoggedRequests.config(new LogConfig(
                true, 0, Map.of("canary", 1.0), LogConfig.By.PREDICTION, true, true, Map.of(), Optional.empty()));
        Sampler sampler = new Sampler();

        assertThat(sampler.select(config, LoggedRequests.MODEL, "canary", "p", null, false, false))
                .isEqualTo(new Selection(Selection.Reason.SHARE, 1));
        assertThat(sampler.select(config, LoggedRequests.MODEL, "stable", "p", null, false, false))
                .isNull();
    }
}
