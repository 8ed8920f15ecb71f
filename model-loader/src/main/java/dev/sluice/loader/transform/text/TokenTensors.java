package dev.sluice.loader.transform.text;

import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.transform.TransformOpener;
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
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The inputs of a model of tokens, and how they are filled.
 *
 * <p>Rows are padded to the longest of their request, or to the model's own length where that is fixed.
 *
 * <p>Threading: immutable.
 */
final class TokenTensors {
    static final String IDS = "input_ids";
    static final String MASK = "attention_mask";
    static final String TYPES = "token_type_ids";

    private final List<TensorSpec> specs;
    private final long padId;
    private final long rows;
    private final long length;

    /**
     * @param model whose inputs must be named as exporters of transformers name them
     * @param padId what fills {@code input_ids} behind a row's own tokens
     * @throws ModelLoadException if the model has other inputs, or lacks what is needed
     */
    TokenTensors(ModelSignature model, long padId) throws ModelLoadException {
        this.specs = model.inputs();
        this.padId = padId;
        for (TensorSpec spec : specs) {
            requireKnown(spec);
        }
        TensorSpec ids = model.input(IDS);
        if (ids == null) {
            throw failed("the model has no input " + IDS);
        }
        rows = ids.shape().dimension(0);
        length = ids.shape().dimension(1);
        if (length == Shape.DYNAMIC && model.input(MASK) == null) {
            throw failed("the model has no input " + MASK
                    + ", so texts of different lengths could not be told from their padding; export it with one, or with a"
                    + " fixed length");
        }
    }

    private static void requireKnown(TensorSpec spec) throws ModelLoadException {
        boolean known = spec.name().equals(IDS)
                || spec.name().equals(MASK)
                || spec.name().equals(TYPES);
        if (!known) {
            throw failed("a tokenizer gives " + IDS + ", " + MASK + " and " + TYPES + ", but the model has the input "
                    + spec.name());
        }
        boolean integers = spec.dataType() == DataType.INT64 || spec.dataType() == DataType.INT32;
        if (!integers || spec.shape().rank() != 2) {
            throw failed("the model's input " + spec.name() + " must be INT64 or INT32 of shape [rows, tokens], got "
                    + spec.dataType() + " " + spec.shape());
        }
    }

    private static ModelLoadException failed(String message) {
        return new ModelLoadException(TransformOpener.STEP, message);
    }

    /** Rows of a request; -1 = as many as it has. */
    long rows() {
        return rows;
    }

    /** Tokens of a row; -1 = as many as the longest has. */
    long length() {
        return length;
    }

    /** Position of the mask among the inputs; -1 where there is none. */
    int maskIndex() {
        for (int i = 0; i < specs.size(); i++) {
            if (specs.get(i).name().equals(MASK)) {
                return i;
            }
        }
        return -1;
    }

    /**
     * All inputs of the model, in its order; the caller releases them.
     *
     * @param texts one for each row
     * @throws InferenceException with OVERLOADED where there is no tensor memory
     */
    TensorSet fill(TensorPool pool, List<Tokens> texts) {
        int columns = columns(texts);
        long cells = (long) texts.size() * columns;
        long bytes = 0;
        for (TensorSpec spec : specs) {
            bytes += cells * spec.dataType().byteSize();
        }
        if (bytes > Integer.MAX_VALUE) {
            throw InferenceException.invalidInput(
                    texts.size() + " texts of up to " + columns + " tokens are more than one request can hold");
        }
        TensorBlock block = pool.acquire(bytes);
        List<Tensor> tensors = new ArrayList<>(specs.size());
        int offset = 0;
        Shape shape = Shape.of(texts.size(), columns);
        for (TensorSpec spec : specs) {
            int size = (int) (cells * spec.dataType().byteSize());
            write(spec, block.slice(offset, size), texts, columns);
            tensors.add(Tensor.in(block, offset, size, spec.name(), spec.dataType(), shape));
            offset += size;
        }
        return new TensorSet(tensors, block);
    }

    private int columns(List<Tokens> texts) {
        if (length != Shape.DYNAMIC) {
            return (int) length;
        }
        int longest = 1; // a run needs something to run on
        for (Tokens text : texts) {
            longest = Math.max(longest, text.length());
        }
        return longest;
    }

    private void write(TensorSpec spec, ByteBuffer to, List<Tokens> texts, int columns) {
        boolean wide = spec.dataType() == DataType.INT64;
        for (Tokens text : texts) {
            long[] own = values(spec.name(), text);
            long padding = spec.name().equals(IDS) ? padId : 0;
            for (int i = 0; i < columns; i++) {
                long value = i >= text.length() ? padding : own == null ? 1 : own[i];
                if (wide) {
                    to.putLong(value);
                } else {
                    to.putInt((int) value);
                }
            }
        }
    }

    /** The values of a text's own tokens; null = all 1. */
    private static long @Nullable [] values(String input, Tokens text) {
        return switch (input) {
            case IDS -> text.ids();
            case TYPES -> text.typeIds();
            default -> null;
        };
    }
}
