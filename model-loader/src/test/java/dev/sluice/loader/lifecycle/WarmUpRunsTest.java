package dev.sluice.loader.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.loader.fakes.FakeServableModel;
import dev.sluice.loader.fakes.Tensors;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.verify.BatchProof;
import dev.sluice.loader.verify.FoundRows;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import dev.sluice.model.NanoClock;
import dev.sluice.model.TensorPool;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WarmUpRunsTest {
    private final TensorPool pool = new TensorPool(64 << 20);
    private final AtomicInteger failures = new AtomicInteger();

    @AfterEach
    void returnsAllMemory() {
        assertThat(pool.bytesInUse()).isZero();
    }

    /** Fails {@code failures} times with more than one row. */
    private FakeServableModel failing(ErrorCode code) {
        return FakeServableModel.rowSums((inputs, outputs) -> {
            if (inputs.get(0).shape().dimension(0) > 1 && failures.getAndDecrement() > 0) {
                throw new InferenceException(code, "it did not work");
            }
            return Tensors.rowSums(pool, inputs);
        });
    }

    private String warmUp(FakeServableModel model, int failing) throws ModelLoadException {
        FoundRows rows = new BatchProof(NanoClock.system()).rows(model);
        failures.set(failing);
        return WarmUpRuns.of(model, rows, 16, 0);
    }

    @Test
    void memoryThatIsShortForAMomentIsWaitedFor() throws ModelLoadException {
        assertThat(warmUp(failing(ErrorCode.OVERLOADED), 1)).isEqualTo("2 runs of 1 and of 16 rows");
    }

    @Test
    void isGivenUpWhereMemoryStaysShort() throws ModelLoadException {
        assertThat(warmUp(failing(ErrorCode.OVERLOADED), 100))
                .isEqualTo("given up, because versions that serve need the memory: it did not work");
    }

    @Test
    void refusesAModelThatCannotRunItsLargestBatch() {
        assertThatThrownBy(() -> warmUp(failing(ErrorCode.MODEL_FAILED), 1))
                .isInstanceOfSatisfying(
                        ModelLoadException.class, e -> assertThat(e.step()).isEqualTo("warm-up"))
                .hasMessage("a run of 16 made-up rows failed: it did not work");
    }
}
