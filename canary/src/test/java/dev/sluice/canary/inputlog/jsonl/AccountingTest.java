package dev.sluice.canary.inputlog.jsonl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.canary.inputlog.ChannelOptions;
import dev.sluice.canary.inputlog.DropReason;
import dev.sluice.canary.inputlog.InputLog;
import dev.sluice.canary.inputlog.LoggedRequests;
import dev.sluice.canary.inputlog.RecordChannel;
import dev.sluice.canary.inputlog.RecordDraft;
import dev.sluice.canary.inputlog.Sampler;
import dev.sluice.canary.inputlog.WhenFull;
import dev.sluice.canary.inputlog.WindowCounts;
import dev.sluice.canary.inputlog.jsonl.FaultyStorage.Call;
import dev.sluice.model.InferRequest;
import dev.sluice.model.InferResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A channel and its files together: what is received is logged, dropped or sampled out, and the files say the same. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class AccountingTest {
    @TempDir
    private Path temporary;

    private final LoggedRequests requests = new LoggedRequests();
    private LogFixture log;
    private int sent;
    private double share = 0.6;
    private long recordBytesMax = 1 << 20;

    @BeforeEach
    void makeFixture() {
        log = new LogFixture(temporary.resolve("log"));
    }

    private RecordChannel channel(WhenFull whenFull) {
        SegmentOptions options = new SegmentOptions(
                log.folder, recordBytesMax, 20_000, Duration.ofMillis(200), Sync.NEVER, "sluice test");
        return new RecordChannel(
                "file",
                new Sampler(),
                record -> record,
                new JsonLinesSink(options, InstantSource.system(), new SplittableRandom(7), () -> {}, log.storage),
                new ChannelOptions(64 << 10, whenFull, Duration.ofMillis(10), Duration.ofMillis(50)),
                InstantSource.system());
    }

    private void answer(RecordChannel channel, int count) {
        InputLog inputLog = new InputLog(List.of(channel), InstantSource.system());
        for (int i = 0; i < count; i++) {
            answer(inputLog, i, 2, 3, 4);
        }
    }

    private void answer(InputLog inputLog, float... row) {
        String id = "p-" + sent++;
        InferRequest request = requests.request(id, row);
        RecordDraft draft = inputLog.begin(
                LoggedRequests.route(),
                LoggedRequests.SIGNATURE,
                LoggedRequests.config(LoggedRequests.share(share, true, true)),
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

    private static void until(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private void assertFilesSay(WindowCounts totals) throws Exception {
        LogVerification verified = log.verify();
        assertThat(verified.findings()).isEmpty();
        assertThat(verified.unaccounted()).isZero();
        assertThat(verified.received()).isEqualTo(totals.received()).isEqualTo(sent);
        assertThat(verified.logged()).isEqualTo(totals.logged()).isEqualTo(verified.records());
        assertThat(verified.digests()).isEqualTo(totals.digests());
        assertThat(verified.sampledOut()).isEqualTo(totals.sampledOut());
        assertThat(verified.dropped()).isEqualTo(totals.dropped());
        assertThat(verified.received()).isEqualTo(verified.logged() + verified.droppedTotal() + verified.sampledOut());
        List<String> ids = log.ids();
        assertThat(new HashSet<>(ids)).as("nothing is there twice").hasSameSizeAs(ids);
        assertThat(log.files()).allMatch(name -> name.endsWith(".jsonl"));
    }

    @ParameterizedTest
    @EnumSource(WhenFull.class)
    void addsUpExactlyWhileFilesFailAndTheQueueOverflows(WhenFull whenFull) throws Exception {
        RecordChannel channel = channel(whenFull);

        answer(channel, 200);
        until(() -> channel.report().totals().logged() > 0);
        log.storage.failAfterBytes(700);
        log.storage.fail(Call.WRITE);
        answer(channel, 400);
        until(() -> channel.report().failing());
        log.storage.fail(Call.WRITE, Call.TRUNCATE);
        answer(channel, 400);
        long failed = channel.report().failedFlushes();
        until(() -> channel.report().failedFlushes() > failed);
        log.storage.fail();
        until(() -> !channel.report().failing());
        answer(channel, 200);
        channel.close(Duration.ofSeconds(20));

        WindowCounts totals = channel.report().totals();
        assertThat(totals.pending()).isZero();
        assertThat(totals.droppedTotal()).isPositive();
        assertThat(totals.sampledOut()).isPositive();
        assertFilesSay(totals);
        assertThat(requests.bytesInUse()).isZero();
    }

    @Test
    void addsUpExactlyOverManySegmentsWhenNothingFails() throws Exception {
        RecordChannel channel = channel(WhenFull.DROP_NEWEST);

        for (int i = 0; i < 20; i++) {
            answer(channel, 50);
            until(() -> channel.report().totals().pending() == 0);
        }
        channel.close(Duration.ofSeconds(20));

        WindowCounts totals = channel.report().totals();
        assertThat(totals.dropped()).isEmpty();
        assertThat(log.files()).hasSizeGreaterThan(5);
        assertFilesSay(totals);
    }

    @Test
    void countsDigestsOfRecordsThatAreTooLarge() throws Exception {
        recordBytesMax = 800;
        share = 1;
        RecordChannel channel = channel(WhenFull.DROP_NEWEST);

        InputLog inputLog = new InputLog(List.of(channel), InstantSource.system());
        for (int columns : List.of(4, 100, 4, 200)) {
            answer(inputLog, new float[columns]);
        }
        channel.close(Duration.ofSeconds(20));

        WindowCounts totals = channel.report().totals();
        assertThat(totals.logged()).isEqualTo(4);
        assertThat(totals.digests()).isEqualTo(2);
        assertFilesSay(totals);
    }

    @Test
    void countsAsDroppedWhatAChannelCouldNotWriteBeforeItsEnd() throws Exception {
        RecordChannel channel = channel(WhenFull.DROP_NEWEST);
        answer(channel, 50);
        until(() -> channel.report().totals().pending() == 0);
        long logged = channel.report().totals().logged();

        log.storage.fail(Call.WRITE);
        answer(channel, 20);
        until(() -> channel.report().failing());
        channel.close(Duration.ofMillis(100));

        WindowCounts totals = channel.report().totals();
        assertThat(totals.pending()).isZero();
        assertThat(totals.logged()).isEqualTo(logged);
        assertThat(totals.dropped()).containsOnlyKeys(DropReason.STOPPED);
        assertThat(log.ids()).hasSize((int) logged);
        assertThat(log.damages()).isEmpty();
        assertThat(requests.bytesInUse()).isZero();
    }
}
