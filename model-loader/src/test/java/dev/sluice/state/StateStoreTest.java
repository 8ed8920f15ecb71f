package dev.sluice.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.JDBC;

class StateStoreTest {
    private static final Instant NOW = Instant.ofEpochMilli(1_700_000_000_123L);

    @TempDir
    Path folder;

    private StateStore open() {
        return StateStore.open(folder.resolve("state"), Optional.empty());
    }

    private static void save(StateStore store, SavedModel model) {
        store.save(List.of(model), null);
    }

    @Test
    void knowsNothingAtFirst() {
        try (StateStore store = open()) {
            assertThat(store.models()).isEmpty();
            assertThat(store.model("fraud")).isEqualTo(SavedModel.unknown("fraud"));
            assertThat(store.isKept()).isTrue();
        }
    }

    @Test
    void findsEverythingAgainWhenItIsOpenedAgain() {
        SavedModel fraud = SavedModel.unknown("fraud")
                .withLabel("stable", 2, NOW)
                .withLabel("candidate", 3, NOW.plusMillis(5))
                .withStopped(1L)
                .withLoaded(7)
                .withServed(1, NOW)
                .withServed(2, NOW);
        SavedModel churn = SavedModel.unknown("churn").withStopped(true);
        try (StateStore store = open()) {
            store.save(List.of(fraud, churn), new AuditEntry(NOW, "control 127.0.0.1", "label", "fraud", "stable=2"));
        }

        try (StateStore store = open()) {
            assertThat(store.models()).containsOnlyKeys("churn", "fraud");
            assertThat(store.model("fraud")).isEqualTo(fraud);
            assertThat(store.model("churn")).isEqualTo(churn);
            assertThat(store.audit(10))
                    .containsExactly(new AuditEntry(NOW, "control 127.0.0.1", "label", "fraud", "stable=2"));
        }
    }

    @Test
    void forgetsWhatIsTakenBack() {
        try (StateStore store = open()) {
            save(store, SavedModel.unknown("m").withLabel("stable", 2, NOW).withStopped(3L));
            save(store, store.model("m").withoutLabel("stable").withoutStoppedVersions());
        }

        try (StateStore store = open()) {
            assertThat(store.model("m").labels()).isEmpty();
            assertThat(store.model("m").stoppedVersions()).isEmpty();
        }
    }

    @Test
    void aVersionIsEitherLoadedOrUnloadedByNumber() {
        SavedModel model = SavedModel.unknown("m").withStopped(3L).withLoaded(3);

        assertThat(model.stoppedVersions()).isEmpty();
        assertThat(model.loadedVersions()).containsExactly(3L);
        assertThat(model.withStopped(3L).loadedVersions()).isEmpty();
    }

    @Test
    void remembersTheLastVersionsThatServed() {
        SavedModel model = SavedModel.unknown("m");
        for (long version = 1; version <= 40; version++) {
            model = model.withServed(version, NOW).withServed(version, NOW);
        }
        try (StateStore store = open()) {
            save(store, model);
        }

        try (StateStore store = open()) {
            assertThat(store.model("m").served())
                    .extracting(ServedVersion::version)
                    .containsExactlyElementsOf(
                            IntStream.rangeClosed(9, 40).mapToObj(Long::valueOf).toList());
        }
    }

    @Test
    void forgetsVersionsThatDoNotExistAnyMore() {
        SavedModel model = SavedModel.unknown("m").withStopped(1L).withLoaded(2).withLoaded(3);

        assertThat(model.keepingVersions(Set.of(2L)).stoppedVersions()).isEmpty();
        assertThat(model.keepingVersions(Set.of(2L)).loadedVersions()).containsExactly(2L);
        assertThat(model.keepingVersions(Set.of(1L, 2L, 3L))).isSameAs(model);
    }

    @Test
    void boundsTheLabelsOfAModel() {
        assertThatThrownBy(() -> {
                    SavedModel model = SavedModel.unknown("m");
                    for (int i = 0; i <= SavedModel.LABELS_MAX; i++) {
                        model = model.withLabel("l" + i, 1, NOW);
                    }
                })
                .isInstanceOf(StateLimitException.class)
                .hasMessage("model 'm' may have at most 64 labels, got 65");
    }

    @Test
    void boundsTheVersionsOfAModelThatWereLoadedOrUnloadedByNumber() {
        SavedModel loaded = SavedModel.unknown("m");
        SavedModel unloaded = SavedModel.unknown("m");
        for (long version = 1; version <= SavedModel.VERSIONS_MAX; version++) {
            loaded = loaded.withLoaded(version);
            unloaded = unloaded.withStopped(version);
        }
        SavedModel fullOfLoaded = loaded;
        SavedModel fullOfUnloaded = unloaded;

        assertThatThrownBy(() -> fullOfLoaded.withLoaded(2_000))
                .isInstanceOf(StateLimitException.class)
                .hasMessage("model 'm' may have at most 1024 versions that were loaded by number, got 1025");
        assertThatThrownBy(() -> fullOfUnloaded.withStopped(2_000))
                .isInstanceOf(StateLimitException.class)
                .hasMessage("model 'm' may have at most 1024 versions that were unloaded by number, got 1025");
    }

    @Test
    void takesBackThatOneVersionWasUnloaded() {
        SavedModel model =
                SavedModel.unknown("m").withStopped(2L).withStopped(3L).withoutStopped(3);

        assertThat(model).isEqualTo(SavedModel.unknown("m").withStopped(2L));
    }

