package dev.sluice.loader.lifecycle;

import static dev.sluice.loader.fakes.FakeModelLoader.ESTIMATE_BYTES;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.repository.BatchingConfig;
import dev.sluice.loader.repository.BreakerConfig;
import dev.sluice.loader.repository.GateConfig;
import dev.sluice.loader.repository.Intent;
import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.loader.repository.ModelDefinition;
import dev.sluice.loader.repository.MonitoringConfig;
import dev.sluice.loader.repository.ServingConfig;
import dev.sluice.loader.repository.VersionPolicy;
import dev.sluice.loader.runtime.Device;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.runtime.RuntimeOptions;
import dev.sluice.model.ModelKey;
import dev.sluice.model.NanoClock;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Versions that come when they are asked for and go when others need their memory; there is room for two. */
class ModelMemoryTest {
    private final ManagerFixture f =
            new ManagerFixture(new ResourceBudget(Map.of(Device.CPU, 2 * ESTIMATE_BYTES), NanoClock.system()));

    @AfterEach
    void givesEverythingBack() {
        f.close();

        assertThat(f.loader.models())
                .allSatisfy(model -> assertThat(model.closes()).isEqualTo(1));
        assertThat(f.manager.budget().used(Device.CPU)).isZero();
    }

    private static ModelConfig config(boolean onDemand, int keepPrevious) {
        return new ModelConfig(
                VersionPolicy.newest(),
                BatchingConfig.DEFAULT,
                RuntimeOptions.DEFAULT,
                List.of(),
                Map.of(),
                new ServingConfig(onDemand, keepPrevious, Optional.empty()),
                GateConfig.DEFAULT,
                BreakerConfig.DEFAULT,
                Optional.empty(),
                MonitoringConfig.OFF);
    }

    private static ModelDefinition onDemand(String name, long... versions) {
        return ManagerFixture.definition(name, config(true, 0), versions);
    }

    private static ModelKey key(String name) {
        return new ModelKey(name, 1);
    }

    private LoadReport ask(String name) {
        return f.manager.awaken(key(name)).toCompletableFuture().join();
    }

    private void use(String name) {
        requireNonNull(f.manager.acquire(key(name))).close();
    }

    private ModelState state(String name) {
        return requireNonNull(f.manager.snapshot().status(key(name))).state();
    }

    @Test
    void aModelOnDemandIsLoadedWhenItIsAskedForFirst() {
        assertThat(f.reconcile(onDemand("a", 1))).isEmpty();
        assertThat(state("a")).isEqualTo(ModelState.DORMANT);
        assertThat(f.manager.snapshot().unavailable(key("a")))
                .hasMessage("model 'a' version 1 is loaded when its first request comes");

        assertThat(ask("a").ok()).isTrue();
        assertThat(ask("a").ok()).isTrue();

        assertThat(state("a")).isEqualTo(ModelState.READY);
        assertThat(f.loader.loads()).containsExactly(key("a"));
    }

    @Test
    void allWhoAskAtOnceWaitForOneLoad() {
        f.reconcile(onDemand("a", 1));
        CountDownLatch gate = f.loader.gate(key("a"));

        List<CompletionStage<LoadReport>> waiting = new ArrayList<>();
        IntStream.range(0, 50).forEach(i -> waiting.add(f.manager.awaken(key("a"))));
        gate.countDown();

        assertThat(waiting)
                .allSatisfy(each ->
                        assertThat(each.toCompletableFuture().join().ok()).isTrue());
        assertThat(f.loader.loads()).hasSize(1);
    }

    @Test
    void theOneThatWasNotUsedForLongestGoes() {
        f.reconcile(onDemand("a", 1), onDemand("b", 1), onDemand("c", 1));
        ask("a");
        ask("b");
        use("a");

        assertThat(ask("c").ok()).isTrue();

        assertThat(state("b")).isEqualTo(ModelState.DORMANT);
        assertThat(state("a")).isEqualTo(ModelState.READY);
        assertThat(f.manager.evictionCount()).isEqualTo(1);
        assertThat(ask("b").ok()).isTrue();
        assertThat(state("a")).isEqualTo(ModelState.DORMANT);
    }

