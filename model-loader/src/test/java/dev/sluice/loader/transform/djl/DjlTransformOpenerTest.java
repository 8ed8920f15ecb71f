package dev.sluice.loader.transform.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.loader.fakes.Tensors;
import dev.sluice.loader.repository.TransformConfig;
import dev.sluice.loader.repository.TransformConfig.Pooling;
import dev.sluice.loader.repository.VersionFiles;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.transform.StopCondition;
import dev.sluice.loader.transform.VersionTransform;
import dev.sluice.loader.transform.image.DecodeBudget;
import dev.sluice.model.DataType;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelKey;
import dev.sluice.model.ModelSignature;
import dev.sluice.model.Shape;
import dev.sluice.model.TensorPool;
import dev.sluice.model.TensorSet;
import dev.sluice.model.TensorSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the native library and a tokenizer of eight words, padded to 6 and cut off at 4 by its own file. */
class DjlTransformOpenerTest {
    private static final String WORDS = """
            {"version": "1.0",
             "truncation": {"direction": "Right", "max_length": 4, "strategy": "LongestFirst", "stride": 0},
             "padding": {"strategy": {"Fixed": 6}, "direction": "Right", "pad_to_multiple_of": null, "pad_id": 7,
                         "pad_type_id": 0, "pad_token": "[PAD]"},
             "added_tokens": [],
             "normalizer": {"type": "Lowercase"},
             "pre_tokenizer": {"type": "WhitespaceSplit"},
             "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 2], "cls": ["[CLS]", 1]},
             "decoder": null,
             "model": {"type": "WordLevel", "unk_token": "[UNK]",
                       "vocab": {"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "late": 3, "flight": 4, "ünï": 5, "\uD83D\uDE00": 6,
                                 "[PAD]": 7}}}
            """;

    @TempDir
    Path folder;

    @TempDir
    Path cache;

    private final TensorPool pool = new TensorPool(1 << 20);

    private VersionTransform open(int maxLength, String json) throws IOException, ModelLoadException {
        Files.writeString(folder.resolve("tokenizer.json"), json);
        TransformConfig.Text config =
                new TransformConfig.Text("tokenizer.json", maxLength, 1 << 20, Pooling.NONE, false, Optional.empty());
        List<TensorSpec> inputs = List.of(
                new TensorSpec("input_ids", DataType.INT64, Shape.of(-1, -1)),
                new TensorSpec("attention_mask", DataType.INT64, Shape.of(-1, -1)));
        ModelSignature model = new ModelSignature(
                "fake", inputs, List.of(new TensorSpec("logits", DataType.FP32, Shape.of(-1, 2))), Map.of());
        return new DjlTransformOpener(pool, () -> cache, new DecodeBudget(1 << 20))
                .open(new VersionFiles(new ModelKey("m", 1), folder, folder.resolve("model.onnx")), config, model);
    }

    private List<Long> ids(VersionTransform transform, String... texts) {
        TensorSet in = Tensors.strings(pool, "text", Shape.of(texts.length), texts);
        TensorSet made = transform.before(in.tensors(), StopCondition.never());
        List<Long> values = new ArrayList<>();
        ByteBuffer data = made.tensors().get(0).data();
        while (data.hasRemaining()) {
            values.add(data.getLong());
        }
        in.release();
        made.release();
        return values;
    }

    @Test
    void tokenizesAndPadsToTheLongestWhateverTheFileSaysOfPadding() throws Exception {
        VersionTransform transform = open(0, WORDS);

        assertThat(ids(transform, "Flight", "")).containsExactly(1L, 4L, 2L, 1L, 2L, 7L);
        assertThat(ids(transform, "ünï \uD83D\uDE00 \0 x")).containsExactly(1L, 5L, 6L, 2L);
        transform.close();
    }

    @Test
    void cutsOffAtTheConfiguredLength() throws Exception {
        VersionTransform transform = open(6, WORDS);

        assertThat(ids(transform, "late late late late late late")).containsExactly(1L, 3L, 3L, 3L, 3L, 2L);
        transform.close();
    }

    @Test
    void manyThreadsTokenizeAtOnceAndClosingWaitsForThem() throws Exception {
        VersionTransform transform = open(0, WORDS);
        List<CompletableFuture<Void>> calls = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.runAsync(() -> {
                    try {
                        for (int call = 0; call < 2000; call++) {
                            assertThat(ids(transform, "late flight")).containsExactly(1L, 3L, 4L, 2L);
                        }
                    } catch (InferenceException e) {
                        assertThat(e.code()).isEqualTo(ErrorCode.MODEL_NOT_READY);
                    }
                }))
                .toList();

        ids(transform, "late");
        transform.close();
        transform.close();

        CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new)).join();
        assertThatThrownBy(() -> ids(transform, "late")).hasMessage("the version is being unloaded");
    }

    @Test
    void aFileThatIsNoTokenizerFailsTheVersion() {
        assertThatThrownBy(() -> open(0, "{}"))
                .isInstanceOfSatisfying(
                        ModelLoadException.class, e -> assertThat(e.step()).isEqualTo("transform"))
                .hasMessageStartingWith("text.tokenizer: tokenizer.json is not a tokenizer: ");
        assertThatThrownBy(() -> open(0, "not even JSON")).isInstanceOf(ModelLoadException.class);
    }

    @Test
    void aLengthThatHoldsNoSpecialTokensFailsTheVersion() {
        assertThatThrownBy(() -> open(1, WORDS))
                .isInstanceOf(ModelLoadException.class)
                .hasMessageContaining("text.max-length");
    }

    @Test
    void nothingIsWrittenButTheCache() throws Exception {
        Path home = Path.of(System.getProperty("user.home"), ".djl.ai");
        boolean before = Files.exists(home);

        open(0, WORDS).close();

        assertThat(Files.exists(home)).isEqualTo(before);
        assertThat(System.getProperty("OPT_OUT_TRACKING")).isEqualTo("true");
    }
}
