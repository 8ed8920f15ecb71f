package dev.sluice.loader.transform.text;

import dev.sluice.loader.repository.TransformConfig;
import dev.sluice.loader.repository.TransformConfig.Pooling;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.transform.BytesRows;
import dev.sluice.loader.transform.StopCondition;
import dev.sluice.loader.transform.TransformOpener;
import dev.sluice.loader.transform.VersionTransform;
import dev.sluice.model.DataType;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelSignature;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorBlock;
import dev.sluice.model.TensorPool;
import dev.sluice.model.TensorSet;
import dev.sluice.model.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Texts in, and out the model's outputs or one vector for each text.
 *
 * <p>Threading: as {@link VersionTransform} says.
 */
public final class TextTransform implements VersionTransform {
    /** Name of the only input. */
    public static final String INPUT = "text";

    /** Name of the only output where vectors of tokens are pooled. */
    public static final String EMBEDDING = "embedding";

    private static final int DEFAULT_LENGTH = 512;
    private static final String LAST_HIDDEN_STATE = "last_hidden_state";

    private final TransformConfig.Text config;
    private final TokenTensors inputs;
    private final TensorPool pool;
    private final Tokenizer tokenizer;
    private final Optional<TensorSpec> pooled;
    private final ModelSignature signature;

    /**
     * @param padId what fills {@code input_ids} behind a row's own tokens
     * @param tokenizer closed by this
     * @throws ModelLoadException if the model's inputs or outputs are not those of tokens; the tokenizer stays open then
     */
    public TextTransform(
            TransformConfig.Text config, ModelSignature model, long padId, TensorPool pool, Tokenizer tokenizer)
            throws ModelLoadException {
        this.config = config;
        this.inputs = new TokenTensors(model, padId);
        this.pool = pool;
        this.tokenizer = tokenizer;
        this.pooled = config.pooling() == Pooling.NONE ? Optional.empty() : Optional.of(vectors(config, model));
        if (config.pooling() == Pooling.MEAN && inputs.maskIndex() < 0) {
            throw failed("text.pooling mean needs the model's input " + TokenTensors.MASK);
        }
        this.signature = signature(model, inputs.rows(), pooled);
    }

    /**
     * Most tokens of a text: as configured, or the model's own length, or the tokenizer's, or 512.
     *
     * @throws ModelLoadException if more are configured than the model takes
     */
    public static int maxLength(TransformConfig.Text config, ModelSignature model, TokenizerFile file)
            throws ModelLoadException {
        TensorSpec ids = model.input(TokenTensors.IDS);
        long own = ids != null && ids.shape().rank() == 2 ? ids.shape().dimension(1) : Shape.DYNAMIC;
        if (own != Shape.DYNAMIC) {
            if (config.maxLength() > own) {
                throw failed("text.max-length must be at most " + own + ", the length of the model's input "
                        + TokenTensors.IDS + ", got " + config.maxLength());
            }
            return config.maxLength() == 0 ? (int) own : config.maxLength();
        }
        if (config.maxLength() != 0) {
            return config.maxLength();
        }
        return file.maxLength() != 0 ? file.maxLength() : DEFAULT_LENGTH;
    }

    private static TensorSpec vectors(TransformConfig.Text config, ModelSignature model) throws ModelLoadException {
        List<TensorSpec> able = model.outputs().stream()
                .filter(spec -> spec.dataType() == DataType.FP32 && spec.shape().rank() == 3)
                .toList();
        Optional<String> named = config.output();
        if (named.isEmpty() && able.size() > 1 && model.output(LAST_HIDDEN_STATE) != null) {
            named = Optional.of(LAST_HIDDEN_STATE);
        }
        String name = named.orElse("");
        List<TensorSpec> chosen = able.stream()
                .filter(spec -> name.isEmpty() || spec.name().equals(name))
                .toList();
        if (chosen.size() != 1) {
            throw failed("text.pooling needs one output FP32 of shape [rows, tokens, hidden]"
                    + (name.isEmpty() ? "" : " named " + name) + (able.size() > 1 ? " (text.output says which)" : "")
                    + ", the model has "
                    + model.outputs().stream()
                            .map(spec -> spec.name() + " " + spec.dataType() + " " + spec.shape())
                            .collect(Collectors.joining(", ")));
        }
        return chosen.get(0);
    }

    private static ModelSignature signature(ModelSignature model, long rows, Optional<TensorSpec> pooled) {
        List<TensorSpec> inputs = List.of(new TensorSpec(INPUT, DataType.BYTES, Shape.of(rows)));
        if (pooled.isEmpty()) {
            return new ModelSignature(model.platform(), inputs, model.outputs(), model.labels());
        }
        Shape shape = Shape.of(rows, pooled.get().shape().dimension(2));
        return new ModelSignature(
                model.platform(), inputs, List.of(new TensorSpec(EMBEDDING, DataType.FP32, shape)), Map.of());
    }

    private static ModelLoadException failed(String message) {
        return new ModelLoadException(TransformOpener.STEP, message);
    }

    @Override
    public ModelSignature signature() {
        return signature;
    }

    @Override
    public TensorSet before(List<Tensor> clientInputs, StopCondition stop) {
        BytesRows rows = new BytesRows(clientInputs.get(0), config.maxBytes(), "text.max-bytes");
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        List<Tokens> texts = new ArrayList<>(Math.min(rows.count(), 1024));
        for (int i = 0; i < rows.count(); i++) {
            stop.check();
            ByteBuffer bytes = rows.next();
            try {
                texts.add(tokenizer.encode(decoder.decode(bytes).toString()));
            } catch (CharacterCodingException e) {
                throw InferenceException.invalidInput(
                        rows.described() + " must be UTF-8, but byte " + bytes.position() + " is not");
            }
        }
        return inputs.fill(pool, texts);
    }

    @Override
    public boolean changesOutputs() {
        return pooled.isPresent();
    }

    @Override
    public List<String> modelOutputs(List<String> outputs) {
        return pooled.map(spec -> List.of(spec.name())).orElse(outputs);
    }

    @Override
    public TensorSet after(TensorSet modelInputs, TensorSet modelOutputs, List<String> outputs) {
        if (pooled.isEmpty()) {
            return new TensorSet(modelOutputs.tensors(), modelOutputs.block().retain());
        }
        Tensor vectors = modelOutputs.tensors().get(0);
        Shape shape = Shape.of(vectors.shape().dimension(0), vectors.shape().dimension(2));
        int size = Math.toIntExact(shape.elementCount() * Float.BYTES);
        TensorBlock block = pool.acquire(size);
        try {
            int mask = inputs.maskIndex();
            new TokenPooling(config.pooling(), config.normalize())
                    .apply(vectors, mask < 0 ? null : modelInputs.tensors().get(mask), block.slice(0, size));
            return new TensorSet(List.of(Tensor.in(block, 0, size, EMBEDDING, DataType.FP32, shape)), block);
        } catch (RuntimeException | Error e) {
            block.release();
            throw e;
        }
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