    @Test
    void anotherWaitsUntilTheEvictedOneHasGivenItsMemoryBack() {
        f.reconcile(onDemand("a", 1), onDemand("b", 1), onDemand("c", 1));
        ask("a");
        ask("b");
        ModelHandle inUse = requireNonNull(f.manager.acquire(key("a")));
        use("b");

        CompletionStage<LoadReport> waiting = f.manager.awaken(key("c"));
        assertThat(waiting.toCompletableFuture()).isNotDone();
        assertThat(f.manager.budget().used(Device.CPU)).isEqualTo(2 * ESTIMATE_BYTES);
        inUse.close();

        assertThat(waiting.toCompletableFuture().join().ok()).isTrue();
        assertThat(f.loader.models().get(0).runsAfterClose()).isZero();
    }

    @Test
    void whatDoesNotFitIsRefusedWithTheFigures() {
        f.reconcile(
                ManagerFixture.definition("a", config(false, 0), 1),
                ManagerFixture.definition("b", config(false, 0), 1));

        LoadReport report = f.reconcile(
                        ManagerFixture.definition("a", config(false, 0), 1),
                        ManagerFixture.definition("b", config(false, 0), 1),
                        ManagerFixture.definition("c", config(false, 0), 1))
                .get(0);

        assertThat(report.step()).isEqualTo("memory");
        assertThat(report.reason())
                .isEqualTo("it needs up to 1 MiB on cpu, 0 MiB of 1 MiB are free and no other version may be evicted");
        assertThat(f.manager.budget().refusalCount()).isEqualTo(1);
        assertThat(f.manager.snapshot().ready().keySet()).containsExactly("a", "b");
    }

    @Test
    void noVersionGoesForOneThatWouldNotFitAnyway() {
        f.loader.estimate(Path.of("big", "1", "model.onnx"), ESTIMATE_BYTES + 1);
        ModelDefinition eager = ManagerFixture.definition("eager", config(false, 0), 1);
        f.reconcile(eager, onDemand("a", 1), onDemand("big", 1));
        ask("a");

        assertThat(ask("big").isOutOfMemory()).isTrue();

        assertThat(state("a")).isEqualTo(ModelState.READY);
        assertThat(state("big")).isEqualTo(ModelState.DORMANT);
        assertThat(f.manager.evictionCount()).isZero();
    }

    @Test
    void aNewVersionThatDoesNotFitIsRefusedOnceAndTheOneBeforeGoesOn() {
        f.loader.estimate(Path.of("a", "2", "model.onnx"), 2 * ESTIMATE_BYTES);
        f.reconcile(onDemand("a", 1));
        ask("a");

        List<LoadReport> reports = f.reconcile(onDemand("a", 1, 2));

        assertThat(reports).extracting(LoadReport::step).containsExactly("memory");
        assertThat(state("a")).isEqualTo(ModelState.READY);
        assertThat(requireNonNull(f.manager.snapshot().status(new ModelKey("a", 2)))
                        .state())
                .isEqualTo(ModelState.QUARANTINED);
        assertThat(f.manager.budget().refusalCount()).isEqualTo(1);
    }

    @Test
    void theVersionBeforeGoesFirstHoweverLateItWasUsed() {
        f.reconcile(ManagerFixture.definition("a", config(true, 1), 1), onDemand("b", 1));
        ask("a");
        f.reconcile(ManagerFixture.definition("a", config(true, 1), 1, 2), onDemand("b", 1));
        use("a");

        ask("b");

        assertThat(f.manager.snapshot().ready("a"))
                .extracting(version -> version.key().version())
                .containsExactly(2L);
    }

