package dev.sluice.canary.inputlog.jsonl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.canary.inputlog.jsonl.FaultyStorage.Call;
import dev.sluice.model.DataType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonLinesSinkTest {
    private static final String OPEN_NAME = "sluice-20260301T120000Z-[0-9a-f]{16}-000001\\.jsonl\\.open";

    @TempDir
    private Path temporary;

    private LogFixture log;

    @BeforeEach
    void makeFixture() {
        log = new LogFixture(temporary.resolve("state").resolve("log"));
    }

    @Test
    void makesNoFileBeforeThereIsSomethingToWrite() throws Exception {
        JsonLinesSink sink = log.sink();

        assertThat(sink.flush()).isZero();
        assertThat(sink.wantsWindowEnd()).isFalse();
        sink.close();

        assertThat(log.folder).doesNotExist();
    }

    @Test
    void writesASegmentThatOnlyItsUserCanReadAndClosesItBehindAWindow() throws Exception {
        JsonLinesSink sink = log.sink();

        LogFixture.write(sink, "a", "b");
        Path open = log.onlyFile();

        assertThat(String.valueOf(open.getFileName())).matches(OPEN_NAME);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(open)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(log.folder)))
                .isEqualTo("rwx------");
        assertThat(log.ids()).containsExactly("a", "b");

        sink.windowEnded(log.window(1, 2, 3, 4));
        sink.close();

        Path closed = log.onlyFile();
        List<String> lines = Files.readAllLines(closed);
        assertThat(closed.toString()).isEqualTo(open.toString().replace(".open", ""));
        assertThat(lines).hasSize(4);
        assertThat(lines.get(0))
                .matches("\\{\"schema\":1,\"type\":\"segment\",\"instance\":\"[0-9a-f]{16}\",\"sequence\":1,"
                        + "\"first_window\":1,\"created\":\"2026-03-01T12:00:00.000000Z\",\"server\":\"sluice test\"}");
        assertThat(lines.get(3))
                .matches("\\{\"schema\":1,\"type\":\"window\",\"window\":1,\"from\":\"2026-03-01T11:59:50.000000Z\","
                        + "\"to\":\"2026-03-01T12:00:00.000000Z\",\"received\":9,\"logged\":2,\"digests\":0,"
                        + "\"sampled_out\":3,\"dropped\":\\{\"queue_full\":4},\"crc32c\":\"[0-9a-f]{8}\"}");
        assertThat(log.verify().isSound()).isTrue();
        assertThat(log.closedTold).isEqualTo(1);
        assertThat(sink.segmentsClosed()).isEqualTo(1);
        assertThat(sink.bytesWritten()).isBetween(1L, Files.size(closed));
    }

    @Test
    void writesWindowsInWhichNothingWasLogged() throws Exception {
        JsonLinesSink sink = log.sink();

        sink.windowEnded(log.window(1, 0, 7, 0));
        sink.windowEnded(log.window(2, 0, 5, 0));
        sink.close();

        LogVerification verified = log.verify();
        assertThat(verified.isSound()).isTrue();
        assertThat(verified.sampledOut()).isEqualTo(12);
    }

    @Test
    void endsASegmentByItsSizeBehindAWindowOnly() throws Exception {
        log.segmentBytesMax = 2000;
        JsonLinesSink sink = log.sink();

        LogFixture.write(sink, "a");
        assertThat(sink.wantsWindowEnd()).isFalse();
        LogFixture.write(sink, "b", "c", "d");
        assertThat(sink.wantsWindowEnd()).isTrue();
        assertThat(sink.wantsWindowEnd()).as("once is enough").isFalse();
        assertThat(log.closedTold).isZero();
        sink.windowEnded(log.window(1, 4));
        LogFixture.write(sink, "e");
        sink.windowEnded(log.window(2, 1));
        sink.close();

        assertThat(log.files()).hasSize(2).allMatch(name -> name.endsWith(".jsonl"));
        assertThat(log.ids()).containsExactly("a", "b", "c", "d", "e");
        assertThat(log.damages()).isEmpty();
        assertThat(log.closedTold).isEqualTo(2);
    }

    @Test
    void endsASegmentByItsAge() throws Exception {
        JsonLinesSink sink = log.sink();

        LogFixture.write(sink, "a");
        log.now = log.now.plus(Duration.ofMinutes(59));
        assertThat(sink.wantsWindowEnd()).isFalse();
        log.now = log.now.plus(Duration.ofMinutes(1));
        assertThat(sink.wantsWindowEnd()).isTrue();
        sink.windowEnded(log.window(1, 1));

        assertThat(log.onlyFile().toString()).endsWith(".jsonl");
    }

    @Test
    void endsAnOldSegmentAlsoWhenNoMoreRequestsCome() throws Exception {
        JsonLinesSink sink = log.sink();
        LogFixture.write(sink, "a");
        sink.windowEnded(log.window(1, 1));

        log.now = log.now.plus(Duration.ofHours(1));

        assertThat(sink.wantsWindowEnd()).isFalse();
        assertThat(log.onlyFile().toString()).endsWith(".jsonl");
        LogFixture.write(sink, "b");
        assertThat(log.files()).hasSize(2);
    }

    @Test
    void isFullBeyondItsBuffer() throws Exception {
        JsonLinesSink sink = log.sink();
        int added = 0;

        while (!sink.isFull()) {
            sink.add(Records.plain("p-" + added++));
        }

        assertThat(added).isBetween(400, 600);
        sink.flush();
        assertThat(sink.isFull()).isFalse();
        assertThat(log.ids()).hasSize(added);
    }

    @Test
    void countsTheDigestsThatItMakesOfLargeRecords() throws Exception {
        log.recordBytesMax = 1000;
        JsonLinesSink sink = log.sink();

        sink.add(Records.plain("small"));
        sink.add(Records.answered(
                "large", List.of(Records.tensor("x", DataType.UINT8, new byte[5000], 5000)), List.of()));
        sink.add(Records.plain("digest").digest());

        assertThat(sink.shedToDigests()).isEqualTo(1);
        sink.flush();
        assertThat(sink.shedToDigests()).isZero();
        sink.close();
        assertThat(log.verify().digests()).isEqualTo(2);
    }

    @Test
    void leavesNothingOfAWriteThatFailsAndKeepsTheRecords() throws Exception {
        JsonLinesSink sink = log.sink();
        LogFixture.write(sink, "a");
        long size = Files.size(log.onlyFile());

        sink.add(Records.plain("b"));
        log.storage.failAfterBytes(100);
        log.storage.fail(Call.WRITE);
        assertThatThrownBy(sink::flush).isInstanceOf(IOException.class);
        assertThatThrownBy(sink::flush).isInstanceOf(IOException.class);

        assertThat(log.onlyFile()).hasSize(size);
        log.storage.fail();
        sink.flush();
        sink.windowEnded(log.window(1, 2));
        sink.close();
        assertThat(log.ids()).containsExactly("a", "b");
        assertThat(log.damages()).isEmpty();
    }

    @Test
    void cutsWhatAFailedWriteLeftEvenWhenThatFailsAtFirst() throws Exception {
        JsonLinesSink sink = log.sink();
        LogFixture.write(sink, "a");

        sink.add(Records.plain("b"));
        log.storage.failAfterBytes(100);
        log.storage.fail(Call.WRITE, Call.TRUNCATE, Call.REOPEN);
        assertThatThrownBy(sink::flush).hasMessage("no WRITE");
        assertThatThrownBy(sink::flush).hasMessage("no REOPEN");
        log.storage.fail(Call.TRUNCATE);
        assertThatThrownBy(sink::flush).hasMessage("no TRUNCATE");
        log.storage.fail();
        sink.flush();
        sink.windowEnded(log.window(1, 2));
        sink.close();

        assertThat(log.ids()).containsExactly("a", "b");
        assertThat(log.files()).hasSize(1);
        assertThat(log.damages()).isEmpty();
    }

    @Test
    void beginsWithAWholeHeadWhateverFailedBefore() throws Exception {
        JsonLinesSink sink = log.sink();
        sink.add(Records.plain("a"));
        log.storage.failAfterBytes(10);

        for (Call call : List.of(Call.CREATE_FOLDER, Call.CREATE, Call.WRITE)) {
            log.storage.fail(call);
            assertThatThrownBy(sink::flush).hasMessage("no " + call);
        }
        log.storage.fail();
        sink.flush();
        sink.windowEnded(log.window(1, 1));
        sink.close();

        assertThat(log.ids()).containsExactly("a");
        assertThat(log.damages()).isEmpty();
    }

    @Test
    void deletesAFileThatNeverGotALine() throws Exception {
        JsonLinesSink sink = log.sink();
        sink.add(Records.plain("a"));
        log.storage.fail(Call.WRITE);
        assertThatThrownBy(sink::flush).isInstanceOf(IOException.class);

        sink.close();

        assertThat(log.files()).isEmpty();
    }

    @Test
    void deletesAFileThatGotNothingButItsHead() throws Exception {
        JsonLinesSink sink = log.sink();
        sink.add(Records.plain("a"));
        log.storage.failAfterBytes(100_000);
        log.storage.failBeyondBytes(300);
        assertThatThrownBy(sink::flush).isInstanceOf(IOException.class);
        log.storage.failBeyondBytes(Long.MAX_VALUE);

        log.now = log.now.plus(Duration.ofHours(1));
        assertThat(sink.wantsWindowEnd()).isFalse();

        assertThat(log.files()).isEmpty();
        sink.flush();
        assertThat(log.ids()).containsExactly("a");
    }

    @Test
    void takesBackWhatCouldNotBeForcedToTheDevice() throws Exception {
        log.sync = Sync.FLUSH;
        JsonLinesSink sink = log.sink();
        sink.add(Records.plain("a"));

        log.storage.fail(Call.FORCE);
        assertThatThrownBy(sink::flush).hasMessage("no FORCE");
        assertThat(log.ids()).isEmpty();
        log.storage.fail();
        sink.flush();

        assertThat(log.ids()).containsExactly("a");
    }

    @Test
    void forcesFilesToTheDeviceWhenItsPolicySaysSo() throws Exception {
        for (Sync sync : Sync.values()) {
            log.sync = sync;
            log.storage.calls().clear();
            JsonLinesSink sink = log.sink();
            LogFixture.write(sink, "a");
            sink.windowEnded(log.window(1, 1));
            sink.close();

            assertThat(log.storage.calls().stream().filter(Call.FORCE::equals))
                    .hasSize(
                            switch (sync) {
                                case NEVER -> 0;
                                case ROTATION -> 1;
                                case FLUSH -> 3;
                            });
            assertThat(log.storage.calls().stream().filter(Call.SYNC_FOLDER::equals))
                    .hasSize(
                            switch (sync) {
                                case NEVER -> 0;
                                case ROTATION -> 1;
                                case FLUSH -> 2;
                            });
        }
    }

    @Test
    void writesAWindowOnceAlthoughItsSegmentCannotEnd() throws Exception {
        log.segmentBytesMax = 1;
        JsonLinesSink sink = log.sink();
        LogFixture.write(sink, "a");

        log.storage.fail(Call.RENAME);
        sink.windowEnded(log.window(1, 1));
        LogFixture.write(sink, "b");
        sink.windowEnded(log.window(2, 1));
        assertThat(log.onlyFile().toString()).endsWith(".open");
        log.storage.fail();
        assertThat(sink.wantsWindowEnd()).as("tries again only after a while").isFalse();
        assertThat(log.onlyFile().toString()).endsWith(".open");
        log.now = log.now.plusSeconds(1);
        assertThat(sink.wantsWindowEnd()).isFalse();

        assertThat(log.onlyFile().toString()).endsWith(".jsonl");
        assertThat(log.damages()).isEmpty();
        assertThat(log.ids()).containsExactly("a", "b");
    }

    @Test
    void doesNotWriteWhatTheChannelGaveUp() throws Exception {
        JsonLinesSink sink = log.sink();
        LogFixture.write(sink, "a");
        sink.add(Records.plain("given up"));
        log.storage.fail(Call.WRITE);
        assertThatThrownBy(sink::flush).isInstanceOf(IOException.class);
        log.storage.fail();

        sink.windowEnded(log.window(1, 1, 0, 1));
        sink.close();

        assertThat(log.ids()).containsExactly("a");
        assertThat(log.damages()).isEmpty();
    }

    @Test
    void goesOnInANewSegmentWhenItsFileWasTakenAway() throws Exception {
        JsonLinesSink sink = log.sink();
        LogFixture.write(sink, "a");
        sink.windowEnded(log.window(1, 1));

        Files.delete(log.onlyFile());
        Files.delete(log.folder);
        LogFixture.write(sink, "b");
        sink.windowEnded(log.window(2, 1));
        sink.close();

        assertThat(log.ids()).containsExactly("b");
        assertThat(log.onlyFile().toString()).endsWith("-000002.jsonl");
        assertThat(log.damages()).isEmpty();
    }

    @Test
    void leavesASegmentOpenWhoseWindowNeverEnded() throws Exception {
        JsonLinesSink sink = log.sink();
        LogFixture.write(sink, "a");

        sink.close();

        assertThat(log.onlyFile().toString()).endsWith(".open");
    }
}
