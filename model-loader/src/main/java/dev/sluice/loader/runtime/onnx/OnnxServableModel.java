package dev.sluice.loader.runtime.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.sluice.loader.runtime.Device;
import dev.sluice.loader.runtime.ServableModel;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelKey;
import dev.sluice.model.ModelSignature;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorBlock;
import dev.sluice.model.TensorPool;
import dev.sluice.model.TensorSet;
import dev.sluice.model.TensorSpec;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One version on ONNX Runtime.
 *
 * <p>Inputs are read where they lie. Outputs whose shapes can be predicted are written by the runtime straight into the
 * response's block; when one of the wanted outputs cannot be predicted, all of that run are copied into one block afterwards.
 *
 * <p>Threading: {@link #run} is thread-safe and blocks; {@link #close} once, after the last run.
 */
final class OnnxServableModel implements ServableModel {
    private static final Logger LOG = LoggerFactory.getLogger(OnnxServableModel.class);

    private final ModelKey key;
    private final ModelSignature signature;
    private final Map<String, OutputPlan> plans;
    private final boolean characterOperators;
    private final OpenSession open;
    private final NativeTensors natives;
    private final TensorPool pool;

    /**
     * @param plans output name → prediction of its shape
     * @param characterOperators whether some text is refused, see {@link ModifiedUtf8Constants}
     * @param open closed by {@link #close}
     */
    OnnxServableModel(
            ModelKey key,
            ModelSignature signature,
            Map<String, OutputPlan> plans,
            boolean characterOperators,
            OpenSession open,
            NativeTensors natives,
            TensorPool pool) {
        this.key = key;
        this.signature = signature;
        this.plans = Map.copyOf(plans);
        this.characterOperators = characterOperators;
        this.open = open;
        this.natives = natives;
        this.pool = pool;
    }

    @Override
    public ModelSignature signature() {
        return signature;
    }

    @Override
    public Device device() {
        return open.device();
    }

    /** True while memory for that output is allocated before the run. */
    boolean isPinned(String output) {
        return plan(output).isPredictable();
    }

    /** Lets memory for that output be allocated after the run from now on. */
    void stopPredicting(String output) {
        plan(output).giveUp();
    }

    @Override
    public TensorSet run(List<Tensor> inputs, List<String> outputs) {
        if (inputs.size() != signature.inputs().size()) {
            throw new IllegalArgumentException(
                    "model " + key + " takes " + signature.inputs().size() + " inputs, got " + inputs.size());
        }
        try (RunTensors tensors = new RunTensors(natives, pool)) {
            for (int i = 0; i < inputs.size(); i++) {
                tensors.addInput(signature.inputs().get(i).name(), inputs.get(i), characterOperators);
            }
            List<long[]> predicted = predict(inputs, outputs);
            if (predicted == null) {
                return runThenCopy(tensors, outputs);
            }
            // Without a layout no memory could hold what is predicted. A wrong declaration can be of any size; what
            // comes out tells.
            OutputLayout layout = layout(outputs, predicted);
            TensorSet pinned = layout == null ? null : runPinned(tensors, outputs, predicted, layout);
            if (pinned != null) {
                return pinned;
            }
            TensorSet copied = runThenCopy(tensors, outputs);
            stopPredicting(copied, predicted);
            return copied;
        } catch (OrtException e) {
            throw RuntimeErrors.ofRun(key, e);
        }
    }

    @Override
    public void close() {
        open.close();
    }

    /** Shapes of all wanted outputs, or null when one of them can only be known after the run. */
    private @Nullable List<long[]> predict(List<Tensor> inputs, List<String> outputs) {
        List<long[]> shapes = new ArrayList<>(outputs.size());
        for (String output : outputs) {
            OutputPlan plan = plan(output);
            if (!plan.isPredictable()) {
                return null;
            }
            shapes.add(plan.dimensions(inputs));
        }
        return shapes;
    }

    private OutputPlan plan(String output) {
        OutputPlan plan = plans.get(output);
        if (plan == null) {
            throw new IllegalArgumentException("model " + key + " has no output '" + output + "'");
        }
        return plan;
    }

    /** Where outputs of these shapes would lie; null when the pool could not hold them even if it were empty. */
    private @Nullable OutputLayout layout(List<String> outputs, List<long[]> shapes) {
        OutputLayout layout = new OutputLayout(outputs.size());
        try {
            for (int i = 0; i < outputs.size(); i++) {
                layout.add(spec(outputs.get(i)), shapes.get(i));
            }
        } catch (InferenceException | ArithmeticException e) {
            return null;
        }
        return pool.canHold(layout.blockSize()) ? layout : null;
    }

    /** Runs into memory of the predicted shapes; null when a prediction may have been wrong. */
    private @Nullable TensorSet runPinned(
            RunTensors inputs, List<String> outputs, List<long[]> shapes, OutputLayout layout) throws OrtException {
        TensorBlock block = pool.acquire(layout.blockSize());
        boolean done = false;
        try (RunTensors pinned = new RunTensors(natives, pool)) {
            List<Tensor> results = new ArrayList<>(outputs.size());
            for (int i = 0; i < outputs.size(); i++) {
                TensorSpec spec = spec(outputs.get(i));
                Tensor result =
                        new Tensor(spec.name(), spec.dataType(), Shape.of(shapes.get(i)), layout.slice(block, i));
                pinned.addOutput(spec.name(), spec.dataType(), result.data(), shapes.get(i));
                results.add(result);
            }
            open.session()
                    .run(inputs.byName(), Set.of(), pinned.byName(), open.runOptions())
                    .close();
            done = true;
            return new TensorSet(results, block);
        } catch (OrtException e) {
            if (RuntimeErrors.isAboutShape(e)) {
                return null;
            }
            throw e;
        } finally {
            if (!done) {
                block.release();
            }
        }
    }

    /** Runs into the runtime's memory and copies everything into one block. */
    private TensorSet runThenCopy(RunTensors inputs, List<String> outputs) throws OrtException {
        try (OrtSession.Result result =
                open.session().run(inputs.byName(), new LinkedHashSet<>(outputs), Map.of(), open.runOptions())) {
            ResultCopy copy = new ResultCopy(natives);
            for (String output : outputs) {
                copy.add(spec(output), (OnnxTensor) result.get(output).orElseThrow());
            }
            return copy.into(pool);
        }
    }

    /** After a wrong prediction: finds out which outputs it was about; all of them where that does not show. */
    private void stopPredicting(TensorSet actual, List<long[]> predicted) {
        boolean found = false;
        for (int i = 0; i < predicted.size(); i++) {
            Tensor tensor = actual.tensors().get(i);
            Shape expected = Shape.of(predicted.get(i));
            if (!tensor.shape().equals(expected)) {
                found = true;
                stopPredicting(tensor, expected);
            }
        }
        if (!found) {
            actual.tensors().forEach(tensor -> stopPredicting(tensor, tensor.shape()));
        }
    }

    private void stopPredicting(Tensor tensor, Shape expected) {
        if (plan(tensor.name()).giveUp()) {
            LOG.warn(
                    "event=output_shape_mispredicted model={} version={} output={} expected=\"{}\" actual=\"{}\""
                            + " effect=\"copied from now on\"",
                    key.name(),
                    key.version(),
                    tensor.name(),
                    expected,
                    tensor.shape());
        }
    }

    private TensorSpec spec(String output) {
        TensorSpec spec = signature.output(output);
        if (spec == null) {
            throw new IllegalArgumentException("model " + key + " has no output '" + output + "'");
        }
        return spec;
    }
}
