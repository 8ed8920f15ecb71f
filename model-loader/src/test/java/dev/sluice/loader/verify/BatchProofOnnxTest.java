package dev.sluice.loader.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.repository.BatchingConfig;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.runtime.RuntimeOptions;
import dev.sluice.loader.runtime.ServableModel;
import dev.sluice.loader.runtime.onnx.OnnxModelLoader;
import dev.sluice.model.ModelKey;
import dev.sluice.model.NanoClock;
import dev.sluice.model.TensorPool;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The proof on real models, which run in the real runtime. */
class BatchProofOnnxTest {
    private final TensorPool pool = new TensorPool(64 << 20);
    private final OnnxModelLoader loader = new OnnxModelLoader(pool, 2, true);

    @AfterEach
    void leavesNoMemoryBehind() {
        assertThat(pool.bytesInUse()).isZero();
    }

    private BatchVerdict verdict(String name) throws ModelLoadException {
        Path file = Path.of("src/test/models", name, "1", "model.onnx");
        try (ServableModel model = loader.load(new ModelKey("m", 1), file, RuntimeOptions.DEFAULT)) {
            return new BatchProof(NanoClock.system()).decide(model, BatchingConfig.DEFAULT);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mlp",
                "cnn",
                "two-inputs",
                "mixed-inputs",
                "gather",
                "text-length",
                "identity-string",
                "identity-float16",
                "identity-bfloat16",
                "identity-uint64",
                "exports/sklearn-forest-int-labels",
                "exports/sklearn-pipeline-string-labels",
                "exports/lightgbm-multiclass",
                "exports/xgboost-binary",
                "exports/sklearn-regressor"
            })
    void independentRowsAreBatched(String name) throws ModelLoadException {
        assertThat(verdict(name)).matches(BatchVerdict::batched);
    }

    @ParameterizedTest
    @CsvSource({
        "batch-mixing, row answers change with their neighbours: max abs difference",
        "mislabelled, output 'y' has shape [2",
        "recurrent-state, ''",
        "recurrent-last, ''",
        "nonzero, ''",
        "fixed, declared first dimension of input 'x' is fixed (1)",
        "scalar, declared shape of input 'x' has no dimensions"
    })
    void othersAreNotBatchedForAReason(String name, String reason) throws ModelLoadException {
        BatchVerdict verdict = verdict(name);

        assertThat(verdict.batched()).isFalse();
        assertThat(verdict.reason()).startsWith(reason).isNotEmpty();
    }
}
