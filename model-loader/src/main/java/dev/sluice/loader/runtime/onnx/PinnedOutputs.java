package dev.sluice.loader.runtime.onnx;

import ai.onnxruntime.OrtException;
import dev.sluice.model.InferenceException;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorBlock;
import dev.sluice.model.TensorSet;
import dev.sluice.model.TensorSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known before a run about its outputs: their shapes, and where they will lie in one block.
 *
 * <p>Depends on the shapes of the inputs only, and traffic repeats those; so it is worth keeping.
 *
 * <p>Threading: immutable, except that the predictions it rests on may be given up.
 */
final class PinnedOutputs {
    /** One output; {@code dimensions} are those of {@code shape}, never changed. */
    private static final class Output {
        private final TensorSpec spec;
        private final OutputPlan plan;
        private final Shape shape;
        private final long[] dimensions;

        Output(TensorSpec spec, OutputPlan plan, long[] dimensions) {
            this.spec = spec;
            this.plan = plan;
            this.shape = Shape.of(dimensions);
            this.dimensions = dimensions;
        }
    }

    private final Shape[] inputShapes;
    private final List<String> names;
    private final Output[] outputs;
    private final @Nullable OutputLayout layout;

    private PinnedOutputs(Shape[] inputShapes, List<String> names, Output[] outputs, @Nullable OutputLayout layout) {
        this.inputShapes = inputShapes;
        this.names = names;
        this.outputs = outputs;
        this.layout = layout;
    }

    /**
     * Predicts.
     *
     * @param wanted names of the outputs
     * @param specs of the same outputs
     * @param plans of the same outputs, all predictable
     */
    static PinnedOutputs of(List<Tensor> inputs, List<String> wanted, List<TensorSpec> specs, List<OutputPlan> plans) {
        Shape[] inputShapes = inputs.stream().map(Tensor::shape).toArray(Shape[]::new);
        Output[] outputs = new Output[specs.size()];
        for (int i = 0; i < outputs.length; i++) {
            OutputPlan plan = plans.get(i);
            outputs[i] = new Output(specs.get(i), plan, plan.dimensions(inputs));
        }
        return new PinnedOutputs(inputShapes, List.copyOf(wanted), outputs, layout(outputs));
    }

    /** Null where the outputs exceed every memory: a wrong declaration can be of any size. */
    private static @Nullable OutputLayout layout(Output[] outputs) {
        OutputLayout layout = new OutputLayout(outputs.length);
        try {
            for (Output output : outputs) {
                layout.add(output.spec, output.shape);
            }
            return layout;
        } catch (InferenceException | ArithmeticException e) {
            return null;
        }
    }

    /** Whether this is what {@link #of} would make of them. */
    boolean fits(List<Tensor> inputs, List<String> wanted) {
        if (!names.equals(wanted)) {
            return false;
        }
        for (int i = 0; i < inputShapes.length; i++) {
            if (!inputShapes[i].equals(inputs.get(i).shape())) {
                return false;
            }
        }
        for (Output output : outputs) {
            if (!output.plan.isPredictable()) {
                return false;
            }
        }
        return true;
    }

    int count() {
        return outputs.length;
    }

    /** The predicted shape of the output at {@code index}. */
    Shape shape(int index) {
        return outputs[index].shape;
    }

    /** Bytes that the block needs; saturates where no number could say it. */
    long blockSize() {
        return layout == null ? Long.MAX_VALUE : layout.blockSize();
    }

    /** The outputs over a block of {@link #blockSize} bytes; carries its reference. */
    TensorSet over(TensorBlock block) {
        if (outputs.length == 1) {
            return new TensorSet(List.of(tensor(block, 0)), block);
        }
        Tensor[] tensors = new Tensor[outputs.length];
        for (int i = 0; i < tensors.length; i++) {
            tensors[i] = tensor(block, i);
        }
        return new TensorSet(List.of(tensors), block);
    }

    private Tensor tensor(TensorBlock block, int index) {
        Output output = outputs[index];
        if (layout == null) {
            throw new IllegalStateException("no block could be large enough");
        }
        return layout.tensor(block, index, output.spec, output.shape);
    }

    /** Lets the runtime write to these tensors, which {@link #over} made. */
    void pin(TensorSet results, RunTensors target) throws OrtException {
        for (int i = 0; i < outputs.length; i++) {
            TensorSpec spec = outputs[i].spec;
            target.addOutput(
                    spec.name(), spec.dataType(), results.tensors().get(i).data(), outputs[i].dimensions);
        }
    }
}
