package dev.sluice.loader.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.loader.fakes.FakeServableModel;
import dev.sluice.loader.fakes.Tensors;
import dev.sluice.loader.runtime.Device;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.model.NanoClock;
import dev.sluice.model.TensorPool;
import dev.sluice.model.TensorSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeviceParityTest {
    private static final Device GPU = new Device(Device.Type.CUDA, 1);

    private final TensorPool pool = new TensorPool(1 << 20);
    private final FakeServableModel onCpu =
            FakeServableModel.rowSums((inputs, outputs) -> Tensors.rowSums(pool, inputs));

    @AfterEach
    void givesEveryOutputBack() {
        assertThat(pool.bytesInUse()).isZero();
    }

    /** A model that gives {@code factor} times what it should. */
    private FakeServableModel scaled(float factor) {
        return FakeServableModel.rowSums((inputs, outputs) -> {
                    TensorSet sums = Tensors.rowSums(pool, inputs);
                    var memory = sums.tensors().get(0).memory();
                    memory.putFloat(0, memory.getFloat(0) * factor);
                    return sums;
                })
                .on(GPU);
    }

    private String check(FakeServableModel onDevice) throws ModelLoadException {
        return DeviceParity.check(onDevice, onCpu, new BatchProof(NanoClock.system()).rows(onCpu));
    }

    @Test
    void theSameAnswersPass() throws ModelLoadException {
        assertThat(check(scaled(1))).isEqualTo("8 rows within 0.0e+00 of the largest value of what the CPU gives");
    }

    @Test
    void aRoundingOfTheDevicePasses() throws ModelLoadException {
        assertThat(check(scaled(1.001f))).startsWith("8 rows within 1.0e-03 ");
    }

    @Test
    void otherAnswersAreNamed() {
        assertThatThrownBy(() -> check(scaled(1.1f)))
                .isInstanceOf(ModelLoadException.class)
                .hasMessageMatching("output 'y' is off by [0-9.e-]+ on cuda:1 \\(largest value on cpu [0-9.e-]+,"
                        + " allowed 5e-03 of it\\)");
    }
}
