package dev.sluice.loader.runtime.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.sluice.loader.runtime.Device;
import dev.sluice.loader.runtime.ServableModel;
import dev.sluice.model.ModelKey;
import dev.sluice.model.ModelSignature;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorBlock;
import dev.sluice.model.TensorPool;
import dev.sluice.model.TensorSet;
import dev.sluice.model.TensorSpec;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One version on ONNX Runtime.
 *
 * <p>Inputs are read where they lie. Outputs whose shapes can be predicted are written by the runtime straight into the
 * response's block; when one of the wanted outputs cannot be predicted, all of that run are copied into one block afterwards.
 *
 * <p>Bound: predictions are kept for 32 combinations of input shapes.
 *
 * <p>Threading: {@link #run} is thread-safe and blocks; {@link #close} once, after the last run.
 */
final class OnnxServableModel implements ServableModel {
    private static final Logger LOG = LoggerFactory.getLogger(OnnxServableModel.class);

    /** A power of two. */
    private static final int PREDICTIONS_KEPT = 32;

    private final ModelKey key;
    private final ModelSignature signature;
    private final Map<String, OutputPlan> plans;
    private final boolean characterOperators;
    private final OpenSession open;
    private final NativeTensors natives;
    private final TensorPool pool;
    private final AtomicReferenceArray<@Nullable PinnedOutputs> predictions =
            new AtomicReferenceArray<>(PREDICTIONS_KEPT);

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
        try (RunTensors tensors = new RunTensors(natives, pool, inputs.size())) {
            for (int i = 0; i < inputs.size(); i++) {
                tensors.addInput(signature.inputs().get(i).name(), inputs.get(i), characterOperators);
            }
            Map<String, OnnxTensor> byName = tensors.byName();
            PinnedOutputs predicted = predict(inputs, outputs);
            if (predicted == null) {
                return runThenCopy(byName, outputs);
            }
            // What the pool could never hold is not tried: such a declaration may be wrong, and what comes out tells.
            TensorSet pinned = pool.canHold(predicted.blockSize()) ? runPinned(byName, predicted) : null;
            if (pinned != null) {
                return pinned;
            }
            TensorSet copied = runThenCopy(byName, outputs);
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

    /** What the wanted outputs will be, or null when that can only be known after the run. */
    private @Nullable PinnedOutputs predict(List<Tensor> inputs, List<String> outputs) {
        int slot = slot(inputs);
        PinnedOutputs known = predictions.get(slot);
        if (known != null && known.fits(inputs, outputs)) {
            return known;
        }
        List<OutputPlan> wanted = outputs.stream().map(this::plan).toList();
        if (!wanted.stream().allMatch(OutputPlan::isPredictable)) {
            return null;
        }
        PinnedOutputs predicted = PinnedOutputs.of(
                inputs, outputs, outputs.stream().map(this::spec).toList(), wanted);
        predictions.set(slot, predicted);
        return predicted;
    }

    /** Runs of the same number of rows share a slot. */
    private static int slot(List<Tensor> inputs) {
        if (inputs.isEmpty() || inputs.get(0).shape().rank() == 0) {
            return 0;
        }
        return (int) (inputs.get(0).shape().dimension(0) & (PREDICTIONS_KEPT - 1));
    }

    private OutputPlan plan(String output) {
        OutputPlan plan = plans.get(output);
        if (plan == null) {
            throw new IllegalArgumentException("model " + key + " has no output '" + output + "'");
        }
        return plan;
    }

    /** Runs into memory of the predicted shapes; null when a prediction may have been wrong. */
    private @Nullable TensorSet runPinned(Map<String, OnnxTensor> inputs, PinnedOutputs predicted) throws OrtException {
        TensorBlock block = pool.acquire(predicted.blockSize());
        boolean done = false;
        try (RunTensors pinned = new RunTensors(natives, pool, predicted.count())) {
            TensorSet results = predicted.over(block);
            predicted.pin(results, pinned);
            open.session()
                    .run(inputs, Set.of(), pinned.byName(), open.runOptions())
                    .close();
            done = true;
            return results;
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
    private TensorSet runThenCopy(Map<String, OnnxTensor> inputs, List<String> outputs) throws OrtException {
        try (OrtSession.Result result =
                open.session().run(inputs, new LinkedHashSet<>(outputs), Map.of(), open.runOptions())) {
            ResultCopy copy = new ResultCopy(natives);
            for (String output : outputs) {
                copy.add(spec(output), (OnnxTensor) result.get(output).orElseThrow());
            }
            return copy.into(pool);
        }
    }

    /** After a wrong prediction: finds out which outputs it was about; all of them where that does not show. */
    private void stopPredicting(TensorSet actual, PinnedOutputs predicted) {
        boolean found = false;
        for (int i = 0; i < predicted.count(); i++) {
            Tensor tensor = actual.tensors().get(i);
            Shape expected = predicted.shape(i);
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
