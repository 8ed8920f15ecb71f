package dev.sluice.canary.feedback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.model.ModelKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeedbackStoreTest {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final int RECENT_MAX = 64;

    @TempDir
    Path folder = Path.of("");

    private Instant now = START;
    private final InstantSource clock = () -> now;
    private final List<FeedbackStore> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(FeedbackStore::close);
    }

    @Test
    void joinsTheFirstLabelOfARow() throws IOException {
        FeedbackStore store = store();
        store.add(List.of(Predictions.of("a", START.toEpochMilli(), 2)));
        now = START.plusSeconds(60);

        LabelAnswer answer = label(store, given("a", 1, LabelValue.of("fraud")));

        assertThat(answer.count(LabelOutcome.JOINED)).isEqualTo(1);
        assertThat(store.find("a", 1).orElseThrow().label()).contains(new JoinedLabel(LabelValue.of("fraud"), now));
        assertThat(store.find("a", 0).orElseThrow().label()).isEmpty();
    }

    @Test
    void countsTheSameLabelAgainAsADuplicate() throws IOException {
        FeedbackStore store = store();
        store.add(List.of(Predictions.of("a", START.toEpochMilli(), 1)));

        LabelAnswer answer = label(
                store,
                given("a", 0, LabelValue.of(1)),
                given("a", 0, LabelValue.of(1.0)),
                given("a", 0, LabelValue.of(1)));

        assertThat(answer.count(LabelOutcome.JOINED)).isEqualTo(1);
        assertThat(answer.count(LabelOutcome.DUPLICATE)).isEqualTo(2);
    }

    @Test
    void keepsTheNewestOfDifferentLabels() throws IOException {
        FeedbackStore store = store();
        store.add(List.of(Predictions.of("a", START.toEpochMilli(), 1)));
        now = START.plusSeconds(100);

        LabelAnswer answer = label(
                store,
                given("a", 0, LabelValue.of("first"), START.plusSeconds(10)),
                given("a", 0, LabelValue.of("third"), START.plusSeconds(30)),
                given("a", 0, LabelValue.of("second"), START.plusSeconds(20)));

        assertThat(answer.count(LabelOutcome.CORRECTED)).isEqualTo(2);
        assertThat(store.find("a", 0).orElseThrow().label().orElseThrow().label())
                .isEqualTo(LabelValue.of("third"));
    }

    @Test
    void countsALabelThatComesLateAndJoinsItAllTheSame() throws IOException {
        FeedbackStore store = store();
        store.add(List.of(Predictions.of("a", START.toEpochMilli(), 1)));
        now = START.plus(Duration.ofDays(8));

        LabelAnswer answer = label(store, given("a", 0, LabelValue.of(true)));

        assertThat(answer.count(LabelOutcome.LATE)).isEqualTo(1);
        assertThat(store.find("a", 0).orElseThrow().label()).isPresent();
    }

    @Test
    void countsALabelOfAnUnknownPredictionAsAnOrphan() {
        LabelAnswer answer = label(store(), given("never", 0, LabelValue.of(true)));

        assertThat(answer.count(LabelOutcome.ORPHAN)).isEqualTo(1);
    }

    @Test
    void countsALabelOfAnotherModelsPrediction() throws IOException {
        FeedbackStore store = store();
        store.add(List.of(Predictions.of("a", new ModelKey("churn", 1), START.toEpochMilli(), 1)));

        LabelAnswer answer = label(store, given("a", 0, LabelValue.of(true)));

        assertThat(answer.count(LabelOutcome.WRONG_MODEL)).isEqualTo(1);
        assertThat(store.find("a", 0).orElseThrow().label()).isEmpty();
    }

    @Test
    void refusesARowThatThePredictionDoesNotHave() throws IOException {
        FeedbackStore store = store();
        store.add(List.of(Predictions.of("a", START.toEpochMilli(), 3)));

        LabelAnswer answer = label(store, given("a", 3, LabelValue.of(true)));

        assertThat(answer.errors())
                .containsExactly(new LabelError(0, "'row' must be between 0 and 2, the prediction had 3 rows, got 3"));
    }

    @Test
    void refusesTimesThatCannotBe() throws IOException {
        FeedbackStore store = store();
        store.add(List.of(Predictions.of("a", START.toEpochMilli(), 1)));

        LabelAnswer answer = label(
                store,
                given("a", 0, LabelValue.of(true), START.plus(Duration.ofMinutes(6))),
                given("a", 0, LabelValue.of(true), START.minus(Duration.ofMinutes(6))));

        assertThat(answer.errors().stream().map(LabelError::message))
                .containsExactly(
                        "'at' must not be in the future, got 2026-03-01T12:06:00Z and it is 2026-03-01T12:00:00Z",
                        "'at' must not be before the prediction, which was made at 2026-03-01T12:00:00Z,"
                                + " got 2026-03-01T11:54:00Z");
    }

    @Test
    void findsEveryPredictionInMemoryInRunsAndAfterARestart() throws IOException {
        FeedbackStore store = store();
        Random random = new Random(7);
        List<String> ids = new ArrayList<>();
        for (int flush = 0; flush < 20; flush++) {
            List<Prediction> predictions = new ArrayList<>();
            for (int i = 0; i < 1 + random.nextInt(40); i++) {
                ids.add(Predictions.id(random));
                predictions.add(Predictions.of(ids.get(ids.size() - 1), START.toEpochMilli(), 1 + random.nextInt(4)));
            }
            store.add(predictions);
        }
        assertThat(ids.stream().filter(id -> store.find(id, 0).isPresent())).hasSameSizeAs(ids);
        label(store, given(ids.get(5), 0, LabelValue.of(5)));
        store.close();

        FeedbackStore again = store();

        assertThat(ids.stream().filter(id -> again.find(id, 0).isPresent())).hasSameSizeAs(ids);
        assertThat(again.find(ids.get(5), 0).orElseThrow().label().orElseThrow().label())
                .isEqualTo(LabelValue.of(5));
        assertThat(again.find(Predictions.id(random), 0)).isEmpty();
    }

    @Test
    void keepsItsCountsOverARestart() throws IOException {
        FeedbackStore store = store();
        store.add(List.of(Predictions.of("a", START.toEpochMilli(), 3), Predictions.of("b", START.toEpochMilli(), 1)));
        now = START.plusSeconds(30);
        label(
                store,
                given("a", 0, LabelValue.of(1)),
                given("a", 0, LabelValue.of(1)),
                given("b", 0, LabelValue.of(1)),
                given("c", 0, LabelValue.of(1)));
        FeedbackReport before = store.report();
        store.close();

        FeedbackStore again = store();
        assertThat(again.find("a", 0)).isPresent();

        assertThat(again.report()).isEqualTo(before);
        FeedbackReport.Model model = fraud(again.report());
        assertThat(model.predicted()).isEqualTo(4);
        assertThat(model.versions().get(3L)).isEqualTo(new FeedbackReport.Coverage(4, 2));
        assertThat(model.labels(LabelOutcome.JOINED)).isEqualTo(2);
        assertThat(model.labels(LabelOutcome.DUPLICATE)).isEqualTo(1);
        assertThat(model.labels(LabelOutcome.ORPHAN)).isEqualTo(1);
        assertThat(model.lagSeconds()).isEqualTo(60);
        assertThat(model.lagSecondsQuantile(0.5)).isBetween(10.0, 60.0);
    }

    @Test
    void forgetsWhatIsTooOldAndItsLabels() throws IOException, SQLException {
        try (FeedbackDatabase database = database()) {
            insert(database, 300, START);
            insert(database, 10, START.plusSeconds(50));
            LabelJoin join = new LabelJoin("fraud", options(1_000));
            join.join(database, List.of(given("0@" + START, 0, LabelValue.of(1))), START);

            while (database.forgetSome(START.plusSeconds(1).toEpochMilli(), 1_000)) {
                // Until all is done.
            }

            assertThat(database.rows()).isEqualTo(10);
            assertThat(database.<Boolean>transact(() -> database.find("5@" + START) == null))
                    .isTrue();
            assertThat(database.<Boolean>transact(() -> database.find("5@" + START.plusSeconds(50)) != null))
                    .isTrue();
            FeedbackReport.Model model =
                    fraud(FeedbackReport.of(database.tally().all()));
            assertThat(model.expired()).isEqualTo(300);
            assertThat(model.versions().get(3L)).isEqualTo(new FeedbackReport.Coverage(10, 0));
            assertThat(database.<Long>transact(() -> database.labels().count(0, Long.MAX_VALUE)))
                    .isZero();
        }
    }

    @Test
    void forgetsTheOldestWhenThereAreTooMany() throws IOException {
        try (FeedbackDatabase database = database()) {
            insert(database, 300, START);
            insert(database, 200, START.plusSeconds(50));

            while (database.forgetSome(START.minusSeconds(1).toEpochMilli(), 250)) {
                // Until all is done.
            }

            assertThat(database.rows()).isLessThanOrEqualTo(250).isGreaterThan(250 - PredictionChunk.PREDICTIONS_MAX);
            FeedbackReport.Model model =
                    fraud(FeedbackReport.of(database.tally().all()));
            assertThat(model.displaced()).isEqualTo(500 - database.rows());
        }
    }

    @Test
    void goesOnNumberingAfterEverythingWasForgotten() throws IOException {
        try (FeedbackDatabase database = database()) {
            insert(database, 100, START);
            while (database.forgetSome(START.plusSeconds(1).toEpochMilli(), 250)) {
                // Until all is done.
            }
        }

        try (FeedbackDatabase again = database()) {
            insert(again, 100, START.plusSeconds(50));

            assertThat(again.rows()).isEqualTo(100);
            assertThat(again.<Boolean>transact(() -> again.find("7@" + START.plusSeconds(50)) != null))
                    .isTrue();
        }
    }

    @Test
    void doesNotJoinToAPredictionThatIsTooOldAndNotForgottenYet() throws IOException {
        FeedbackStore store = store();
        store.add(List.of(Predictions.of("a", START.toEpochMilli(), 1)));
        now = START.plus(Duration.ofDays(29));

        assertThat(label(store, given("a", 0, LabelValue.of(1))).count(LabelOutcome.ORPHAN))
                .isEqualTo(1);
    }

    @Test
    void refusesMoreLabelsThanMayWait() throws IOException {
        FeedbackStore store = store();
        List<GivenLabel> many = new ArrayList<>();
        for (int i = 0; i <= FeedbackStore.LABELS_WAITING_MAX; i++) {
            many.add(given("a", 0, LabelValue.of(1)));
        }

        assertThat(store.label("fraud", many))
                .failsWithin(Duration.ofSeconds(1))
                .withThrowableThat()
                .withMessageContaining("more than 100000 labels wait already; try again later");
        assertThat(store.refusals()).isEqualTo(1);
        assertThat(store.waiting()).isZero();
    }

    @Test
    void refusesANewerSchemaAndChangesNothing() throws IOException, SQLException {
        database().close();
        Path file = folder.resolve(FeedbackStore.FILE);
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA user_version = 2");
        }
        byte[] before = Files.readAllBytes(file);

        assertThatThrownBy(this::database)
                .hasMessage(file + " is of schema 2, and this version of Sluice reads up to 1: start the newer version,"
                        + " or name another folder by state-dir");
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    void refusesAFileThatIsNoDatabase() throws IOException {
        Path file = folder.resolve(FeedbackStore.FILE);
        Files.writeString(file, "not a database, but long enough to be taken for one");

        assertThatThrownBy(this::database)
                .hasMessage(file + " is damaged (it is not a database): restore it from a backup, or move it away to"
                        + " start without the predictions that wait for labels, and the labels");
    }

    private static FeedbackReport.Model fraud(FeedbackReport report) {
        return Optional.ofNullable(report.models().get("fraud")).orElseThrow();
    }

    private static FeedbackOptions options(long predictionsMax) {
        return new FeedbackOptions(Duration.ofDays(28), Duration.ofDays(7), predictionsMax);
    }

    private FeedbackStore store() {
        FeedbackStore store = new FeedbackStore(folder, Optional.empty(), options(1_000_000), clock, RECENT_MAX);
        opened.add(store);
        return store;
    }

    private FeedbackDatabase database() {
        return FeedbackDatabase.open(folder.resolve(FeedbackStore.FILE), Optional.empty(), RECENT_MAX);
    }

    private static void insert(FeedbackDatabase database, int count, Instant at) {
        List<Prediction> predictions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            predictions.add(Predictions.of(i + "@" + at, at.toEpochMilli(), 1));
        }
        database.insert(predictions);
    }

    private static GivenLabel given(String id, int row, LabelValue label) {
        return new GivenLabel(0, id, row, label, null);
    }

    private static GivenLabel given(String id, int row, LabelValue label, Instant at) {
        return new GivenLabel(0, id, row, label, at);
    }

    private static LabelAnswer label(FeedbackStore store, GivenLabel... labels) {
        return store.label("fraud", List.of(labels)).toCompletableFuture().join();
    }
}