    @Test
    void aVersionThatWasEvictedRestsThoughTheOneBeforeIsStillThere() {
        ModelDefinition two = ManagerFixture.definition("a", config(true, 1), 1, 2);
        f.reconcile(ManagerFixture.definition("a", config(true, 1), 1), onDemand("b", 1));
        ask("a");
        f.reconcile(two, onDemand("b", 1));
        f.reconcile(two.with(new Intent(false, Set.of(), Set.of(1L))), onDemand("b", 1));

        ask("b");

        assertThat(f.manager.snapshot().status(new ModelKey("a", 2)))
                .extracting(VersionStatus::state)
                .isEqualTo(ModelState.DORMANT);
        assertThat(state("a")).isEqualTo(ModelState.READY);
        assertThat(f.loader.loads()).hasSize(3);
    }

    @Test
    void theVersionBeforeGoesForOneOfItsModelThatIsAskedFor() {
        Intent kept = new Intent(false, Set.of(), Set.of(1L));
        ModelDefinition two = ManagerFixture.definition("a", config(true, 1), 1, 2);
        f.reconcile(ManagerFixture.definition("a", config(true, 1), 1), onDemand("b", 1));
        ask("a");
        f.reconcile(two, onDemand("b", 1));
        f.reconcile(two.with(kept), onDemand("b", 1));
        ask("b");
        f.reconcile(two, onDemand("b", 1).with(kept));

        LoadReport report =
                f.manager.awaken(new ModelKey("a", 2)).toCompletableFuture().join();

        assertThat(report.ok()).isTrue();
        assertThat(f.manager.snapshot().ready("a"))
                .extracting(version -> version.key().version())
                .containsExactly(2L);
        assertThat(state("b")).isEqualTo(ModelState.READY);
    }

    @Test
    void aVersionThatOperatorsKeepIsNotEvicted() {
        Intent kept = new Intent(false, Set.of(), Set.of(1L));
        f.reconcile(onDemand("a", 1).with(kept), onDemand("b", 1).with(kept), onDemand("c", 1));
        ask("a");
        ask("b");

        assertThat(ask("c").isOutOfMemory()).isTrue();
        assertThat(state("c")).isEqualTo(ModelState.DORMANT);
        f.reconcile(onDemand("a", 1), onDemand("b", 1), onDemand("c", 1));
        assertThat(ask("c").ok()).isTrue();
    }

    @Test
    void anOlderVersionThatStoodInStandsInAgainAfterItWasEvicted() {
        f.loader.fail(new ModelKey("a", 2), new ModelLoadException("read", "truncated"));
        f.reconcile(onDemand("a", 1, 2), onDemand("b", 1), onDemand("c", 1));
        f.manager.awaken(new ModelKey("a", 2)).toCompletableFuture().join();
        ask("a");
        ask("b");
        use("b");

        ask("c");

        assertThat(state("a")).isEqualTo(ModelState.DORMANT);
    }

    @Test
    void theVersionBeforeStaysForARollbackUntilItsMemoryIsNeeded() {
        f.reconcile(ManagerFixture.definition("m", config(false, 1), 1));
        f.reconcile(ManagerFixture.definition("m", config(false, 1), 1, 2));
        assertThat(f.manager.snapshot().ready("m"))
                .extracting(version -> version.key().version())
                .containsExactly(1L, 2L);

        f.reconcile(ManagerFixture.definition("m", config(false, 1), 1, 2, 3));

        assertThat(f.manager.snapshot().ready("m"))
                .extracting(version -> version.key().version())
                .containsExactly(2L, 3L);
        assertThat(f.loader.models().get(0).closes()).isEqualTo(1);
    }

    @Test
    void theVersionBeforeIsEvictedForAnotherModel() {
        f.reconcile(ManagerFixture.definition("m", config(false, 1), 1));
        f.reconcile(ManagerFixture.definition("m", config(false, 1), 1, 2));

        f.reconcile(
                ManagerFixture.definition("m", config(false, 1), 1, 2),
                ManagerFixture.definition("n", config(false, 1), 1));

        assertThat(f.manager.snapshot().ready("m"))
                .extracting(version -> version.key().version())
                .containsExactly(2L);
        assertThat(f.manager.snapshot().ready("n")).hasSize(1);
    }

