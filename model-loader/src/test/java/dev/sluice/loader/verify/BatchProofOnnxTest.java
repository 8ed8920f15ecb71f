package dev.sluice.loader.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.padding.PaddingRule;
import dev.sluice.loader.repository.BatchingConfig;
import dev.sluice.loader.repository.LengthConfig;
import dev.sluice.loader.repository.PaddingConfig;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.runtime.RuntimeOptions;
import dev.sluice.loader.runtime.ServableModel;
import dev.sluice.loader.runtime.onnx.OnnxModelLoader;
import dev.sluice.model.ModelKey;
import dev.sluice.model.NanoClock;
import dev.sluice.model.TensorPool;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
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
        return verdict(Path.of("src/test/models", name, "1", "model.onnx"), BatchingConfig.DEFAULT);
    }

    private BatchVerdict verdict(String name, PaddingConfig padding) throws ModelLoadException {
        return verdict(Path.of("src/test/models", name, "1", "model.onnx"), config(BatchingConfig.Mode.AUTO, padding));
    }

    private static BatchingConfig config(BatchingConfig.Mode mode, PaddingConfig padding) {
        return new BatchingConfig(
                mode, 0, 10, 1000, BatchingConfig.Execution.AUTO, 0, new LengthConfig(0, 0.25, padding));
    }

    private BatchVerdict verdict(Path file, BatchingConfig config) throws ModelLoadException {
        try (ServableModel model = loader.load(new ModelKey("m", 1), file, RuntimeOptions.DEFAULT)) {
            return new BatchProof(NanoClock.system()).decide(model, config);
        }
    }

    private static PaddingRule rule(BatchVerdict verdict) {
        PaddingRule rule = verdict.padding().rule();
        if (rule == null) {
            throw new AssertionError(verdict);
        }
        return rule;
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

    @ParameterizedTest
    @ValueSource(strings = {"mlp", "cnn", "exports/sklearn-forest-int-labels", "exports/lightgbm-multiclass"})
    void classicModelsAreExact(String name) throws ModelLoadException {
        assertThat(verdict(name))
                .extracting(BatchVerdict::level, BatchVerdict::difference)
                .containsExactly(BatchLevel.EXACT, 0.0);
    }

    @Test
    void aMixingModelIsNotBatchableByALongWay() throws ModelLoadException {
        BatchVerdict verdict = verdict("batch-mixing");

        assertThat(verdict.level()).isEqualTo(BatchLevel.NOT_BATCHABLE);
        assertThat(verdict.difference()).isGreaterThan(0.01);
        assertThat(verdict.tolerance()).isEqualTo(1e-5);
    }

    @Test
    void aMaskOfTheConventionalNameIsTakenForOne() throws ModelLoadException {
        BatchVerdict verdict = verdict("text-length");

        assertThat(rule(verdict))
                .isEqualTo(new PaddingRule(
                        "attention_mask", List.of(new PaddingRule.Input(1, 0), new PaddingRule.Input(1, 0)), Map.of()));
        assertThat(verdict.padding().reason()).startsWith("proved").contains("rows of length 8 to 32");
        assertThat(verdict.difference()).isLessThan(1e-5);
    }

    @Test
    void paddingCanBeSwitchedOff() throws ModelLoadException {
        BatchVerdict verdict = verdict("text-length", PaddingConfig.OFF);

        assertThat(verdict.batched()).isTrue();
        assertThat(verdict.padding()).isEqualTo(PaddingVerdict.none("switched off in the configuration"));
    }

    /** The model fails on ids beyond its vocabulary, also where the mask is 0. */
    @Test
    void aValueToPadWithThatTheModelRefusesEndsPadding() throws ModelLoadException {
        BatchVerdict verdict = verdict("text-length", new PaddingConfig(true, "", Map.of("input_ids", 5000.0)));

        assertThat(verdict.batched()).isTrue();
        assertThat(verdict.padding().rule()).isNull();
        assertThat(verdict.padding().reason()).startsWith("could not be proved: model failed on padded rows: ");
    }

    @Test
    void aMaskOfAnotherNameMustBeDeclared() throws ModelLoadException {
        assertThat(verdict("text-tokens").padding()).isEqualTo(PaddingVerdict.NOTHING_TO_PAD);

        BatchVerdict declared = verdict("text-tokens", new PaddingConfig(true, "keep", Map.of("ids", 3.0)));

        assertThat(rule(declared))
                .isEqualTo(new PaddingRule(
                        "keep",
                        List.of(new PaddingRule.Input(1, 3), new PaddingRule.Input(1, 0)),
                        Map.of("states", 1, "columns", 2)));
    }

    @Test
    void aMaskThatTheModelDoesNotHeedIsNoticed() throws ModelLoadException {
        BatchVerdict verdict = verdict("text-heedless");

        assertThat(verdict.batched()).isTrue();
        assertThat(verdict.padding().rule()).isNull();
        assertThat(verdict.padding().reason()).startsWith("answers change with padding: max abs difference");
        assertThat(verdict.toString()).contains("); lengths not padded (answers change with padding");
    }

    /** An operator may declare that rows are independent, but padding is proved in any case. */
    @Test
    void paddingOfADeclaredModelIsProvedTooAndNothingElse() throws ModelLoadException {
        Path heedless = Path.of("src/test/models/text-heedless/1/model.onnx");
        Path heedful = Path.of("src/test/models/text-length/1/model.onnx");
        BatchingConfig declared = config(BatchingConfig.Mode.ON, PaddingConfig.AUTO);

        assertThat(verdict(heedless, declared).padding().rule()).isNull();
        assertThat(verdict(heedful, declared).padding().rule()).isNotNull();
        assertThat(verdict(heedful, declared).level()).isEqualTo(BatchLevel.DECLARED);
    }
}
