package dev.sluice.loader.verify;

import dev.sluice.loader.repository.GateConfig;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.model.ModelSignature;
import dev.sluice.model.Shape;
import dev.sluice.model.TensorSpec;
import java.util.List;

/**
 * Whether whoever calls the version that serves can call the next one the same way: the same inputs, each taking at least what
 * it took before; all outputs, each giving nothing that it could not give before; and class labels that mean what they meant.
 *
 * <p>Threading: stateless.
 */
public final class CompatibleSignature implements VersionCheck {
    @Override
    public String step() {
        return "signature";
    }

    @Override
    public String check(Candidate candidate) throws ModelLoadException {
        if (candidate.serving().isEmpty()) {
            return "no version serves that it could differ from";
        }
        String difference = difference(candidate.serving().get(), candidate.signature());
        if (difference.isEmpty()) {
            return "compatible with the version that serves";
        }
        if (candidate.config().gate().signature() == GateConfig.SignatureRule.ANY) {
            return "differs, which is allowed: " + difference;
        }
        throw new ModelLoadException(
                step(),
                "it breaks callers of the version that serves: " + difference
                        + "; 'signature: any' in the model's configuration allows it");
    }

    /** The first thing that would break a caller; empty when nothing does. */
    static String difference(ModelSignature before, ModelSignature after) {
        for (TensorSpec input : before.inputs()) {
            TensorSpec now = after.input(input.name());
            if (now == null) {
                return "input '" + input.name() + "' is gone";
            }
            if (now.dataType() != input.dataType() || !covers(now.shape(), input.shape())) {
                return "input '" + input.name() + "' was " + text(input) + " and is " + text(now);
            }
        }
        for (TensorSpec input : after.inputs()) {
            if (before.input(input.name()) == null) {
                return "input '" + input.name() + "' is new";
            }
        }
        for (TensorSpec output : before.outputs()) {
            TensorSpec now = after.output(output.name());
            if (now == null) {
                return "output '" + output.name() + "' is gone";
            }
            if (now.dataType() != output.dataType() || !covers(output.shape(), now.shape())) {
                return "output '" + output.name() + "' was " + text(output) + " and is " + text(now);
            }
            List<String> labelsBefore = before.labels(output.name());
            List<String> labels = after.labels(output.name());
            for (int i = 0; i < labelsBefore.size(); i++) {
                String label = i < labels.size() ? "'" + labels.get(i) + "'" : "none";
                if (i >= labels.size() || !labels.get(i).equals(labelsBefore.get(i))) {
                    return "label " + i + " of output '" + output.name() + "' was '" + labelsBefore.get(i) + "' and is "
                            + label;
                }
            }
        }
        return "";
    }

    /** Whether every shape that fits {@code narrow} fits {@code wide}. */
    private static boolean covers(Shape wide, Shape narrow) {
        if (wide.rank() != narrow.rank()) {
            return false;
        }
        for (int i = 0; i < wide.rank(); i++) {
            if (wide.dimension(i) != Shape.DYNAMIC && wide.dimension(i) != narrow.dimension(i)) {
                return false;
            }
        }
        return true;
    }

    private static String text(TensorSpec spec) {
        return spec.dataType() + " " + spec.shape();
    }
}
