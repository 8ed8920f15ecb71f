package dev.sluice.canary.monitor.profile;

import dev.sluice.loader.verify.FloatBits;
import dev.sluice.model.DataType;
import dev.sluice.model.InferRequest;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelSignature;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorBlock;
import dev.sluice.model.TensorPool;
import dev.sluice.model.TensorSet;
import dev.sluice.model.TensorSpec;
import dev.sluice.protocol.ByteSink;
import dev.sluice.protocol.CodecLimits;
import dev.sluice.protocol.InferRequestDecoder;
import dev.sluice.protocol.InferRequestEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The tensors of golden rows, between their text and memory.
 *
 * <p>Threading: stateless.
 */
final class GoldenTensors {
    private static final String BEFORE = "{\"inputs\":";
    private static final String AFTER = "}";

    private GoldenTensors() {}

    /**
     * Inputs as a model takes them.
     *
     * @return all inputs in the signature's order; the caller releases them
     * @throws InferenceException INVALID_INPUT when they are not well formed or do not fit the signature, OVERLOADED when the
     *     pool is exhausted
     */
    static TensorSet inputs(String text, ModelSignature signature, TensorPool pool) {
        TensorSet read = decode(text, pool);
        try {
            List<Tensor> ordered = new ArrayList<>();
            for (TensorSpec spec : signature.inputs()) {
                Tensor tensor = read.find(spec.name());
                if (tensor == null) {
                    throw InferenceException.invalidInput("input '" + spec.name() + "' is missing");
                }
                if (tensor.dataType() != spec.dataType() || !spec.shape().accepts(tensor.shape())) {
                    throw InferenceException.invalidInput("input '" + spec.name() + "' must be " + spec.dataType() + " "
                            + spec.shape() + ", got " + tensor.dataType() + " " + tensor.shape());
                }
                ordered.add(tensor);
            }
            requireKnown("input", read, signature.inputs());
            return new TensorSet(ordered, read.block());
        } catch (InferenceException e) {
            read.release();
            throw e;
        }
    }

    /**
     * Expected outputs; their shapes are compared with what the model answers, not with what it declares.
     *
     * @return one or more, in the order written; the caller releases them
     * @throws InferenceException as for {@link #inputs}
     */
    static TensorSet outputs(String text, ModelSignature signature, TensorPool pool) {
        TensorSet read;
        try {
            read = decode(text, pool);
        } catch (InferenceException e) {
            // The decoder knows inputs only; it begins its messages with the word.
            throw new InferenceException(e.code(), e.getMessage().replaceFirst("^input", "output"), e);
        }
        try {
            if (read.tensors().isEmpty()) {
                throw InferenceException.invalidInput("no output is given");
            }
            requireKnown("output", read, signature.outputs());
            for (Tensor tensor : read.tensors()) {
                DataType declared = signature.outputs().stream()
                        .filter(spec -> spec.name().equals(tensor.name()))
                        .findFirst()
                        .orElseThrow()
                        .dataType();
                boolean bothFloats =
                        declared.isFloatingPoint() && tensor.dataType().isFloatingPoint();
                if (declared != tensor.dataType() && !bothFloats) {
                    throw InferenceException.invalidInput("output '" + tensor.name() + "' must be " + declared
                            + (declared.isFloatingPoint() ? " or another floating-point type" : "") + ", got "
                            + tensor.dataType());
                }
            }
            return read;
        } catch (InferenceException e) {
            read.release();
            throw e;
        }
    }

    private static void requireKnown(String kind, TensorSet tensors, List<TensorSpec> specs) {
        Map<String, TensorSpec> known = specs.stream().collect(Collectors.toMap(TensorSpec::name, spec -> spec));
        for (Tensor tensor : tensors.tensors()) {
            if (!known.containsKey(tensor.name())) {
                throw InferenceException.invalidInput("the model has no " + kind + " '" + tensor.name() + "', it has "
                        + specs.stream().map(spec -> "'" + spec.name() + "'").collect(Collectors.joining(", ")));
            }
        }
    }

    private static TensorSet decode(String text, TensorPool pool) {
        byte[] body = (BEFORE + text + AFTER).getBytes(StandardCharsets.UTF_8);
        return new InferRequestDecoder(pool, CodecLimits.DEFAULT)
                .decode(body, 0, body.length, InferRequestDecoder.ALL_JSON)
                .inputs();
    }

    /**
     * The text of tensors. Halves, which have no JSON form, are written as FP32.
     *
     * @throws InferenceException INVALID_INPUT for text that is not UTF-8
     */
    static String write(List<Tensor> tensors) {
        List<Tensor> wide = tensors.stream().map(GoldenTensors::widened).toList();
        // Nobody reads through the block of the set; an empty one stands for the owner.
        TensorSet set = new TensorSet(wide, TensorBlock.unpooled(0));
        InferRequest request = new InferRequest("", "", set, List.of(), false, Map.of(), 0, InferRequest.NO_DEADLINE);
        ByteSink sink = new ByteSink();
        new InferRequestEncoder().encode(request, false, sink);
        String body = new String(Arrays.copyOf(sink.array(), sink.size()), StandardCharsets.UTF_8);
        return body.substring(BEFORE.length(), body.length() - AFTER.length());
    }

    private static Tensor widened(Tensor tensor) {
        if (tensor.dataType().hasJsonForm()) {
            return tensor;
        }
        int count = Math.toIntExact(tensor.shape().elementCount());
        TensorBlock block = TensorBlock.unpooled(count * Float.BYTES);
        ByteBuffer memory = tensor.memory();
        for (int i = 0; i < count; i++) {
            block.memory().putFloat(i * Float.BYTES, (float) FloatBits.get(memory, tensor.dataType(), i));
        }
        return Tensor.in(
                block,
                0,
                count * Float.BYTES,
                tensor.name(),
                DataType.FP32,
                Shape.of(tensor.shape().toArray()));
    }
}
