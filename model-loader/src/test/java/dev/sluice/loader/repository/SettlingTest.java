package dev.sluice.loader.repository;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.fakes.FakeFileSystem;
import dev.sluice.loader.fakes.FakeFileSystem.Call;
import dev.sluice.loader.fakes.FakeNanoClock;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests move elapsed time; the wall clock stands still where the test began, so that files look new unless it is moved. */
class SettlingTest {
    private final FakeNanoClock clock = new FakeNanoClock();
    private final FakeFileSystem system = new FakeFileSystem();
    private final ReadRetry retry = new ReadRetry(Duration.ofMillis(1));
    private Instant wall = Instant.now();

    @TempDir
    Path root;

    private FolderModelRepository repository = new FolderModelRepository(List.of());

    @BeforeEach
    void watch() {
        repository = repository(Duration.ofSeconds(1));
    }

    @Test
    void aNewVersionIsNotThereBeforeItsFilesHaveStoppedChanging() throws IOException {
        write("fraud/1/model.onnx", "a");

        RepositoryScan scan = repository.look();
        assertThat(versions(scan)).isEmpty();
        assertThat(scan.definitions().get(0).problems())
                .containsExactly("fraud: version 1 is still being written:"
                        + " without manifest.json it counts once its files stop changing");
        assertThat(scan.lookAgain())
                .hasValueSatisfying(wait -> assertThat(wait).isPositive().isLessThanOrEqualTo(Duration.ofSeconds(1)));

        pass(999);
        write("fraud/1/model.onnx", "ab");
        assertThat(versions(repository.look())).isEmpty();

        pass(999);
        assertThat(versions(repository.look())).isEmpty();

        pass(1);
        scan = repository.look();
        assertThat(versions(scan)).containsExactly(1L);
        assertThat(scan.lookAgain()).isEmpty();
    }

    @Test
    void whatHasBeenThereForLongIsThereAtOnce() throws IOException {
        write("fraud/1/model.onnx", "a");
        wall = Instant.now().plusMillis(1000);

        assertThat(versions(repository.look())).containsExactly(1L);
    }

    @Test
    void aVersionWithAManifestIsThereAtOnce() throws IOException {
        write("fraud/1/model.onnx", "a");
        write("fraud/1/manifest.json", "{}");

        assertThat(versions(repository.look())).containsExactly(1L);
        assertThat(repository.look().lookAgain()).isEmpty();
    }

    @Test
    void aVersionWhoseFilesChangeIsThereAsItWasUntilTheySettle() throws IOException {
        write("fraud/1/model.onnx", "a");
        settle();
        long before = onlyVersion().stamp();

        write("fraud/1/model.onnx", "ab");
        assertThat(onlyVersion().stamp()).isEqualTo(before);
        assertThat(repository.look().lookAgain()).isPresent();

        pass(1000);
        assertThat(onlyVersion().stamp()).isNotEqualTo(before);
    }

    @Test
    void changedFilesOfAVersionWithAManifestMakeAnotherTargetAtOnce() throws IOException {
        write("fraud/1/model.onnx", "a");
        write("fraud/1/manifest.json", "{}");
        long before = onlyVersion().stamp();

        write("fraud/1/model.onnx", "ab");

        assertThat(onlyVersion().stamp()).isNotEqualTo(before);
    }

    @Test
    void oneVersionThatIsBeingWrittenHidesNoOther() throws IOException {
        write("fraud/1/model.onnx", "a");
        settle();
        assertThat(versions(repository.look())).containsExactly(1L);

        write("fraud/2/model.onnx", "b");
        RepositoryScan scan = repository.look();

        assertThat(versions(scan)).containsExactly(1L);
        assertThat(scan.definitions().get(0).problems()).isEmpty();
        assertThat(scan.definitions().get(0).warnings()).hasSize(1);
    }

    @Test
    void timesInTheFutureCostNoMoreThanWaiting() throws IOException {
        Path file = write("fraud/1/model.onnx", "a");
        Files.setLastModifiedTime(file, FileTime.from(wall.plusSeconds(3600)));

        assertThat(versions(repository.look())).isEmpty();
        pass(1000);
        assertThat(versions(repository.look())).containsExactly(1L);
    }