    @Test
    void boundsTheAudit() {
        try (StateStore store = open()) {
            for (int i = 0; i < 20; i++) {
                store.save(List.of(), new AuditEntry(NOW, "test", "op" + i, "", ""));
            }

            assertThat(store.audit(3)).extracting(AuditEntry::operation).containsExactly("op19", "op18", "op17");
        }
    }

    @Test
    void worksWithoutAFile() {
        try (StateStore store = StateStore.inMemory()) {
            store.save(
                    List.of(SavedModel.unknown("m").withStopped(true)), new AuditEntry(NOW, "test", "unload", "m", ""));

            assertThat(store.model("m").stopped()).isTrue();
            assertThat(store.audit(5)).hasSize(1);
            assertThat(store.isKept()).isFalse();
        }
    }

    @Test
    void leavesNoLibraryBehind() throws IOException {
        Path scratch = Files.createDirectories(folder.resolve("scratch"));
        StateStore.open(folder.resolve("state"), Optional.of(scratch)).close();

        try (Stream<Path> left = Files.list(scratch)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void isOneServersAlone() {
        try (StateStore first = open()) {
            assertThatThrownBy(this::open)
                    .isInstanceOfSatisfying(
                            StateException.class, e -> assertThat(e.kind()).isEqualTo(StateException.Kind.IN_USE))
                    .hasMessage("the folder " + folder.resolve("state") + " is in use by another server");
            save(first, SavedModel.unknown("m").withStopped(true));
        }
        try (StateStore second = open()) {
            assertThat(second.model("m").stopped()).isTrue();
        }
    }

    @Test
    void refusesAFolderThatCannotBe() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "x");

        assertThatThrownBy(() -> StateStore.open(file.resolve("state"), Optional.empty()))
                .isInstanceOfSatisfying(
                        StateException.class, e -> assertThat(e.kind()).isEqualTo(StateException.Kind.UNAVAILABLE))
                .hasMessageStartingWith("the folder " + file.resolve("state") + " cannot be used: ");
    }

    @Test
    void readsTheFileOfSchemaOne() throws IOException {
        Path state = Files.createDirectories(folder.resolve("state"));
        try (InputStream golden = StateStoreTest.class.getResourceAsStream("schema-1.db")) {
            Files.copy(Objects.requireNonNull(golden), state.resolve("state.db"));
        }

        try (StateStore store = open()) {
            assertThat(store.models())
                    .containsExactlyInAnyOrderEntriesOf(java.util.Map.of(
                            "churn",
                            SavedModel.unknown("churn").withStopped(true),
                            "fraud",
                            SavedModel.unknown("fraud")
                                    .withLabel("stable", 2, NOW)
                                    .withLabel("candidate", 3, NOW)
                                    .withStopped(1L)
                                    .withLoaded(7)
                                    .withServed(3, NOW)
                                    .withServed(2, NOW)));
            assertThat(store.audit(5))
                    .containsExactly(new AuditEntry(NOW, "control 127.0.0.1", "rollback", "fraud", "3 to 2"));
        }
    }

    @Test
    void leavesAFileOfANewerSchemaAlone() throws IOException, SQLException {
        open().close();
        execute("PRAGMA user_version = 2");
        byte[] before = Files.readAllBytes(file());

        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(
                        StateException.class, e -> assertThat(e.kind()).isEqualTo(StateException.Kind.UNREADABLE))
                .hasMessage(
                        file() + " is of schema 2, and this version of Sluice reads up to 1: start the newer version,"
                                + " or name another folder by state-dir");
        assertThat(Files.readAllBytes(file())).isEqualTo(before);
    }

    @Test
    void leavesAnotherProgramsDatabaseAlone() throws IOException, SQLException {
        Files.createDirectories(file().getParent());
        execute("CREATE TABLE theirs (x INTEGER)");
        byte[] before = Files.readAllBytes(file());

        assertThatThrownBy(this::open).hasMessageContaining("it is a database of another program");
        assertThat(Files.readAllBytes(file())).isEqualTo(before);
    }

    @Test
    void leavesAFileThatIsNoDatabaseAlone() throws IOException {
        Files.createDirectories(file().getParent());
        Files.writeString(file(), "something else entirely, long enough to be looked at");

        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(
                        StateException.class, e -> assertThat(e.kind()).isEqualTo(StateException.Kind.UNREADABLE))
                .hasMessage(file() + " is damaged (it is not a database): restore it from a backup, or move it away to"
                        + " start without labels, unloads and history; nothing in it was changed");
        assertThat(file()).hasContent("something else entirely, long enough to be looked at");
    }

    @Test
    void leavesADamagedFileAlone() throws IOException {
        try (StateStore store = open()) {
            for (int i = 0; i < 200; i++) {
                save(store, SavedModel.unknown("model-" + i).withLabel("stable", i + 1, NOW));
            }
        }
        byte[] bytes = Files.readAllBytes(file());
        byte[] noise = "damage".repeat(200).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(noise, 0, bytes, 4096, noise.length);
        Files.write(file(), bytes);

        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(
                        StateException.class, e -> assertThat(e.kind()).isEqualTo(StateException.Kind.UNREADABLE))
                .hasMessageStartingWith(file() + " is damaged (");
        assertThat(Files.readAllBytes(file())).isEqualTo(bytes);
    }

    private Path file() {
        return folder.resolve("state").resolve("state.db");
    }

    private void execute(String sql) throws SQLException {
        SqliteLibrary.load(Optional.empty());
        try (Connection connection = JDBC.createConnection("jdbc:sqlite:" + file(), new Properties());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
            statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
    }
}
