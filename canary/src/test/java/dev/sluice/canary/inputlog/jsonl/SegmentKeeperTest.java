package dev.sluice.canary.inputlog.jsonl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class SegmentKeeperTest {
    private static final long PLENTY = 1 << 30;

    @TempDir
    private Path temporary;

    private LogFixture log;

    @BeforeEach
    void makeFixture() {
        log = new LogFixture(temporary.resolve("log"));
    }

    private SegmentKeeper keeper(@Nullable SegmentRewriter rewriter, long keepBytesMax) {
        return new SegmentKeeper(log.folder, Optional.ofNullable(rewriter), keepBytesMax);
    }

    /** A closed segment of a process of its own, one second after the one before. */
    private Path segment(String... predictionIds) throws Exception {
        JsonLinesSink sink = log.sink();
        LogFixture.write(sink, predictionIds);
        sink.windowEnded(log.window(1, predictionIds.length));
        sink.close();
        log.now = log.now.plusSeconds(1);
        List<String> plain =
                log.files().stream().filter(name -> name.endsWith(".jsonl")).toList();
        return log.folder.resolve(plain.get(plain.size() - 1));
    }

    @Test
    void compressesClosedSegmentsAndKeepsEveryLine() throws Exception {
        Path first = segment("a", "b");
        Path second = segment("c");
        long before = Files.size(first) + Files.size(second);
        SegmentKeeper keeper = keeper(new GzipRewriter(), PLENTY);

        keeper.sweep();

        assertThat(log.files()).hasSize(2).allMatch(name -> name.endsWith(".jsonl.gz"));
        assertThat(log.ids()).containsExactly("a", "b", "c");
        assertThat(log.damages()).isEmpty();
        KeeperReport report = keeper.report();
        assertThat(report.segmentsRewritten()).isEqualTo(2);
        assertThat(report.bytesBefore()).isEqualTo(before);
        assertThat(report.bytesAfter()).isEqualTo(report.bytesKept()).isBetween(1L, before);
        assertThat(report.failures()).isZero();
        Path compressed = log.folder.resolve(log.files().get(0));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(compressed)))
                .isEqualTo("rw-------");
    }

    @Test
    void leavesOpenSegmentsAndStrangersAlone() throws Exception {
        JsonLinesSink open = log.sink();
        LogFixture.write(open, "a");
        Files.writeString(log.folder.resolve("notes.jsonl"), "x");
        List<String> before = log.files();

        keeper(new GzipRewriter(), 0).sweep();

        assertThat(log.files()).isEqualTo(before);
    }

    @Test
    void finishesWhatACrashLeftBetweenRenameAndDeletion() throws Exception {
        Path plain = segment("a");
        byte[] lines = Files.readAllBytes(plain);
        keeper(new GzipRewriter(), PLENTY).sweep();
        Files.write(plain, lines);
        assertThat(log.ids()).containsExactly("a");

        keeper(new GzipRewriter(), PLENTY).sweep();

        assertThat(log.files()).hasSize(1).allMatch(name -> name.endsWith(".gz"));
        assertThat(log.ids()).containsExactly("a");
    }

    @Test
    void deletesTemporaryFilesOfTheDeadButNotThoseOfTheLiving() throws Exception {
        Path plain = segment("a");
        Path dead = Files.writeString(Path.of(plain + ".gz.tmp"), "half");
        Path living = Path.of(plain.toString().replace("-000001.", "-000002.") + ".gz.tmp");
        try (FileChannel channel = FileChannel.open(living, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            assertThat(lock.isValid()).isTrue();

            keeper(null, PLENTY).sweep();

            assertThat(dead).doesNotExist();
            assertThat(living).exists();
        }
    }

    @Test
    void deletesTheOldestFilesOfAnyFormBeyondItsBytes() throws Exception {
        for (String id : List.of("a", "b", "c", "d")) {
            segment(id);
        }
        List<String> files = log.files();
        Path oldest = log.folder.resolve(files.get(0));
        Files.move(oldest, Path.of(oldest.toString().replace(".jsonl", ".parquet")));
        long each = Files.size(log.folder.resolve(files.get(3)));
        SegmentKeeper keeper = keeper(null, 2 * each + each / 2);

        keeper.sweep();

        assertThat(log.ids()).containsExactly("c", "d");
        assertThat(log.files()).hasSize(2);
        assertThat(keeper.report().filesDeleted()).isEqualTo(2);
        assertThat(keeper.report().bytesDeleted()).isEqualTo(2 * each);
        assertThat(keeper.report().bytesKept()).isEqualTo(2 * each);
    }

    @Test
    void keepsTheSegmentAndTriesAgainWhenRewritingFails() throws Exception {
        segment("a");
        FailingRewriter rewriter = new FailingRewriter(new IOException("no space left on device"));
        SegmentKeeper keeper = keeper(rewriter, PLENTY);

        keeper.sweep();
        keeper.sweep();

        assertThat(keeper.report().failures()).isEqualTo(2);
        assertThat(log.files()).hasSize(1).allMatch(name -> name.endsWith(".jsonl"));
        rewriter.failure = null;
        keeper.sweep();
        assertThat(keeper.report().segmentsRewritten()).isEqualTo(1);
        assertThat(log.files()).hasSize(1).allMatch(name -> name.endsWith(".other"));
    }

    @Test
    void triesADamagedSegmentOnce() throws Exception {
        segment("a");
        FailingRewriter rewriter = new FailingRewriter(new LogFormatException("damaged"));
        SegmentKeeper keeper = keeper(rewriter, PLENTY);

        keeper.sweep();
        keeper.sweep();

        assertThat(keeper.report().failures()).isEqualTo(1);
        assertThat(rewriter.calls).hasSize(1);
        assertThat(log.ids()).containsExactly("a");
    }

    @Test
    void deletesTheOldestAlsoWhenRewritingFails() throws Exception {
        segment("a");
        segment("b");
        SegmentKeeper keeper = keeper(new FailingRewriter(new IOException("no space left on device")), 0);

        keeper.sweep();

        assertThat(log.files()).isEmpty();
        assertThat(keeper.report().filesDeleted()).isEqualTo(2);
    }

    @Test
    void doesNothingWithoutAFolder() throws Exception {
        keeper(new GzipRewriter(), PLENTY).sweep();

        assertThat(log.folder).doesNotExist();
    }

    @Test
    void worksOnItsOwnThreadWhenItIsTold() throws Exception {
        FailingRewriter rewriter = new FailingRewriter(null);
        try (SegmentKeeper keeper = keeper(rewriter, PLENTY)) {
            keeper.start();
            segment("a");
            while (!rewriter.done.await(10, TimeUnit.MILLISECONDS)) {
                keeper.segmentClosed();
            }
        }

        assertThat(rewriter.thread).isEqualTo("sluice-log-keeper");
    }

    /** Fails as long as it has a failure; else copies nothing but says that it did. */
    private static final class FailingRewriter implements SegmentRewriter {
        private final List<Path> calls = new ArrayList<>();
        private final CountDownLatch done = new CountDownLatch(1);
        private volatile @Nullable IOException failure;
        private volatile String thread = "";

        FailingRewriter(@Nullable IOException failure) {
            this.failure = failure;
        }

        @Override
        public String suffix() {
            return ".other";
        }

        @Override
        public void rewrite(LogFile segment, OutputStream to) throws IOException {
            calls.add(segment.path());
            to.write(1);
            IOException present = failure;
            if (present != null) {
                throw present;
            }
            thread = Thread.currentThread().getName();
            done.countDown();
        }
    }
}
