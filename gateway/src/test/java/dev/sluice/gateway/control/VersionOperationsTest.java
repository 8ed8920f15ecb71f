package dev.sluice.gateway.control;

import static dev.sluice.gateway.control.OperationsFixture.ACTOR;
import static dev.sluice.gateway.control.OperationsFixture.assertRefused;
import static dev.sluice.gateway.control.OperationsFixture.await;
import static dev.sluice.gateway.control.OperationsFixture.done;
import static dev.sluice.gateway.control.OperationsFixture.newest;
import static dev.sluice.gateway.control.OperationsFixture.onDemand;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.fakes.FakeModelLoader;
import dev.sluice.loader.lifecycle.ManagerFixture;
import dev.sluice.loader.lifecycle.ResourceBudget;
import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.loader.repository.ModelDefinition;
import dev.sluice.loader.runtime.Device;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.NanoClock;
import dev.sluice.state.AuditEntry;
import dev.sluice.state.SavedModel;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VersionOperationsTest {
    private static final String REASON =
            "it needs up to 1 MiB on cpu, 0 MiB of 1 MiB are free" + " and no other version may be evicted";
    private static final String NO_ROOM = " failed at step memory: " + REASON;

    /** There is room for one version. */
    private final OperationsFixture small = new OperationsFixture(
            new ResourceBudget(Map.of(Device.CPU, FakeModelLoader.ESTIMATE_BYTES), NanoClock.system()));

    private final OperationsFixture at = new OperationsFixture();

    @AfterEach
    void close() {
        at.close();
        small.close();
    }

    private static ModelDefinition other() {
        ModelConfig config = ManagerFixture.versions(1).config();
        return ManagerFixture.definition("other", config, 1);
    }

    @Test
    void anUnloadThatFailsIsTakenBack() {
        at.serve(newest(2, 3));
        at.fixture.loader.fail(ManagerFixture.key(2), new ModelLoadException("open", "broken"));

        assertRefused(ErrorCode.LOAD_FAILED, () -> done(at.operations.unload(ACTOR, "m", OptionalLong.of(3))))
                .hasMessage("version 3 of model 'm' still serves, because nothing can take its place: version 2 is"
                        + " quarantined at step open: broken");

        assertThat(at.state.model("m").stoppedVersions()).isEmpty();
        assertThat(at.state.audit(2))
                .extracting(AuditEntry::operation, AuditEntry::detail)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(
                                "unload", "version 3 taken back: nothing can take its place"),
                        org.assertj.core.groups.Tuple.tuple("unload", "version 3"));
        done(at.operations.label(ACTOR, "m", "stable", 3));
        assertThat(at.routed()).isEqualTo(3);
    }

    @Test
    void anUnloadThatFailsLeavesAVersionLoadedByNumber() {
        at.serve(newest(2, 3));
        done(at.operations.load(ACTOR, "m", OptionalLong.of(3)));
        at.fixture.loader.fail(ManagerFixture.key(2), new ModelLoadException("open", "broken"));

        assertRefused(ErrorCode.LOAD_FAILED, () -> done(at.operations.unload(ACTOR, "m", OptionalLong.of(3))));

        assertThat(at.state.model("m").loadedVersions()).containsExactly(3L);
    }

    @Test
    void reloadsWhatStandsInForAVersionThatWasRefused() {
        at.fixture.loader.fail(ManagerFixture.key(2), new ModelLoadException("golden", "row 3 differs"));
        at.serve(newest(1, 2));
        assertThat(at.routed()).isEqualTo(1);

        done(at.operations.reload(ACTOR, "m"));

        assertThat(at.fixture.loader.loads())
                .containsExactly(ManagerFixture.key(2), ManagerFixture.key(1), ManagerFixture.key(1));
    }

    @Test
    void saysSoWhereWhatStandsInCannotBeReloaded() {
        at.fixture.loader.fail(ManagerFixture.key(2), new ModelLoadException("golden", "row 3 differs"));
        at.serve(newest(1, 2));
        at.fixture.loader.fail(ManagerFixture.key(1), new ModelLoadException("open", "broken"));

        assertRefused(ErrorCode.LOAD_FAILED, () -> done(at.operations.reload(ACTOR, "m")))
                .hasMessage("version 1 of model 'm' is ready at step open: serves as configured before, reloading"
                        + " failed: broken");
        assertThat(at.routed()).isEqualTo(1);
    }

    @Test
    void aReloadDoesNotFailBecauseANewerVersionTookOverMeanwhile() {
        at.serve(newest(1));
        CountDownLatch newer = at.fixture.loader.gate(ManagerFixture.key(2));
        at.found = List.of(newest(1, 2));
        at.operations.found(at.found);
        await(() -> at.fixture.manager.snapshot().status(ManagerFixture.key(2)) != null);
        CountDownLatch again = at.fixture.loader.gate(ManagerFixture.key(1));
        CompletionStage<?> reload = at.operations.reload(ACTOR, "m");
        await(() -> at.fixture.loader.loads().size() == 3);

        newer.countDown();
        await(() -> at.routed() == 2);
        again.countDown();

        done(reload);
    }

    @Test
    void aLoadOnDemandThatFindsNoMemoryHasFailed() {
        small.serve(onDemand(1), other());

        assertRefused(ErrorCode.LOAD_FAILED, () -> done(small.operations.load(ACTOR, "m", OptionalLong.empty())))
                .hasMessage("loading version 1 of model 'm'" + NO_ROOM);
        assertRefused(ErrorCode.LOAD_FAILED, () -> done(small.operations.load(ACTOR, "m", OptionalLong.of(1))))
                .hasMessage("loading version 1 of model 'm'" + NO_ROOM);
    }

    @Test
    void aLabelOrRollbackThatLoadsFirstAndFindsNoMemoryHasFailed() {
        SavedModel saved = SavedModel.unknown("m").withServed(1, Instant.EPOCH).withServed(2, Instant.EPOCH);
        small.state.save(List.of(saved), null);
        small.serve(onDemand(1, 2), other());

        assertRefused(ErrorCode.LOAD_FAILED, () -> done(small.operations.label(ACTOR, "m", "stable", 2)))
                .hasMessage("loading version 2 of model 'm'" + NO_ROOM);
        assertRefused(ErrorCode.LOAD_FAILED, () -> done(small.operations.rollback(ACTOR, "m")))
                .hasMessage("model 'm' cannot go back to version 1: loading it" + NO_ROOM);
        assertThat(small.state.model("m").labels()).isEmpty();
    }

    @Test
    void aReloadOnDemandThatFindsNoMemoryHasFailed() {
        small.serve(onDemand(1));
        done(small.operations.load(ACTOR, "m", OptionalLong.empty()));

        assertRefused(ErrorCode.LOAD_FAILED, () -> done(small.operations.reload(ACTOR, "m")))
                .hasMessage(
                        "version 1 of model 'm' is ready at step memory: serves as configured before, reloading failed: "
                                + REASON);
        assertThat(small.routed()).isEqualTo(1);
    }
}
