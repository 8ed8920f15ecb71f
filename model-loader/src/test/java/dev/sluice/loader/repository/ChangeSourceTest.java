package dev.sluice.loader.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.loader.fakes.FakeFileSystem;
import dev.sluice.loader.fakes.FakeFileSystem.Call;
import dev.sluice.loader.fakes.FakeNanoClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ChangeSourceTest {
    private static final long LONG = TimeUnit.SECONDS.toNanos(20);
    private static final long SHORT = TimeUnit.MILLISECONDS.toNanos(150);

    @TempDir
    Path root;

    private Path models = Path.of("");

    @BeforeEach
    void repository() throws IOException {
        models = root.resolve("models");
        write("fraud/1/model.onnx");
    }

    @Nested
    @EnabledOnOs(OS.LINUX)
    class Notified {
        @Test
        void hearsOfFilesInFoldersThatCameLater() throws Exception {
            try (NotifiedChanges changes = open()) {
                Files.createDirectories(models.resolve("fraud/2"));
                assertThat(changes.await(LONG)).isTrue();
                changes.resync();

                write("fraud/2/model.onnx");
                assertThat(changes.await(LONG)).isTrue();
                assertThat(changes.folders()).isEqualTo(5); // the one around, models, fraud, 1, 2
            }
        }

        @Test
        void doesNotCareForHiddenFilesAndBackups() throws Exception {
            try (NotifiedChanges changes = open()) {
                write("fraud/.model.yaml.swp");
                write("fraud/model.yaml~");
                write("fraud/.staging-2-1/model.onnx");

                assertThat(changes.await(SHORT)).isFalse();
            }
        }

        @Test
        void hearsOfVolumesThatKubernetesSwaps() throws Exception {
            try (NotifiedChanges changes = open()) {
                Files.createSymbolicLink(models.resolve("..data"), root);

                assertThat(changes.await(LONG)).isTrue();
            }
        }

        @Test
        void hearsOfARepositoryThatComesBack() throws Exception {
            try (NotifiedChanges changes = open()) {
                Files.move(models, root.resolve("away"));
                assertThat(changes.await(LONG)).isTrue();
                changes.resync();
                assertThat(changes.folders()).isEqualTo(1);

                Files.move(root.resolve("away"), models);
                assertThat(changes.await(LONG)).isTrue();
            }
        }

        @Test
        void doesNotCareForNeighboursOfTheRepository() throws Exception {
            try (NotifiedChanges changes = open()) {
                Files.writeString(root.resolve("neighbour"), "");

                assertThat(changes.await(SHORT)).isFalse();
            }
        }

        @Test
        void watchesNoMoreFoldersThanItMay() throws IOException {
            try (NotifiedChanges changes = new NotifiedChanges(List.of(models), 3)) {
                assertThatThrownBy(changes::resync).hasMessage("there are more than 3 folders");
            }
        }

        @Test
        void endsItsWaitWhenItIsClosed() throws Exception {
            NotifiedChanges changes = open();
            changes.close();

            assertThat(changes.await(LONG)).isFalse();
        }

        private NotifiedChanges open() throws IOException {
            NotifiedChanges changes = new NotifiedChanges(List.of(models), 100);
            changes.resync();
            return changes;
        }
    }

    @Nested
    class Polled {
        private final FakeNanoClock clock = new FakeNanoClock();

        @Test
        void findsWhatChangedOncePerPeriod() throws Exception {
            PolledChanges changes = open();
            write("fraud/2/model.onnx");

            assertThat(changes.await(0)).isFalse();
            clock.advanceMillis(1000);
            assertThat(changes.await(LONG)).isTrue();
            clock.advanceMillis(1000);
            assertThat(changes.await(LONG)).isFalse();
        }

        @Test
        void doesNotCareForHiddenFilesAndBackups() throws Exception {
            PolledChanges changes = open();
            write(".git/index");
            write("fraud/.staging-2-1/model.onnx");
            write("fraud/model.yaml~");

            clock.advanceMillis(1000);
            assertThat(changes.await(LONG)).isFalse();
        }

        @Test
        void findsARepositoryThatIsGone() throws Exception {
            PolledChanges changes = open();
            Files.move(models, root.resolve("away"));

            clock.advanceMillis(1000);
            assertThat(changes.await(LONG)).isTrue();
        }

        @Test
        void endsItsWaitWhenItIsClosed() throws Exception {
            PolledChanges changes = open();
            changes.close();

            assertThat(changes.await(LONG)).isFalse();
        }

        @Test
        void passesByALinkedFolderThatVanishesMeanwhile() throws Exception {
            Files.createSymbolicLink(models.resolve("fraud/2"), models.resolve("fraud/1"));
            FakeFileSystem system = new FakeFileSystem();
            system.failAs((call, path) -> {
                if (call == Call.REAL_PATH && path.endsWith("fraud/2")) {
                    throw new NoSuchFileException(path.toString());
                }
            });
            PolledChanges changes = new PolledChanges(List.of(system.of(models)), Duration.ofSeconds(1), clock);
            changes.resync();

            clock.advanceMillis(1000);
            assertThat(changes.await(LONG)).isFalse();
        }

        private PolledChanges open() throws IOException {
            PolledChanges changes = new PolledChanges(List.of(models), Duration.ofSeconds(1), clock);
            changes.resync();
            return changes;
        }
    }

    private void write(String path) throws IOException {
        Path file = models.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "x");
    }
}
