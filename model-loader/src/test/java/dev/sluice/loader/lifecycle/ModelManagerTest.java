package dev.sluice.loader.lifecycle;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.fakes.FakeModelLoader;
import dev.sluice.loader.fakes.FakeNanoClock;
import dev.sluice.loader.fakes.FakeRequestLoop;
import dev.sluice.loader.fakes.FakeServableModel;
import dev.sluice.loader.fakes.Tensors;
import dev.sluice.loader.repository.BatchingConfig;
import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.loader.repository.ModelDefinition;
import dev.sluice.loader.repository.VersionPolicy;
import dev.sluice.loader.runtime.Device;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.runtime.RuntimeOptions;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferRequest;
import dev.sluice.model.ModelKey;
import dev.sluice.model.Shape;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ModelManagerTest {
    private final ManagerFixture f = new ManagerFixture();

    @AfterEach
    void closesEveryModelOnce() {
        f.close();

        assertThat(f.loader.models()).allSatisfy(model -> {
            assertThat(model.closes()).isEqualTo(1);
            assertThat(model.runsAfterClose()).isZero();
        });
        assertThat(f.pool.bytesInUse()).isZero();
    }

    private void awaitState(ModelKey key, ModelState state) {
        CountDownLatch reached = new CountDownLatch(1);
        f.manager.addListener(event -> {
            if (event.key().equals(key) && event.state() == state) {
                reached.countDown();
            }
        });
        try {
            if (!f.events.contains(key + " " + state)) {
                assertThat(reached.await(10, TimeUnit.SECONDS)).isTrue();
            }
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    @Test
    void loadsWhatIsWantedAndReportsEachVersion() {
        List<LoadReport> reports = f.reconcile(ManagerFixture.versions(1, 2));

        assertThat(reports).extracting(LoadReport::key).containsExactly(ManagerFixture.key(1), ManagerFixture.key(2));
        assertThat(reports).allSatisfy(report -> {
            assertThat(report.ok()).isTrue();
            assertThat(report.device()).isEqualTo(Device.CPU);
            assertThat(report.estimateBytes()).isEqualTo(FakeModelLoader.ESTIMATE_BYTES);
            assertThat(report.batching()).isEqualTo("batched (proved: 8 rows gave equal answers alone and in batches)");
        });
        assertThat(f.manager.snapshot().ready("m"))
                .extracting(version -> version.key().version())
                .containsExactly(1L, 2L);
        assertThat(requireNonNull(f.manager.snapshot().newest("m")).key()).isEqualTo(ManagerFixture.key(2));
    }

    @Test
    void reconcilingAgainChangesNothing() {
        f.reconcile(ManagerFixture.versions(1));
        ServingSnapshot before = f.manager.snapshot();

        List<LoadReport> reports = f.reconcile(ManagerFixture.versions(1));

        assertThat(reports).isEmpty();
        assertThat(f.loader.loads()).hasSize(1);
        assertThat(f.manager.snapshot()).isEqualTo(before);
    }

    @Test
    void statesFollowEachOther() {
        f.reconcile(ManagerFixture.versions(1));
        f.reconcile();
        awaitState(ManagerFixture.key(1), ModelState.CLOSED);

        assertThat(f.events)
                .containsExactly("m@1 REGISTERED", "m@1 LOADING", "m@1 READY", "m@1 DRAINING", "m@1 CLOSED");
        assertThat(f.manager.snapshot().statuses()).isEmpty();
    }

    @Test
    void readyIsReportedWhenItCanBeBorrowedAndDrainingWhileItStillCan() {
        List<Boolean> borrowable = new CopyOnWriteArrayList<>();
        f.manager.addListener(event -> {
            if (event.state() == ModelState.READY || event.state() == ModelState.DRAINING) {
                ModelHandle handle = f.manager.acquire(event.key());
                borrowable.add(handle != null);
                if (handle != null) {
                    handle.close();
                }
            }
        });

        f.reconcile(ManagerFixture.versions(1));
        f.reconcile();

        assertThat(borrowable).containsExactly(true, true);
    }

    @Test
    void oneBrokenVersionHurtsNoOther() {
        f.loader.fail(ManagerFixture.key(2), new ModelLoadException("session", "unknown operator Foo"));
        f.loader.fail(ManagerFixture.key(3), new IllegalStateException("a bug"));

        List<LoadReport> reports = f.reconcile(ManagerFixture.versions(1, 2, 3));

        assertThat(reports).extracting(LoadReport::ok).containsExactly(true, false, false);
        assertThat(reports).extracting(LoadReport::step).containsExactly("", "session", "load");
        assertThat(reports.get(1).reason()).isEqualTo("unknown operator Foo");
        VersionStatus failed = requireNonNull(f.manager.snapshot().status(ManagerFixture.key(2)));
        assertThat(failed.state()).isEqualTo(ModelState.QUARANTINED);
        assertThat(failed.step()).isEqualTo("session");
        assertThat(f.manager.acquire(ManagerFixture.key(2))).isNull();
        assertThat(f.manager.snapshot().unavailable(ManagerFixture.key(2)))
                .hasMessage("model 'm' version 2 failed to load at step 'session': unknown operator Foo");
    }

    @Test
    void failedVersionIsTriedAgainWhenThatIsAskedFor() {
        f.loader.fail(ManagerFixture.key(1), new ModelLoadException("read", "truncated"));
        f.reconcile(ManagerFixture.versions(1));
        f.loader.heal(ManagerFixture.key(1));

        assertThat(f.reconcile(ManagerFixture.versions(1))).isEmpty();
        List<LoadReport> reports = f.manager.retry("m").toCompletableFuture().join();

        assertThat(reports).extracting(LoadReport::ok).containsExactly(true);
        assertThat(requireNonNull(f.manager.snapshot().status(ManagerFixture.key(1)))
                        .state())
                .isEqualTo(ModelState.READY);
    }

    @Test
    void oldVersionServesUntilTheNewOneIsReady() {
        f.reconcile(ManagerFixture.versions(1));
        CountDownLatch gate = f.loader.gate(ManagerFixture.key(2));
        CompletionStage<List<LoadReport>> loading = f.manager.reconcile(List.of(ManagerFixture.versions(2)));
        awaitState(ManagerFixture.key(2), ModelState.LOADING);

        assertThat(f.manager.snapshot().ready("m"))
                .extracting(ReadyVersion::key)
                .containsExactly(ManagerFixture.key(1));
        assertThat(f.manager.snapshot().unavailable(ManagerFixture.key(2)))
                .hasMessage("model 'm' version 2 is loading");
        gate.countDown();
        loading.toCompletableFuture().join();

        assertThat(f.manager.snapshot().ready("m"))
                .extracting(ReadyVersion::key)
                .containsExactly(ManagerFixture.key(2));
        awaitState(ManagerFixture.key(1), ModelState.CLOSED);
    }

    @Test
    void oldVersionStaysWhenTheNewOneIsBroken() {
        f.reconcile(ManagerFixture.versions(1));
        f.loader.fail(ManagerFixture.key(2), new ModelLoadException("read", "truncated"));

        f.reconcile(ManagerFixture.versions(2));

        assertThat(f.manager.snapshot().ready("m"))
                .extracting(ReadyVersion::key)
                .containsExactly(ManagerFixture.key(1));
    }

    @Test
    void keepsOldVersionUntilLastHandleCloses() {
        f.reconcile(ManagerFixture.versions(1));
        ModelHandle first = requireNonNull(f.manager.acquire(ManagerFixture.key(1)));
        ModelHandle second = requireNonNull(f.manager.acquire(ManagerFixture.key(1)));

        f.reconcile();
        first.close();
        first.close();

        assertThat(f.manager.acquire(ManagerFixture.key(1))).isNull();
        assertThat(requireNonNull(f.manager.snapshot().status(ManagerFixture.key(1)))
                        .state())
                .isEqualTo(ModelState.DRAINING);
        assertThat(f.loader.models().get(0).closes()).isZero();
        second.close();
        awaitState(ManagerFixture.key(1), ModelState.CLOSED);
    }

    @Test
    void changedConfigurationReplacesTheVersion() {
        ModelConfig off = config(new BatchingConfig(BatchingConfig.Mode.OFF, 0, 10, 1000), List.of(), Map.of());
        f.reconcile(ManagerFixture.versions(1));

        List<LoadReport> reports = f.reconcile(ManagerFixture.definition("m", off, 1));

        assertThat(reports).hasSize(1);
        try (ModelHandle handle = requireNonNull(f.manager.acquire(ManagerFixture.key(1)))) {
            assertThat(handle.version().batching()).hasToString("not batched (switched off in the configuration)");
        }
        f.close();
        assertThat(f.loader.models()).hasSize(2);
        assertThat(f.events)
                .containsExactly(
                        "m@1 REGISTERED",
                        "m@1 LOADING",
                        "m@1 READY",
                        "m@1 REGISTERED",
                        "m@1 LOADING",
                        "m@1 READY",
                        "m@1 DRAINING",
                        "m@1 CLOSED");
    }

    @Test
    void configurationThatDoesNotFitLeavesTheOldOneServing() {
        f.reconcile(ManagerFixture.versions(1));

        f.reconcile(ManagerFixture.definition(
                "m", config(BatchingConfig.DEFAULT, List.of(), Map.of("z", List.of("a", "b"))), 1));

        VersionStatus status = requireNonNull(f.manager.snapshot().status(ManagerFixture.key(1)));
        assertThat(status.state()).isEqualTo(ModelState.READY);
        assertThat(status.step()).isEqualTo("labels");
        assertThat(status.reason())
                .isEqualTo("serves as configured before, reloading failed: labels are configured for output 'z',"
                        + " the model has 'y'");
    }

    @Test
    void aChangeOfTheNewestThatIsRefusedDoesNotBringTheOneBeforeBack() {
        ModelConfig before = config(BatchingConfig.DEFAULT, List.of(), Map.of());
        f.reconcile(ManagerFixture.definition("m", before, 1));
        f.reconcile(ManagerFixture.definition("m", before, 1, 2));

        f.reconcile(ManagerFixture.definition(
                "m", config(BatchingConfig.DEFAULT, List.of(), Map.of("z", List.of("a", "b"))), 1, 2));

        assertThat(f.manager.snapshot().ready(ManagerFixture.key(2))).isNotNull();
        assertThat(requireNonNull(f.manager.snapshot().status(ManagerFixture.key(2)))
                        .step())
                .isEqualTo("labels");
    }

    @Test
    void configuredLabelsBecomePartOfTheSignature() {
        f.reconcile(ManagerFixture.definition(
                "m", config(BatchingConfig.DEFAULT, List.of("age"), Map.of("y", List.of("score"))), 1));

        assertThat(requireNonNull(f.manager.snapshot().newest("m")).signature().labels("y"))
                .containsExactly("score");
    }

    private static ModelConfig config(
            BatchingConfig batching, List<String> features, Map<String, List<String>> labels) {
        return new ModelConfig(VersionPolicy.newest(), batching, RuntimeOptions.DEFAULT, features, labels);
    }

    @Test
    void faultyDefinitionIsShownAndLeavesWhatServes() {
        f.reconcile(ManagerFixture.versions(1));
        ModelDefinition faulty = new ModelDefinition(
                "m", Path.of("m"), ModelConfig.DEFAULT, List.of(), List.of("model.yaml:3: bad"), List.of());
        ModelDefinition alsoFaulty = new ModelDefinition(
                "n", Path.of("n"), ModelConfig.DEFAULT, List.of(), List.of("model.yaml:1: worse"), List.of());

        f.reconcile(faulty, alsoFaulty);

        assertThat(f.manager.snapshot().ready("m")).hasSize(1);
        assertThat(requireNonNull(f.manager.snapshot().definitions().get("m")).problems())
                .containsExactly("model.yaml:3: bad");
        assertThat(f.manager.snapshot().unavailable("n"))
                .hasMessage("model 'n' has a faulty configuration: model.yaml:1: worse");
    }

    @Test
    void versionThatIsNotWantedAnyMoreIsClosedAfterItsLoad() {
        CountDownLatch gate = f.loader.gate(ManagerFixture.key(1));
        CompletionStage<List<LoadReport>> loading = f.manager.reconcile(List.of(ManagerFixture.versions(1)));
        awaitState(ManagerFixture.key(1), ModelState.LOADING);

        f.reconcile();
        gate.countDown();
        List<LoadReport> reports = loading.toCompletableFuture().join();
        awaitState(ManagerFixture.key(1), ModelState.CLOSED);

        assertThat(reports).extracting(LoadReport::reason).containsExactly("it is not wanted any more");
        assertThat(f.events).containsExactly("m@1 REGISTERED", "m@1 LOADING", "m@1 DRAINING", "m@1 CLOSED");
    }

    @Test
    void versionWantedAgainWhileItLoadsIsKept() {
        CountDownLatch gate = f.loader.gate(ManagerFixture.key(1));
        f.manager.reconcile(List.of(ManagerFixture.versions(1)));
        awaitState(ManagerFixture.key(1), ModelState.LOADING);
        f.reconcile();

        CompletionStage<List<LoadReport>> again = f.manager.reconcile(List.of(ManagerFixture.versions(1)));
        gate.countDown();

        assertThat(again.toCompletableFuture().join())
                .extracting(LoadReport::ok)
                .containsExactly(true);
        assertThat(f.loader.loads()).hasSize(1);
    }

    @Test
    void listenerThatThrowsHarmsNothing() {
        f.manager.addListener(event -> {
            throw new IllegalStateException("a bug");
        });

        assertThat(f.reconcile(ManagerFixture.versions(1)))
                .extracting(LoadReport::ok)
                .containsExactly(true);
    }

    @Test
    void listenerThatFailsBadlyHarmsNothing() {
        f.manager.addListener(event -> {
            throw new StackOverflowError();
        });

        assertThat(f.reconcile(ManagerFixture.versions(1)))
                .extracting(LoadReport::ok)
                .containsExactly(true);
    }

    @Test
    void requestsThatWaitBehindAStuckRunHearOfTheEnd() {
        f.reconcile(ManagerFixture.versions(1));
        FakeServableModel model = f.loader.models().get(0).hold();
        FakeRequestLoop loop = new FakeRequestLoop(0, new FakeNanoClock());
        List<ErrorCode> ends = new ArrayList<>();
        submit(loop, ends);
        model.awaitEntered(1);
        submit(loop, ends);

        boolean closed = f.manager.close(Duration.ofMillis(1));
        loop.runUntil(() -> ends.size() == 1);

        assertThat(closed).isFalse();
        assertThat(ends).containsExactly(ErrorCode.MODEL_NOT_READY);
        model.letAllPass();
        loop.runUntil(() -> ends.size() == 2);
        awaitState(ManagerFixture.key(1), ModelState.CLOSED);
    }

    /** One row to version 1; its end is noted, BUG standing for an answer. */
    private void submit(FakeRequestLoop loop, List<ErrorCode> ends) {
        ModelHandle handle = requireNonNull(f.manager.acquire(ManagerFixture.key(1)));
        InferRequest request = Tensors.request(Tensors.floats(f.pool, "x", Shape.of(1, 1), 1));
        handle.version().batcher().submit(request, loop, (response, failure) -> {
            if (response != null) {
                response.release();
            }
            ends.add(failure == null ? ErrorCode.BUG : failure.code());
            handle.close();
        });
        loop.tick();
    }

    @Test
    void closingLeavesVersionsInUseOpenUntilTheyAreGivenBack() {
        f.reconcile(ManagerFixture.versions(1));
        ModelHandle handle = requireNonNull(f.manager.acquire(ManagerFixture.key(1)));

        boolean closed = f.manager.close(Duration.ofMillis(1));

        assertThat(closed).isFalse();
        FakeServableModel model = f.loader.models().get(0);
        assertThat(model.closes()).isZero();
        assertThat(f.manager.reconcile(List.of()).toCompletableFuture()).isCompletedExceptionally();
        handle.close();
        awaitState(ManagerFixture.key(1), ModelState.CLOSED);
    }

    @Test
    void saysWhatIsAvailableInstead() {
        f.reconcile(ManagerFixture.versions(1, 3), ManagerFixture.definition("n", ModelConfig.DEFAULT));

        assertThat(f.manager.snapshot().unavailable("x")).hasMessage("model 'x' is not known; available: m");
        assertThat(f.manager.snapshot().unavailable("x").code()).isEqualTo(ErrorCode.MODEL_NOT_FOUND);
        assertThat(f.manager.snapshot().unavailable(ManagerFixture.key(2)))
                .hasMessage("model 'm' has no version 2; available: 1, 3");
        assertThat(f.manager.snapshot().unavailable(new ModelKey("n", 1))).hasMessage("model 'n' has no version");
    }
}
