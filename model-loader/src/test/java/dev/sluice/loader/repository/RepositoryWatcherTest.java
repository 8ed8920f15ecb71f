package dev.sluice.loader.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.model.NanoClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class RepositoryWatcherTest {
    private static final Duration POLL_INTERVAL = Duration.ofMillis(50);

    private final BlockingQueue<String> looks = new LinkedBlockingQueue<>();

    @TempDir
    Path root;

    @Test
    void looksAtOnceAndAfterAChange() throws Exception {
        try (RepositoryWatcher watcher = start(WatchMode.NOTIFY, 100, Optional.empty())) {
            awaitLook();
            Files.createDirectories(root.resolve("fraud/1"));
            awaitLook();

            assertThat(watcher.mode()).isEqualTo(WatchMode.NOTIFY);
            assertThat(watcher.watchedFolders()).isPositive();
            assertThat(watcher.lastLook()).isPresent();
            assertThat(watcher.failures()).isZero();
        }
    }

    @Test
    void gathersManyChangesIntoFewLooks() throws Exception {
        try (RepositoryWatcher watcher = start(WatchMode.NOTIFY, 100, Optional.empty())) {
            awaitLook();
            for (int i = 0; i < 200; i++) {
                Files.writeString(root.resolve("file" + i), "");
            }
            awaitLook();

            assertThat(watcher.looks()).isLessThan(20);
        }
    }

    @Test
    void looksAgainWhenALookAsksForIt() throws Exception {
        try (RepositoryWatcher watcher = start(WatchMode.NOTIFY, 100, Optional.of(Duration.ofMillis(1)))) {
            awaitLook();
            awaitLook();
            awaitLook();

            assertThat(watcher.looks()).isGreaterThanOrEqualTo(3);
        }
    }

    @Test
    void pollsWhereThereAreTooManyFoldersToWatch() throws Exception {
        Files.createDirectories(root.resolve("fraud/1"));
        try (RepositoryWatcher watcher = start(WatchMode.AUTO, 2, Optional.empty())) {
            awaitLook();
            Files.createDirectories(root.resolve("fraud/2"));
            awaitLook();

            assertThat(watcher.mode()).isEqualTo(WatchMode.POLL);
            assertThat(watcher.watchedFolders()).isZero();
        }
    }

    @Test
    void survivesLooksThatFail() throws Exception {
        BlockingQueue<RuntimeException> failures = new LinkedBlockingQueue<>(
                List.of(new RepositoryException("gone"), new IllegalStateException("unexpected")));
        RepositoryWatcher.Look look = () -> {
            looks.add("look");
            RuntimeException failure = failures.poll();
            if (failure != null) {
                throw failure;
            }
            return Optional.empty();
        };
        try (RepositoryWatcher watcher = start(WatchMode.POLL, 100, look)) {
            awaitLook();
            awaitLook();
            awaitLook();

            assertThat(watcher.failures()).isEqualTo(2);
        }
    }

    @Test
    void looksNoMoreOnceItIsClosed() throws Exception {
        RepositoryWatcher watcher = start(WatchMode.NOTIFY, 100, Optional.empty());
        awaitLook();
        watcher.close();
        long looked = watcher.looks();

        Files.writeString(root.resolve("file"), "");

        assertThat(looks.poll(300, TimeUnit.MILLISECONDS)).isNull();
        assertThat(watcher.looks()).isEqualTo(looked);
    }

    @Test
    void thereIsNoWatcherWhereNothingIsWatched() {
        assertThatThrownBy(() -> start(WatchMode.OFF, 100, Optional.empty()))
                .hasMessage("mode must be auto, notify or poll, got off");
    }

    private RepositoryWatcher start(WatchMode mode, int foldersMax, Optional<Duration> again) {
        return start(mode, foldersMax, () -> {
            looks.add("look");
            return again;
        });
    }

    private RepositoryWatcher start(WatchMode mode, int foldersMax, RepositoryWatcher.Look look) {
        return RepositoryWatcher.start(
                List.of(root), mode, POLL_INTERVAL, look, NanoClock.system(), InstantSource.system(), foldersMax);
    }

    private void awaitLook() throws InterruptedException, IOException {
        assertThat(looks.poll(20, TimeUnit.SECONDS)).as("a look within 20 s").isNotNull();
    }
}
