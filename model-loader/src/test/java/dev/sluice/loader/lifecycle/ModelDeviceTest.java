package dev.sluice.loader.lifecycle;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.fakes.FakeModelLoader;
import dev.sluice.loader.repository.BatchingConfig;
import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.loader.repository.VersionPolicy;
import dev.sluice.loader.runtime.Device;
import dev.sluice.loader.runtime.RuntimeOptions;
import dev.sluice.loader.verify.GateStep;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A version on a device of its own; the fakes run anywhere. */
class ModelDeviceTest {
    private static final Device GPU = new Device(Device.Type.CUDA, 1);

    private final ManagerFixture f = new ManagerFixture();

    @AfterEach
    void closesEveryModelOnce() {
        f.close();

        assertThat(f.loader.models())
                .allSatisfy(model -> assertThat(model.closes()).isEqualTo(1));
        assertThat(f.manager.budget().devices())
                .allSatisfy(
                        device -> assertThat(f.manager.budget().used(device)).isZero());
    }

    private static ModelConfig onGpu() {
        RuntimeOptions plain = RuntimeOptions.DEFAULT;
        RuntimeOptions options = new RuntimeOptions(
                GPU,
                false,
                0,
                0,
                false,
                plain.graphOptimization(),
                plain.executionMode(),
                true,
                false,
                true,
                List.of(),
                Map.of(),
                null,
                null);
        return new ModelConfig(VersionPolicy.newest(), BatchingConfig.DEFAULT, options, List.of(), Map.of());
    }

    @Test
    void isComparedWithTheCpuAndTakesMemoryOfItsDevice() {
        f.reconcile(ManagerFixture.definition("m", onGpu(), 1));

        ReadyVersion version = requireNonNull(f.manager.snapshot().newest("m"));
        assertThat(version.device()).isEqualTo(GPU);
        assertThat(version.steps()).extracting(GateStep::name).contains("parity");
        assertThat(f.manager.budget().used(GPU)).isEqualTo(FakeModelLoader.ESTIMATE_BYTES);
        assertThat(f.manager.budget().used(Device.CPU)).isZero();
    }

    @Test
    void runsNoMoreRowsThanItsDeviceIsAllowed() {
        f.reconcile(ManagerFixture.definition("m", onGpu(), 1));

        assertThat(requireNonNull(f.manager.snapshot().newest("m")).tuning().rowsMax())
                .isEqualTo(16);
    }

    @Test
    void itsThreadsAreItsOwn() {
        assertThat(f.deviceThreads.of(GPU)).isNotSameAs(f.threads).isSameAs(f.deviceThreads.of(GPU));
        assertThat(f.deviceThreads.of(GPU).count()).isEqualTo(3);
        assertThat(f.deviceThreads.of(Device.CPU)).isSameAs(f.threads);
    }
}
