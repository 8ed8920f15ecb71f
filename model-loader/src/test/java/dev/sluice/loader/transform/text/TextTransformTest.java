package dev.sluice.loader.transform.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.loader.fakes.Tensors;
import dev.sluice.loader.repository.TransformConfig;
import dev.sluice.loader.repository.TransformConfig.Pooling;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.transform.StopCondition;
import dev.sluice.model.DataType;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelSignature;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorBlock;
import dev.sluice.model.TensorPool;
import dev.sluice.model.TensorSet;
import dev.sluice.model.TensorSpec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TextTransformTest {
    private static final Shape TOKENS = Shape.of(-1, -1);
    private static final TensorSpec VECTORS = new TensorSpec("last_hidden_state", DataType.FP32, Shape.of(-1, -1, 2));

    private final TensorPool pool = new TensorPool(1 << 20);
    private final FakeTokenizer tokenizer = new FakeTokenizer();

    @AfterEach
    void leavesNoMemoryBehind() {
        assertThat(pool.bytesInUse()).isZero();
    }

    private static TransformConfig.Text config(Pooling pooling, boolean normalize) {
        return new TransformConfig.Text("tokenizer.json", 0, 16, pooling, normalize, Optional.empty());
    }

    private static TensorSpec tokens(String name, DataType type) {
        return new TensorSpec(name, type, TOKENS);
    }

    private static ModelSignature model(List<TensorSpec> inputs, TensorSpec... outputs) {
        return new ModelSignature("fake", inputs, List.of(outputs), Map.of());
    }

    private static ModelSignature bert(TensorSpec... outputs) {
        return model(
                List.of(
                        tokens("input_ids", DataType.INT64),
                        tokens("attention_mask", DataType.INT32),
                        tokens("token_type_ids", DataType.INT64)),
                outputs);
    }

    private TextTransform open(TransformConfig.Text config, ModelSignature model) throws ModelLoadException {
        return new TextTransform(config, model, 9, pool, tokenizer);
    }

    private TensorSet texts(String... texts) {
        return Tensors.strings(pool, "text", Shape.of(texts.length), texts);
    }

    private static List<Long> integers(Tensor tensor) {
        List<Long> values = new ArrayList<>();
        ByteBuffer data = tensor.data();
        while (data.hasRemaining()) {
            values.add(tensor.dataType() == DataType.INT64 ? data.getLong() : data.getInt());
        }
        return values;
    }

    @Test
    void clientsSeeTextInAndOneVectorForEachOut() throws ModelLoadException {
        ModelSignature seen = open(config(Pooling.MEAN, false), bert(VECTORS)).signature();

        assertThat(seen.inputs()).containsExactly(new TensorSpec("text", DataType.BYTES, Shape.of(-1)));
        assertThat(seen.outputs()).containsExactly(new TensorSpec("embedding", DataType.FP32, Shape.of(-1, 2)));
    }

    @Test
    void withoutPoolingClientsGetTheModelsOutputsAndLabels() throws ModelLoadException {
        TensorSpec logits = new TensorSpec("logits", DataType.FP32, Shape.of(-1, 2));
        ModelSignature model = new ModelSignature(
                "fake", bert(logits).inputs(), List.of(logits), Map.of("logits", List.of("bad", "good")));

        TextTransform transform = open(config(Pooling.NONE, false), model);

        assertThat(transform.changesOutputs()).isFalse();
        assertThat(transform.signature().outputs()).containsExactly(logits);
        assertThat(transform.signature().labels("logits")).containsExactly("bad", "good");
        assertThat(transform.modelOutputs(List.of("logits"))).containsExactly("logits");
    }

    @Test
    void rowsArePaddedToTheLongestOfTheirRequest() throws ModelLoadException {
        TextTransform transform = open(config(Pooling.MEAN, false), bert(VECTORS));
        TensorSet in = texts("ab", "");

        TensorSet made = transform.before(in.tensors(), StopCondition.never());

        assertThat(made.tensors())
                .extracting(Tensor::name)
                .containsExactly("input_ids", "attention_mask", "token_type_ids");
        assertThat(made.tensors().get(0).shape()).isEqualTo(Shape.of(2, 4));
        assertThat(integers(made.tensors().get(0))).containsExactly(1L, 97L, 98L, 2L, 1L, 2L, 9L, 9L);
        assertThat(integers(made.tensors().get(1))).containsExactly(1L, 1L, 1L, 1L, 1L, 1L, 0L, 0L);
        assertThat(integers(made.tensors().get(2))).containsOnly(0L);
        made.release();
        in.release();
    }

    @Test
    void rowsArePaddedToTheModelsOwnLength() throws ModelLoadException {
        ModelSignature fixed = model(
                List.of(new TensorSpec("input_ids", DataType.INT32, Shape.of(-1, 6))),
                new TensorSpec("logits", DataType.FP32, Shape.of(-1, 2)));
        TensorSet in = texts("ab");

        TensorSet made = open(config(Pooling.NONE, false), fixed).before(in.tensors(), StopCondition.never());

        assertThat(integers(made.tensors().get(0))).containsExactly(1L, 97L, 98L, 2L, 9L, 9L);
        made.release();
        in.release();
    }

    @Test
    void lengthIsWhatIsConfiguredOrTheModelsOrTheTokenizersOr512() throws ModelLoadException {
        ModelSignature fixed = model(List.of(new TensorSpec("input_ids", DataType.INT64, Shape.of(-1, 64))), VECTORS);
        TransformConfig.Text chosen = new TransformConfig.Text("t", 32, 16, Pooling.NONE, false, Optional.empty());
        TransformConfig.Text open = config(Pooling.NONE, false);

        assertThat(TextTransform.maxLength(chosen, bert(VECTORS), new TokenizerFile(128, 0)))
                .isEqualTo(32);
        assertThat(TextTransform.maxLength(open, fixed, new TokenizerFile(128, 0)))
                .isEqualTo(64);
        assertThat(TextTransform.maxLength(open, bert(VECTORS), new TokenizerFile(128, 0)))
                .isEqualTo(128);
        assertThat(TextTransform.maxLength(open, bert(VECTORS), new TokenizerFile(0, 0)))
                .isEqualTo(512);
        assertThatThrownBy(() -> TextTransform.maxLength(
                        new TransformConfig.Text("t", 65, 16, Pooling.NONE, false, Optional.empty()),
                        fixed,
                        new TokenizerFile(0, 0)))
                .hasMessage("text.max-length must be at most 64, the length of the model's input input_ids, got 65");
    }

    @Test
    void textThatIsNotUtf8IsRefusedWithItsRow() throws ModelLoadException {
        TextTransform transform = open(config(Pooling.MEAN, false), bert(VECTORS));
        TensorBlock block = pool.acquire(16);
        ByteBuffer memory = block.slice(0, 16);
        memory.putInt(2)
                .put((byte) 'o')
                .put((byte) 'k')
                .putInt(2)
                .put((byte) 'a')
                .put((byte) 0xff);
        TensorSet in = new TensorSet(List.of(new Tensor("text", DataType.BYTES, Shape.of(2), memory.flip())), block);

        assertThatThrownBy(() -> transform.before(in.tensors(), StopCondition.never()))
                .isInstanceOf(InferenceException.class)
                .hasMessage("input 'text' row 1 must be UTF-8, but byte 1 is not");
        in.release();
    }

    @Test
    void textThatIsTooLongIsRefusedWithBothNumbers() throws ModelLoadException {
        TextTransform transform = open(config(Pooling.MEAN, false), bert(VECTORS));
        TensorSet in = texts("short", "more than sixteen bytes");

        assertThatThrownBy(() -> transform.before(in.tensors(), StopCondition.never()))
                .isInstanceOfSatisfying(
                        InferenceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PAYLOAD_TOO_LARGE))
                .hasMessage("input 'text' row 1 may have at most 16 bytes (text.max-bytes), got 23");
        in.release();
    }

    @Test
    void rowsAreLeftAloneOnceNobodyWaitsForThem() throws ModelLoadException {
        TextTransform transform = open(config(Pooling.MEAN, false), bert(VECTORS));
        TensorSet in = texts("short", "more than sixteen bytes");
        InferenceException nobody = new InferenceException(ErrorCode.CANCELLED, "nobody waits");
        AtomicInteger seen = new AtomicInteger();
        StopCondition stop = () -> {
            if (seen.incrementAndGet() == 2) {
                throw nobody;
            }
        };

        assertThatThrownBy(() -> transform.before(in.tensors(), stop)).isSameAs(nobody);
        in.release();
    }

    @Test
    void noTextAtAllIsRefused() throws ModelLoadException {
        TextTransform transform = open(config(Pooling.MEAN, false), bert(VECTORS));
        TensorSet in = texts();

        assertThatThrownBy(() -> transform.before(in.tensors(), StopCondition.never()))
                .hasMessage("input 'text' must have at least 1 row, got 0");
        in.release();
    }

    /** Two texts of 1 and 3 tokens; vectors of 2. */
    private List<Float> pooled(TransformConfig.Text config) throws ModelLoadException {
        TextTransform transform = open(
                config,
                model(List.of(tokens("input_ids", DataType.INT64), tokens("attention_mask", DataType.INT64)), VECTORS));
        TensorBlock block = pool.acquire(96);
        ByteBuffer ids = block.slice(0, 48);
        ByteBuffer mask = block.slice(48, 48);
        for (long value : new long[] {1, 0, 0, 1, 1, 1}) {
            mask.putLong(value);
        }
        TensorSet inputs = new TensorSet(
                List.of(
                        new Tensor("input_ids", DataType.INT64, Shape.of(2, 3), ids),
                        new Tensor("attention_mask", DataType.INT64, Shape.of(2, 3), mask.flip())),
                block);
        TensorSet vectors = Tensors.floats(
                pool, "last_hidden_state", Shape.of(2, 3, 2), 3, 4, 100, 100, 100, 100, 0, 1, 2, 3, 4, 8);
        TensorSet made = transform.after(inputs, vectors, List.of("embedding"));
        List<Float> values = Tensors.floats(made.tensors().get(0));
        inputs.release();
        vectors.release();
        made.release();
        return values;
    }

    @Test
    void meanLeavesPaddingOut() throws ModelLoadException {
        assertThat(pooled(config(Pooling.MEAN, false))).containsExactly(3f, 4f, 2f, 4f);
    }

    @Test
    void clsIsTheFirstTokens() throws ModelLoadException {
        assertThat(pooled(config(Pooling.CLS, false))).containsExactly(3f, 4f, 0f, 1f);
    }

    @Test
    void normalisedVectorsHaveLengthOne() throws ModelLoadException {
        assertThat(pooled(config(Pooling.MEAN, true)))
                .containsExactly(0.6f, 0.8f, (float) (1 / Math.sqrt(5)), (float) (2 / Math.sqrt(5)));
    }

    @Test
    void saysWhyAModelDoesNotFit() {
        assertThatThrownBy(() ->
                        open(config(Pooling.NONE, false), model(List.of(tokens("x", DataType.INT64)), VECTORS)))
                .hasMessage(
                        "a tokenizer gives input_ids, attention_mask and token_type_ids, but the model has the input x");
        assertThatThrownBy(() ->
                        open(config(Pooling.NONE, false), model(List.of(tokens("input_ids", DataType.FP32)), VECTORS)))
                .hasMessage(
                        "the model's input input_ids must be INT64 or INT32 of shape [rows, tokens], got FP32 [-1, -1]");
        assertThatThrownBy(() ->
                        open(config(Pooling.NONE, false), model(List.of(tokens("input_ids", DataType.INT64)), VECTORS)))
                .hasMessageStartingWith("the model has no input attention_mask, so texts of different lengths");
        assertThatThrownBy(() -> open(
                        config(Pooling.MEAN, false), bert(new TensorSpec("logits", DataType.FP32, Shape.of(-1, 2)))))
                .hasMessage(
                        "text.pooling needs one output FP32 of shape [rows, tokens, hidden], the model has logits FP32"
                                + " [-1, 2]");
        assertThatThrownBy(() -> open(
                        config(Pooling.CLS, false),
                        bert(
                                new TensorSpec("a", DataType.FP32, Shape.of(-1, -1, 2)),
                                new TensorSpec("b", DataType.FP32, Shape.of(-1, -1, 2)))))
                .hasMessageContaining("(text.output says which)");
    }

    @Test
    void closesItsTokenizer() throws ModelLoadException {
        open(config(Pooling.NONE, false), bert(VECTORS)).close();

        assertThat(tokenizer.isClosed()).isTrue();
    }
}
