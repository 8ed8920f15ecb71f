package dev.sluice.gateway.control;

import static dev.sluice.gateway.control.OperationsFixture.ACTOR;
import static dev.sluice.gateway.control.OperationsFixture.assertRefused;
import static dev.sluice.gateway.control.OperationsFixture.await;
import static dev.sluice.gateway.control.OperationsFixture.configured;
import static dev.sluice.gateway.control.OperationsFixture.done;
import static dev.sluice.gateway.control.OperationsFixture.newest;
import static dev.sluice.gateway.control.OperationsFixture.onDemand;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.lifecycle.ManagerFixture;
import dev.sluice.loader.repository.ModelDefinition;
import dev.sluice.loader.repository.ServingConfig;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.ModelKey;
import dev.sluice.model.VersionSelector;
import dev.sluice.state.AuditEntry;
import dev.sluice.state.SavedModel;
import dev.sluice.state.ServedVersion;
import dev.sluice.state.StateStore;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ModelOperationsTest {
    private final OperationsFixture at = new OperationsFixture();
    private final ManagerFixture fixture = at.fixture;
    private final StateStore state = at.state;
    private final ModelOperations operations = at.operations;

    @AfterEach
    void close() {
        at.close();
    }

    @Test
    void aSecondOperationOnAModelIsRefusedWhileOneWaitsForItsVersions() {
        at.serve(ManagerFixture.versions(1));
        CountDownLatch gate = fixture.loader.gate(ManagerFixture.key(2));
        at.found = List.of(ManagerFixture.versions(1, 2));
        CompletionStage<?> load = operations.load(ACTOR, "m", OptionalLong.empty());

        assertRefused(ErrorCode.CONFLICT, () -> done(operations.unload(ACTOR, "m", OptionalLong.empty())))
                .hasMessage("model 'm' is busy: load has not ended; try again when it has");
        gate.countDown();
        done(load);
        done(operations.unload(ACTOR, "m", OptionalLong.empty()));
    }

    @Test
    void labelsAndRollbacksDoNotWaitForLoads() {
        at.serve(ManagerFixture.versions(1, 2));
        CountDownLatch gate = fixture.loader.gate(ManagerFixture.key(3));
        at.found = List.of(ManagerFixture.versions(1, 2, 3));
        CompletionStage<?> load = operations.load(ACTOR, "m", OptionalLong.empty());

        done(operations.label(ACTOR, "m", "stable", 1));

        assertThat(at.routed()).isEqualTo(1);
        Rollback back = done(operations.rollback(ACTOR, "m"));
        assertThat(back).isEqualTo(new Rollback("m", OptionalLong.of(1), 2, true));
        assertThat(load.toCompletableFuture()).isNotDone();
        gate.countDown();
        done(load);
    }

    @Test
    void nothingIsChangedThatCannotBeKept() {
        at.serve(ManagerFixture.versions(1, 2));
        state.close();

        assertRefused(ErrorCode.OVERLOADED, () -> done(operations.label(ACTOR, "m", "stable", 1)))
                .hasMessageStartingWith("nothing was changed, because it cannot be kept: ");
        assertThat(at.routed()).isEqualTo(2);
        assertRefused(ErrorCode.OVERLOADED, () -> done(operations.unload(ACTOR, "m", OptionalLong.empty())));
        assertThat(fixture.manager.snapshot().ready("m")).hasSize(2);
    }

    @Test
    void whatServesStaysWhereTheRepositoryCannotBeRead() {
        at.serve(ManagerFixture.versions(1));
        at.unreadable = true;

        assertRefused(ErrorCode.LOAD_FAILED, () -> done(operations.load(ACTOR, "m", OptionalLong.empty())))
                .hasMessage("repository folder models cannot be read: gone");
        assertRefused(ErrorCode.LOAD_FAILED, () -> done(operations.rescan()));
        assertThat(at.routed()).isEqualTo(1);
    }

    @Test
    void operationsThatHaveNotEndedFailWhenTheServerStops() {
        at.serve(ManagerFixture.versions(1));
        CountDownLatch gate = fixture.loader.gate(ManagerFixture.key(2));
        at.found = List.of(ManagerFixture.versions(1, 2));
        CompletionStage<?> load = operations.load(ACTOR, "m", OptionalLong.empty());

        operations.close();

        assertRefused(ErrorCode.MODEL_NOT_READY, () -> done(load)).hasMessage("the server is stopping");
        assertRefused(ErrorCode.MODEL_NOT_READY, () -> done(operations.rescan()));
        gate.countDown();
    }

    @Test
    void boundsTheOperationsInProgress() {
        at.serve(ManagerFixture.versions(1));
        CountDownLatch gate = fixture.loader.gate(ManagerFixture.key(2));
        at.found = List.of(ManagerFixture.versions(1, 2));
        List<CompletableFuture<?>> waiting = new java.util.ArrayList<>();
        for (int i = 0; i < ControlThread.OPERATIONS_MAX; i++) {
            waiting.add(operations.rescan().toCompletableFuture());
        }

        assertRefused(ErrorCode.OVERLOADED, () -> done(operations.rescan()))
                .hasMessage("64 operations on models wait already; try again later");
        assertThat(operations.refusals()).isEqualTo(1);
        gate.countDown();
        waiting.forEach(OperationsFixture::done);
        done(operations.rescan());
    }

    @Test
    void saysWhyAVersionCannotBeLoadedAndTriesItAgainNextTime() {
        fixture.loader.fail(ManagerFixture.key(2), new ModelLoadException("open", "no such operator: Frobnicate"));
        at.serve(ManagerFixture.versions(1, 2));

        assertRefused(ErrorCode.LOAD_FAILED, () -> done(operations.load(ACTOR, "m", OptionalLong.empty())))
                .hasMessage("version 2 of model 'm' is quarantined at step open: no such operator: Frobnicate");
        fixture.loader.heal(ManagerFixture.key(2));
        done(operations.load(ACTOR, "m", OptionalLong.empty()));
        assertThat(at.routed()).isEqualTo(2);
    }

    @Test
    void reloadsFromTheSameFiles() {
        at.serve(ManagerFixture.versions(1));

        done(operations.reload(ACTOR, "m"));

        assertThat(fixture.loader.loads()).containsExactly(ManagerFixture.key(1), ManagerFixture.key(1));
        assertThat(at.routed()).isEqualTo(1);
    }

    @Test
    void whatServesGoesOnWhereReloadingFails() {
        at.serve(ManagerFixture.versions(1));
        fixture.loader.fail(ManagerFixture.key(1), new ModelLoadException("open", "broken"));

        assertRefused(ErrorCode.LOAD_FAILED, () -> done(operations.reload(ACTOR, "m")))
                .hasMessageContaining("broken");
        assertThat(at.routed()).isEqualTo(1);
    }

    @Test
    void remembersWhatServedButNotWhatServedWhileNewerOnesWereLoading() {
        CountDownLatch gate = fixture.loader.gate(ManagerFixture.key(2));
        at.found = List.of(ManagerFixture.versions(1, 2));
        operations.adopt(at.found);
        CompletionStage<?> loads = operations.rescan();
        await(() -> at.routed() == 1);
        gate.countDown();
        done(loads);
        await(() -> !state.model("m").served().isEmpty());
        assertThat(state.model("m").served()).extracting(ServedVersion::version).containsExactly(2L);

        at.found = List.of(ManagerFixture.versions(1, 2, 3));
        done(operations.rescan());
        await(() -> state.model("m").served().size() == 2);
        assertThat(state.model("m").served()).extracting(ServedVersion::version).containsExactly(2L, 3L);
    }

    @Test
    void goesBackAndForthBetweenTheLastTwo() {
        at.serve(ManagerFixture.versions(1, 2));
        await(() -> !state.model("m").served().isEmpty());
        at.found = List.of(ManagerFixture.versions(1, 2, 3));
        done(operations.rescan());

        assertThat(done(operations.rollback(ACTOR, "m")).to()).isEqualTo(2);
        assertThat(done(operations.rollback(ACTOR, "m")).to()).isEqualTo(3);
        assertThat(done(operations.rollback(ACTOR, "m")).to()).isEqualTo(2);
        assertThat(at.routed()).isEqualTo(2);
    }

    @Test
    void doesNotGoBackToAVersionThatIsGone() {
        at.serve(ManagerFixture.versions(1));
        await(() -> !state.model("m").served().isEmpty());
        at.found = List.of(ManagerFixture.versions(2));
        done(operations.rescan());

        assertRefused(ErrorCode.CONFLICT, () -> done(operations.rollback(ACTOR, "m")))
                .hasMessage("model 'm' cannot go back to version 1: it is not in its folder any more");
    }

    @Test
    void aLabelOnAVersionThatRestsLoadsItFirst() {
        at.serve(onDemand(1));
        assertThat(fixture.loader.loads()).isEmpty();

        done(operations.label(ACTOR, "m", "stable", 1));

        assertThat(fixture.loader.loads()).containsExactly(ManagerFixture.key(1));
        assertThat(at.routed()).isEqualTo(1);
    }

    @Test
    void aLabelledVersionStaysLoadedThoughThePolicyWantsAnother() {
        at.serve(newest(1));
        done(operations.label(ACTOR, "m", "gold", 1));
        at.found = List.of(newest(1, 2));

        done(operations.rescan());

        assertThat(fixture.manager.snapshot().ready("m")).hasSize(2);
        done(operations.removeLabel(ACTOR, "m", "gold"));
        await(() -> fixture.manager.snapshot().ready("m").size() == 1);
        assertThat(at.routed()).isEqualTo(2);
    }

    @Test
    void theFallbackStaysLoaded() {
        ServingConfig serving = new ServingConfig(false, 0, Optional.of(new VersionSelector.Exact(1)));

        at.serve(configured(serving, 1, 2));

        assertThat(fixture.loader.loads()).containsExactlyInAnyOrder(ManagerFixture.key(1), ManagerFixture.key(2));
    }

    @Test
    void boundsTheLabelsOfAModel() {
        at.serve(ManagerFixture.versions(1));
        for (int i = 0; i < SavedModel.LABELS_MAX; i++) {
            done(operations.label(ACTOR, "m", "l" + i, 1));
        }

        assertRefused(ErrorCode.CONFLICT, () -> done(operations.label(ACTOR, "m", "more", 1)))
                .hasMessage("model 'm' has 64 labels already, which is the most");
        done(operations.label(ACTOR, "m", "l0", 1));
    }

    @Test
    void writesDownWhoDidWhat() {
        at.serve(ManagerFixture.versions(1));

        done(operations.label("control 127.0.0.1", "m", "gold", 1));
        done(operations.unload("data 10.0.0.7", "m", OptionalLong.empty()));

        assertThat(state.audit(10))
                .extracting(AuditEntry::actor, AuditEntry::operation, AuditEntry::model, AuditEntry::detail)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("data 10.0.0.7", "unload", "m", ""),
                        org.assertj.core.groups.Tuple.tuple("control 127.0.0.1", "label", "m", "gold: none to 1"));
    }

    @Test
    void unloadsAModelWhoseConfigurationIsFaulty() {
        at.serve(ManagerFixture.versions(1));
        ModelDefinition whole = ManagerFixture.versions(1);
        at.found = List.of(new ModelDefinition(
                "m",
                whole.folder(),
                whole.config(),
                whole.available(),
                List.of("model.yaml:1: devise: unknown"),
                List.of()));
        done(operations.rescan());
        assertThat(fixture.manager.snapshot().ready("m")).hasSize(1);

        done(operations.unload(ACTOR, "m", OptionalLong.empty()));

        assertThat(fixture.manager.snapshot().ready("m")).isEmpty();
        assertRefused(ErrorCode.LOAD_FAILED, () -> done(operations.load(ACTOR, "m", OptionalLong.empty())))
                .hasMessage("model 'm' cannot be loaded: model.yaml:1: devise: unknown");
    }

    @Test
    void knowsNoModelThatIsNotInTheRepository() {
        at.serve(ManagerFixture.versions(1));

        assertRefused(ErrorCode.MODEL_NOT_FOUND, () -> done(operations.load(ACTOR, "n", OptionalLong.empty())))
                .hasMessage("model 'n' is not in the repository; there are: m");
        assertRefused(ErrorCode.MODEL_NOT_FOUND, () -> done(operations.load(ACTOR, "m", OptionalLong.of(4))))
                .hasMessage("model 'm' has no version 4 in its folder; there are: [1]");
        assertThat(fixture.manager.snapshot().ready(new ModelKey("m", 1))).isNotNull();
    }

    @Test
    void changesOfTheRepositoryTakeNoOperationsPlace() {
        at.serve(ManagerFixture.versions(1));
        CountDownLatch gate = fixture.loader.gate(ManagerFixture.key(2));
        for (int i = 0; i <= ControlThread.OPERATIONS_MAX; i++) {
            operations.found(List.of(ManagerFixture.versions(1, 2)));
            // Carried out one by one: of those that wait only the last one counts.
            done(operations.label(ACTOR, "m", "gold", 1));
        }

        operations.found(List.of(ManagerFixture.versions(1, 2, 3)));

        await(() -> at.routed() == 3);
        assertThat(operations.refusals()).isZero();
        gate.countDown();
    }

    @Test
    void theLastOfSeveralChangesOfTheRepositoryCounts() {
        at.serve(ManagerFixture.versions(1));

        for (int i = 0; i < 1_000; i++) {
            operations.found(List.of(ManagerFixture.versions(1, 2)));
            operations.found(List.of(ManagerFixture.versions(1, 3)));
        }

        await(() -> at.routed() == 3);
        await(() -> fixture.manager.snapshot().ready(ManagerFixture.key(2)) == null);
    }

    @Test
    void boundsTheVersionsThatWereUnloadedByNumber() {
        SavedModel full = SavedModel.unknown("m");
        for (long version = 1; version <= SavedModel.VERSIONS_MAX; version++) {
            full = full.withStopped(version);
        }
        state.save(List.of(full), null);
        at.serve(newest(LongStream.rangeClosed(1, SavedModel.VERSIONS_MAX + 2).toArray()));

        assertRefused(
                        ErrorCode.CONFLICT,
                        () -> done(operations.unload(ACTOR, "m", OptionalLong.of(SavedModel.VERSIONS_MAX + 1))))
                .hasMessage("model 'm' may have at most 1024 versions that were unloaded by number, got 1025");
    }

    @Test
    void boundsTheLabelsOfAModelAlsoWhenTheyCameWhileAVersionWasLoaded() {
        at.serve(onDemand(1, 2));
        done(operations.load(ACTOR, "m", OptionalLong.of(1)));
        CountDownLatch gate = fixture.loader.gate(ManagerFixture.key(2));
        CompletionStage<?> more = operations.label(ACTOR, "m", "more", 2);
        for (int i = 0; i < SavedModel.LABELS_MAX; i++) {
            done(operations.label(ACTOR, "m", "l" + i, 1));
        }

        gate.countDown();

        assertRefused(ErrorCode.CONFLICT, () -> done(more)).hasMessage("model 'm' may have at most 64 labels, got 65");
        assertThat(state.model("m").labels()).hasSize(SavedModel.LABELS_MAX);
    }
}