    @Test
    void withoutASettlingTimeEverythingIsThereAtOnce() throws IOException {
        repository = repository(Duration.ZERO);
        write("fraud/model.onnx", "a");

        assertThat(versions(repository.look())).containsExactly(1L);
    }

    @Test
    void aFlatModelSettlesWithoutItsConfiguration() throws IOException {
        write("fraud/model.onnx", "a");
        settle();
        long before = onlyVersion().stamp();

        write("fraud/model.yaml", "keep-previous: 0");
        assertThat(onlyVersion().stamp()).isEqualTo(before);
    }

    @Test
    void stagingFoldersAreNeverSeen() throws IOException {
        write("fraud/1/model.onnx", "a");
        settle();
        RepositoryScan before = repository.look();

        write("fraud/.staging-2-1a/model.onnx", "b");

        assertThat(repository.look()).isEqualTo(before);
    }

    @Test
    void aLookThatFailsForgetsNothingThatHadSettled() throws IOException {
        write("fraud/1/model.onnx", "a");
        settle();
        long retries = retry.retries();
        system.failAs((call, path) -> {
            if (call == Call.LIST && path.endsWith("fraud") && retry.retries() == retries) {
                throw new FileSystemException(path.toString(), null, "Input/output error");
            }
        });

        assertThat(versions(repository.look())).containsExactly(1L);
        assertThat(retry.retries()).isEqualTo(retries + 1);
    }

    @Test
    void aModelThatMayNotBeLookedAtForAWhileHasSettledAfterwards() throws IOException {
        write("fraud/1/model.onnx", "a");
        settle();
        system.failAs((call, path) -> {
            if (call == Call.LIST && path.endsWith("fraud")) {
                throw new AccessDeniedException(path.toString());
            }
        });
        assertThat(repository.look().definitions().get(0).problems()).hasSize(1);
        system.failAs((call, path) -> {});

        assertThat(versions(repository.look())).containsExactly(1L);
    }

    @Test
    void aVersionThatCannotBeReadAnyMoreIsThereAsItWas() throws IOException {
        write("fraud/1/model.onnx", "a");
        write("fraud/2/model.onnx", "a");
        settle();
        List<VersionFiles> before = repository.look().definitions().get(0).available();
        write("fraud/2/model.onnx", "ab");
        system.failAs((call, path) -> {
            if (call == Call.LIST && path.endsWith("fraud/2")) {
                throw new FileSystemException(path.toString(), null, "Stale file handle");
            }
        });

        ModelDefinition fraud = repository.look().definitions().get(0);

        assertThat(fraud.available()).isEqualTo(before).hasSize(2);
        assertThat(fraud.warnings())
                .containsExactly("fraud: version 2 cannot be read: " + root.resolve("fraud/2")
                        + ": Stale file handle; it counts as it was");
    }

    @Test
    void aVersionThatIsGoneIsNotKeptByALookThatFails() throws IOException {
        write("churn/1/model.onnx", "a");
        write("fraud/1/model.onnx", "a");
        Path gone = write("fraud/2/model.onnx", "a");
        settle();
        Files.delete(gone);
        Files.delete(gone.getParent());
        system.failAs((call, path) -> {
            if (call == Call.LIST && path.endsWith("churn")) {
                throw new FileSystemException(path.toString(), null, "Stale file handle");
            }
        });
        repository.look();
        write("fraud/2/model.onnx", "a");

        assertThat(repository.look().definitions().get(1).available()).hasSize(1);
    }

    private FolderModelRepository repository(Duration settle) {
        return new FolderModelRepository(
                List.of(system.of(root)), Optional.empty(), Map.of(), new Settling(settle, clock, () -> wall), retry);
    }

    private void settle() {
        repository.look();
        pass(1000);
        repository.look();
    }

    private void pass(long millis) {
        clock.advanceMillis(millis);
    }

    private List<Long> versions(RepositoryScan scan) {
        return scan.definitions().get(0).available().stream()
                .map(files -> files.key().version())
                .toList();
    }

    private VersionFiles onlyVersion() {
        return repository.look().definitions().get(0).available().get(0);
    }

    private Path write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }
}
