package dev.sluice.gateway.control;

import static dev.sluice.gateway.control.OperationsFixture.ACTOR;
import static dev.sluice.gateway.control.OperationsFixture.assertRefused;
import static dev.sluice.gateway.control.OperationsFixture.await;
import static dev.sluice.gateway.control.OperationsFixture.done;
import static dev.sluice.gateway.control.OperationsFixture.newest;
import static dev.sluice.gateway.control.OperationsFixture.onDemand;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.lifecycle.ManagerFixture;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.model.ErrorCode;
import dev.sluice.state.SavedModel;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LabelOperationsTest {
    private final OperationsFixture at = new OperationsFixture();
    private final ManagerFixture fixture = at.fixture;
    private final ModelOperations operations = at.operations;

    @AfterEach
    void close() {
        at.close();
    }

    private static SavedModel servedBefore(long... versions) {
        SavedModel saved = SavedModel.unknown("m");
        for (long version : versions) {
            saved = saved.withServed(version, Instant.EPOCH);
        }
        return saved;
    }

    private void known(SavedModel saved) {
        at.state.save(List.of(saved), null);
    }

    @Test
    void rollbackLeavesTheVersionThatWouldBeLoadedForTheNextRequest() {
        known(servedBefore(2, 3));
        at.serve(onDemand(2, 3));

        Rollback back = done(operations.rollback(ACTOR, "m"));

        assertThat(back).isEqualTo(new Rollback("m", OptionalLong.of(3), 2, false));
        assertThat(fixture.loader.loads()).containsExactly(ManagerFixture.key(2));
        assertThat(at.routed()).isEqualTo(2);
    }

    @Test
    void rollbackLeavesTheVersionThatIsLabelledStableButCannotServe() {
        known(servedBefore(2, 3).withLabel("stable", 3, Instant.EPOCH));
        fixture.loader.fail(ManagerFixture.key(3), new ModelLoadException("golden", "row 3 differs"));
        at.serve(newest(2, 3));
        assertThat(at.routed()).isZero();

        Rollback back = done(operations.rollback(ACTOR, "m"));

        assertThat(back).isEqualTo(new Rollback("m", OptionalLong.of(3), 2, true));
        assertThat(at.routed()).isEqualTo(2);
        assertThat(fixture.loader.loads()).containsExactlyInAnyOrder(ManagerFixture.key(2), ManagerFixture.key(3));
    }

    @Test
    void rollbackOfAModelThatWasUnloadedLeavesTheVersionThatServedLast() {
        known(servedBefore(2, 3));
        at.serve(newest(2, 3));
        done(operations.unload(ACTOR, "m", OptionalLong.empty()));

        assertThat(done(operations.rollback(ACTOR, "m"))).isEqualTo(new Rollback("m", OptionalLong.of(3), 2, false));
        assertThat(at.routed()).isEqualTo(2);
    }

    @Test
    void aLabelDoesNotMoveToAVersionThatIsBeingUnloaded() {
        at.serve(newest(2, 3));
        CountDownLatch gate = fixture.loader.gate(ManagerFixture.key(2));
        CompletionStage<?> unload = operations.unload(ACTOR, "m", OptionalLong.of(3));

        assertRefused(ErrorCode.CONFLICT, () -> done(operations.label(ACTOR, "m", "stable", 3)))
                .hasMessage("label 'stable' moves only to a version that stays, and version 3 of model 'm' was"
                        + " unloaded; load it first");
        gate.countDown();
        done(unload);
        assertThat(at.routed()).isEqualTo(2);
    }

    @Test
    void aLabelDoesNotMoveToAVersionOfAModelThatWasUnloaded() {
        at.serve(newest(2));
        done(operations.unload(ACTOR, "m", OptionalLong.empty()));

        assertRefused(ErrorCode.CONFLICT, () -> done(operations.label(ACTOR, "m", "stable", 2)))
                .hasMessage("label 'stable' moves only to a version that stays, and model 'm' was unloaded; load it"
                        + " first");
    }

    @Test
    void rollbackIsRefusedWhileTheVersionThatItGoesToIsBeingUnloaded() {
        known(servedBefore(3, 2).withLabel("stable", 2, Instant.EPOCH));
        fixture.loader.fail(ManagerFixture.key(2), new ModelLoadException("open", "broken"));
        at.serve(newest(1, 2, 3));
        CountDownLatch gate = fixture.loader.gate(ManagerFixture.key(1));
        CompletionStage<?> unload = operations.unload(ACTOR, "m", OptionalLong.of(3));

        assertRefused(ErrorCode.CONFLICT, () -> done(operations.rollback(ACTOR, "m")))
                .hasMessage("model 'm' is busy: unload has not ended; try again when it has");
        gate.countDown();
        done(unload);
    }

    @Test
    void rollbackToAVersionThatWasUnloadedLoadsItForGood() {
        known(servedBefore(3, 2));
        at.serve(newest(2, 3));
        done(operations.unload(ACTOR, "m", OptionalLong.of(3)));
        await(() -> at.routed() == 2);

        assertThat(done(operations.rollback(ACTOR, "m"))).isEqualTo(new Rollback("m", OptionalLong.of(2), 3, false));
        assertThat(at.routed()).isEqualTo(3);
        assertThat(at.state.model("m").stoppedVersions()).isEmpty();
    }
}
