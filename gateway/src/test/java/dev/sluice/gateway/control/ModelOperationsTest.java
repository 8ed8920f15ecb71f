package dev.sluice.gateway.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.canary.routing.Router;
import dev.sluice.loader.lifecycle.ManagerFixture;
import dev.sluice.loader.lifecycle.ModelEvent;
import dev.sluice.loader.lifecycle.ModelListener;
import dev.sluice.loader.lifecycle.ServingSnapshot;
import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.loader.repository.ModelDefinition;
import dev.sluice.loader.repository.RepositoryException;
import dev.sluice.loader.repository.ServingConfig;
import dev.sluice.loader.repository.VersionPolicy;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelKey;
import dev.sluice.model.VersionSelector;
import dev.sluice.state.AuditEntry;
import dev.sluice.state.SavedModel;
import dev.sluice.state.ServedVersion;
import dev.sluice.state.StateStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ModelOperationsTest {
    private static final String ACTOR = "test";

    private final ManagerFixture fixture = new ManagerFixture();
    private final StateStore state = StateStore.inMemory();
    private final Router router = new Router(java.util.Map.of());
    private final RoutePublisher routes = new RoutePublisher(fixture.manager, router);
    private volatile List<ModelDefinition> found = List.of();
    private volatile boolean unreadable;
    private final ModelOperations operations =
            new ModelOperations(this::scan, fixture.manager, state, routes, () -> Instant.EPOCH);

    ModelOperationsTest() {
        fixture.manager.addListener(new ModelListener() {
            @Override
            public void changed(ModelEvent event) {
                operations.versionChanged(event);
            }

            @Override
            public void published(ServingSnapshot snapshot) {
                routes.publish();
            }
        });
    }

    private List<ModelDefinition> scan() {
        if (unreadable) {
            throw new RepositoryException("repository folder models cannot be read: gone");
        }
        return found;
    }

    @AfterEach
    void close() {
        operations.close();
        fixture.close();
        state.close();
    }

    private void serve(ModelDefinition... definitions) {
        found = List.of(definitions);
        operations.adopt(found);
        done(operations.rescan());
    }

    private static <T> T done(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(e);
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("the operation did not end", e);
        }
    }

    private static AbstractThrowableAssert<?, ?> assertRefused(ErrorCode code, ThrowableAssert.ThrowingCallable call) {
        return assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        InferenceException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private long routed() {
        return routes.defaultVersion("m").orElse(0);
    }

    private static ModelDefinition configured(ServingConfig serving, long... versions) {
        ModelConfig config = ManagerFixture.versions(1).config();
        return ManagerFixture.definition(
                "m",
                new ModelConfig(
                        new VersionPolicy.Latest(1),
                        config.batching(),
                        config.runtime(),
                        config.features(),
                        config.labels(),
                        serving,
                        config.gate(),
                        config.breaker(),
                        config.transform()),
                versions);
    }

    @Test
    void aSecondOperationOnAModelIsRefusedWhileOneWaitsForItsVersions() {
        serve(ManagerFixture.versions(1));
        CountDownLatch gate = fixture.loader.gate(ManagerFixture.key(2));
        found = List.of(ManagerFixture.versions(1, 2));
        CompletionStage<?> load = operations.load(ACTOR, "m", OptionalLong.empty());

        assertRefused(ErrorCode.CONFLICT, () -> done(operations.unload(ACTOR, "m", OptionalLong.empty())))
                .hasMessage("model 'm' is busy: load has not ended; try again when it has");
        gate.countDown();
        done(load);
        done(operations.unload(ACTOR, "m", OptionalLong.empty()));
    }

    @Test
    void labelsAndRollbacksDoNotWaitForLoads() {
        serve(ManagerFixture.versions(1, 2));
        CountDownLatch gate = fixture.loader.gate(ManagerFixture.key(3));
        found = List.of(ManagerFixture.versions(1, 2, 3));
        CompletionStage<?> load = operations.load(ACTOR, "m", OptionalLong.empty());

        done(operations.label(ACTOR, "m", "stable", 1));

        assertThat(routed()).isEqualTo(1);
        Rollback back = done(operations.rollback(ACTOR, "m"));
        assertThat(back).isEqualTo(new Rollback("m", OptionalLong.of(1), 2, true));
        assertThat(load.toCompletableFuture()).isNotDone();
        gate.countDown();
        done(load);
    }

    @Test
    void nothingIsChangedThatCannotBeKept() {
        serve(ManagerFixture.versions(1, 2));
        state.close();

        assertRefused(ErrorCode.OVERLOADED, () -> done(operations.label(ACTOR, "m", "stable", 1)))
                .hasMessageStartingWith("nothing was changed, because it cannot be kept: ");
        assertThat(routed()).isEqualTo(2);
        assertRefused(ErrorCode.OVERLOADED, () -> done(operations.unload(ACTOR, "m", OptionalLong.empty())));
        assertThat(fixture.manager.snapshot().ready("m")).hasSize(2);
    }

    @Test
    void whatServesStaysWhereTheRepositoryCannotBeRead() {
        serve(ManagerFixture.versions(1));
        unreadable = true;

        assertRefused(ErrorCode.LOAD_FAILED, () -> done(operations.load(ACTOR, "m", OptionalLong.empty())))
                .hasMessage("repository folder models cannot be read: gone");
        assertRefused(ErrorCode.LOAD_FAILED, () -> done(operations.rescan()));
        assertThat(routed()).isEqualTo(1);
    }

    @Test
    void operationsThatHaveNotEndedFailWhenTheServerStops() {
        serve(ManagerFixture.versions(1));
        CountDownLatch gate = fixture.loader.gate(ManagerFixture.key(2));
        found = List.of(ManagerFixture.versions(1, 2));
        CompletionStage<?> load = operations.load(ACTOR, "m", OptionalLong.empty());

        operations.close();

        assertRefused(ErrorCode.MODEL_NOT_READY, () -> done(load)).hasMessage("the server is stopping");
        assertRefused(ErrorCode.MODEL_NOT_READY, () -> done(operations.rescan()));
        gate.countDown();
    }

    @Test
    void boundsTheOperationsInProgress() {
        serve(ManagerFixture.versions(1));
        CountDownLatch gate = fixture.loader.gate(ManagerFixture.key(2));
        found = List.of(ManagerFixture.versions(1, 2));
        List<CompletableFuture<?>> waiting = new java.util.ArrayList<>();
        for (int i = 0; i < ControlThread.OPERATIONS_MAX; i++) {
            waiting.add(operations.rescan().toCompletableFuture());
        }

        assertRefused(ErrorCode.OVERLOADED, () -> done(operations.rescan()))
                .hasMessage("64 operations on models wait already; try again later");
        assertThat(operations.refusals()).isEqualTo(1);
        gate.countDown();
        waiting.forEach(ModelOperationsTest::done);
        done(operations.rescan());
    }

    @Test
    void saysWhyAVersionCannotBeLoadedAndTriesItAgainNextTime() {
        fixture.loader.fail(ManagerFixture.key(2), new ModelLoadException("open", "no such operator: Frobnicate"));
        serve(ManagerFixture.versions(1, 2));

        assertRefused(ErrorCode.LOAD_FAILED, () -> done(operations.load(ACTOR, "m", OptionalLong.empty())))
                .hasMessage("version 2 of model 'm' is quarantined at step open: no such operator: Frobnicate");
        fixture.loader.heal(ManagerFixture.key(2));
        done(operations.load(ACTOR, "m", OptionalLong.empty()));
        assertThat(routed()).isEqualTo(2);
    }

    @Test
    void reloadsFromTheSameFiles() {
        serve(ManagerFixture.versions(1));

        done(operations.reload(ACTOR, "m"));

        assertThat(fixture.loader.loads()).containsExactly(ManagerFixture.key(1), ManagerFixture.key(1));
        assertThat(routed()).isEqualTo(1);
    }

    @Test
    void whatServesGoesOnWhereReloadingFails() {
        serve(ManagerFixture.versions(1));
        fixture.loader.fail(ManagerFixture.key(1), new ModelLoadException("open", "broken"));

        assertRefused(ErrorCode.LOAD_FAILED, () -> done(operations.reload(ACTOR, "m")))
                .hasMessageContaining("broken");
        assertThat(routed()).isEqualTo(1);
    }

    @Test
    void remembersWhatServedButNotWhatServedWhileNewerOnesWereLoading() {
        CountDownLatch gate = fixture.loader.gate(ManagerFixture.key(2));
        found = List.of(ManagerFixture.versions(1, 2));
        operations.adopt(found);
        CompletionStage<?> loads = operations.rescan();
        await(() -> routed() == 1);
        gate.countDown();
        done(loads);
        await(() -> !state.model("m").served().isEmpty());
        assertThat(state.model("m").served()).extracting(ServedVersion::version).containsExactly(2L);

        found = List.of(ManagerFixture.versions(1, 2, 3));
        done(operations.rescan());
        await(() -> state.model("m").served().size() == 2);
        assertThat(state.model("m").served()).extracting(ServedVersion::version).containsExactly(2L, 3L);
    }

    @Test
    void goesBackAndForthBetweenTheLastTwo() {
        serve(ManagerFixture.versions(1, 2));
        await(() -> !state.model("m").served().isEmpty());
        found = List.of(ManagerFixture.versions(1, 2, 3));
        done(operations.rescan());

        assertThat(done(operations.rollback(ACTOR, "m")).to()).isEqualTo(2);
        assertThat(done(operations.rollback(ACTOR, "m")).to()).isEqualTo(3);
        assertThat(done(operations.rollback(ACTOR, "m")).to()).isEqualTo(2);
        assertThat(routed()).isEqualTo(2);
    }

    @Test
    void doesNotGoBackToAVersionThatIsGone() {
        serve(ManagerFixture.versions(1));
        await(() -> !state.model("m").served().isEmpty());
        found = List.of(ManagerFixture.versions(2));
        done(operations.rescan());

        assertRefused(ErrorCode.CONFLICT, () -> done(operations.rollback(ACTOR, "m")))
                .hasMessage("model 'm' cannot go back to version 1: it is not in its folder any more");
    }

    @Test
    void aLabelOnAVersionThatRestsLoadsItFirst() {
        serve(configured(new ServingConfig(true, 1, Optional.empty()), 1));
        assertThat(fixture.loader.loads()).isEmpty();

        done(operations.label(ACTOR, "m", "stable", 1));

        assertThat(fixture.loader.loads()).containsExactly(ManagerFixture.key(1));
        assertThat(routed()).isEqualTo(1);
    }

    @Test
    void aLabelledVersionStaysLoadedThoughThePolicyWantsAnother() {
        ServingConfig none = new ServingConfig(false, 0, Optional.empty());
        serve(configured(none, 1));
        done(operations.label(ACTOR, "m", "gold", 1));
        found = List.of(configured(none, 1, 2));

        done(operations.rescan());

        assertThat(fixture.manager.snapshot().ready("m")).hasSize(2);
        done(operations.removeLabel(ACTOR, "m", "gold"));
        await(() -> fixture.manager.snapshot().ready("m").size() == 1);
        assertThat(routed()).isEqualTo(2);
    }

    @Test
    void theFallbackStaysLoaded() {
        ServingConfig serving = new ServingConfig(false, 0, Optional.of(new VersionSelector.Exact(1)));

        serve(configured(serving, 1, 2));

        assertThat(fixture.loader.loads()).containsExactlyInAnyOrder(ManagerFixture.key(1), ManagerFixture.key(2));
    }

    @Test
    void boundsTheLabelsOfAModel() {
        serve(ManagerFixture.versions(1));
        for (int i = 0; i < SavedModel.LABELS_MAX; i++) {
            done(operations.label(ACTOR, "m", "l" + i, 1));
        }

        assertRefused(ErrorCode.CONFLICT, () -> done(operations.label(ACTOR, "m", "more", 1)))
                .hasMessage("model 'm' has 64 labels already, which is the most");
        done(operations.label(ACTOR, "m", "l0", 1));
    }

    @Test
    void writesDownWhoDidWhat() {
        serve(ManagerFixture.versions(1));

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
        serve(ManagerFixture.versions(1));
        ModelDefinition whole = ManagerFixture.versions(1);
        found = List.of(new ModelDefinition(
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
        serve(ManagerFixture.versions(1));

        assertRefused(ErrorCode.MODEL_NOT_FOUND, () -> done(operations.load(ACTOR, "n", OptionalLong.empty())))
                .hasMessage("model 'n' is not in the repository; there are: m");
        assertRefused(ErrorCode.MODEL_NOT_FOUND, () -> done(operations.load(ACTOR, "m", OptionalLong.of(4))))
                .hasMessage("model 'm' has no version 4 in its folder; there are: [1]");
        assertThat(fixture.manager.snapshot().ready(new ModelKey("m", 1))).isNotNull();
    }

    private static void await(java.util.function.BooleanSupplier condition) {
        long begin = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(10)) {
                throw new AssertionError("waited in vain");
            }
            java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
        }
    }
}
