package dev.sluice.loader.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.repository.BatchingConfig;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.runtime.RuntimeOptions;
import dev.sluice.loader.runtime.ServableModel;
import dev.sluice.loader.runtime.onnx.OnnxModelLoader;
import dev.sluice.loader.verify.BatchProof;
import dev.sluice.loader.verify.BatchVerdict;
import dev.sluice.model.CpuClock;
import dev.sluice.model.ModelKey;
import dev.sluice.model.NanoClock;
import dev.sluice.model.TensorPool;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real models, run by the real runtime and measured by real clocks; only what no machine can turn round is asserted. */
class TunerOnnxTest {
    private final TensorPool pool = new TensorPool(64 << 20);
    private final OnnxModelLoader loader = new OnnxModelLoader(pool, 2, true);
    private final NanoClock clock = NanoClock.system();

    @AfterEach
    void leavesNoMemoryBehind() {
        assertThat(pool.bytesInUse()).isZero();
    }

    private Tuning tune(String name) throws ModelLoadException {
        Path file = Path.of("src/test/models", name, "1", "model.onnx");
        try (ServableModel model = loader.load(new ModelKey("m", 1), file, RuntimeOptions.DEFAULT)) {
            BatchProof proof = new BatchProof(clock);
            BatchVerdict verdict = proof.decide(model, BatchingConfig.DEFAULT);
            VersionFacts facts =
                    VersionFacts.of(BatchingConfig.DEFAULT, RuntimeOptions.DEFAULT, verdict, model.device(), 2);
            CostProbe probe = new CostProbe(clock, CpuClock.system(clock));
            Tuner tuner = new Tuner(model, facts, proof.rows(model), probe, InstantSource.system());
            Tuning atLoad = tuner.atLoad(ProbeBudget.AT_LOAD);
            // The second look is warm.
            return tuner.decide(tuner.inService(atLoad.maxRows(), () -> false), atLoad, "");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mlp",
                "two-inputs",
                "mixed-inputs",
                "text-length",
                "exports/sklearn-logistic-binary",
                "exports/lightgbm-multiclass",
                "exports/xgboost-binary"
            })
    void smallModelsRunInline(String name) throws ModelLoadException {
        Tuning tuning = tune(name);

        assertThat(tuning.isInline()).as(tuning.describe()).isTrue();
        assertThat(tuning.maxRows()).as(tuning.describe()).isGreaterThan(1);
    }

    @Test
    void batchesOfASmallNetworkPayOff() throws ModelLoadException {
        Tuning tuning = tune("mlp");

        assertThat(tuning.curve().knee()).as(tuning.describe()).isGreaterThanOrEqualTo(16);
        assertThat(tuning.cellsAtKnee()).isEqualTo(tuning.curve().knee());
    }

    @Test
    void heavyModelsAreQueued() throws ModelLoadException {
        Tuning slow = tune("slow");
        Tuning cnn = tune("cnn");

        assertThat(slow.isInline()).as(slow.describe()).isFalse();
        assertThat(cnn.parallelRuns()).isEqualTo(2);
        assertThat(cnn.isInline()).as(cnn.describe()).isFalse();
        // Its larger batches leave the caches and are slower.
        assertThat(cnn.maxRows()).as(cnn.describe()).isLessThan(64);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fixed", "scalar", "recurrent-state", "recurrent-last", "batch-mixing"})
    void modelsThatCannotBeBatchedAreMeasuredAlone(String name) throws ModelLoadException {
        Tuning tuning = tune(name);

        assertThat(tuning.curve().points()).as(tuning.describe()).hasSize(1);
        assertThat(tuning.maxRows()).isEqualTo(1);
    }

    @Test
    void lengthsAreCountedInCells() throws ModelLoadException {
        Tuning tuning = tune("text-length");

        assertThat(tuning.curve().cellsPerRow()).isEqualTo(32);
        // Two inputs of 32 numbers of 8 bytes.
        assertThat(tuning.curve().comparableRowBytes()).isEqualTo(512);
    }

    @Test
    void aModelWithoutBatchesIsMeasuredInTimeToo() throws ModelLoadException {
        long begin = clock.nanoTime();

        tune("slow");

        // The proof, the search for rows, one measurement at load and one in service, on a machine that has other work
        // too.
        assertThat(Duration.ofNanos(clock.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
    }
}