    @Test
    void anOlderVersionServesWhereTheNewestFailsAtStart() {
        f.loader.fail(new ModelKey("m", 3), new ModelLoadException("read", "truncated"));
        f.loader.fail(new ModelKey("m", 2), new ModelLoadException("read", "truncated"));

        List<LoadReport> reports = f.reconcile(ManagerFixture.definition("m", config(false, 1), 1, 2, 3));

        assertThat(reports).extracting(LoadReport::ok).containsExactly(true, false, false);
        assertThat(f.manager.snapshot().ready("m"))
                .extracting(version -> version.key().version())
                .containsExactly(1L);
        assertThat(f.reconcile(ManagerFixture.definition("m", config(false, 1), 1, 2, 3)))
                .isEmpty();
    }

    @Test
    void whoeverWasSentToAnOldVersionFindsItWhileRoutesMove() {
        f.reconcile(ManagerFixture.definition("m", config(false, 0), 1));
        List<Set<Long>> borrowable = new CopyOnWriteArrayList<>();
        f.manager.addListener(new ModelListener() {
            @Override
            public void changed(ModelEvent event) {}

            @Override
            public void published(ServingSnapshot snapshot) {
                Set<Long> found = new TreeSet<>();
                for (long version : new long[] {1, 2}) {
                    ModelHandle handle = f.manager.acquire(new ModelKey("m", version));
                    if (handle != null) {
                        found.add(version);
                        handle.close();
                    }
                }
                borrowable.add(found);
            }
        });

        f.reconcile(ManagerFixture.definition("m", config(false, 0), 2));

        assertThat(borrowable).contains(Set.of(1L, 2L));
        assertThat(borrowable).allSatisfy(found -> assertThat(found).isNotEmpty());
        assertThat(f.manager.acquire(key("m"))).isNull();
    }

    @Test
    void aModelIsLoadedAgainFromTheSameFiles() {
        f.reconcile(ManagerFixture.definition("m", config(false, 0), 1));

        List<LoadReport> reports = f.manager.reload("m").toCompletableFuture().join();

        assertThat(reports).extracting(LoadReport::ok).containsExactly(true);
        assertThat(f.loader.loads()).hasSize(2);
        try (ModelHandle handle = requireNonNull(f.manager.acquire(key("m")))) {
            assertThat(handle.version().batcher())
                    .isSameAs(requireNonNull(f.manager.snapshot().newest("m")).batcher());
        }
    }

    @Test
    void aReloadThatFailsLeavesWhatServes() {
        f.reconcile(ManagerFixture.definition("m", config(false, 0), 1));
        f.loader.fail(key("m"), new ModelLoadException("read", "truncated"));

        List<LoadReport> reports = f.manager.reload("m").toCompletableFuture().join();

        assertThat(reports).extracting(LoadReport::reason).containsExactly("truncated");
        VersionStatus status = requireNonNull(f.manager.snapshot().status(key("m")));
        assertThat(status.state()).isEqualTo(ModelState.READY);
        assertThat(status.reason()).isEqualTo("serves as configured before, reloading failed: truncated");
        f.loader.heal(key("m"));
        assertThat(f.manager.reload("m").toCompletableFuture().join())
                .extracting(LoadReport::ok)
                .containsExactly(true);
        assertThat(requireNonNull(f.manager.snapshot().status(key("m"))).reason())
                .isEmpty();
    }

    @Test
    void theStepsOfTheGateAreShownInTheirOrder() {
        f.reconcile(ManagerFixture.definition("m", config(false, 0), 1));

        assertThat(requireNonNull(f.manager.snapshot().status(key("m"))).steps())
                .extracting(step -> step.name())
                .containsExactly("estimate", "memory", "session", "signature", "batching", "cost", "warm-up");
    }
}
