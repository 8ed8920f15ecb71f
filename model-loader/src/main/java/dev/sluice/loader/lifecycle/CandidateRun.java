package dev.sluice.loader.lifecycle;

import dev.sluice.loader.runtime.ServableModel;
import dev.sluice.loader.transform.StopCondition;
import dev.sluice.loader.transform.VersionTransform;
import dev.sluice.loader.verify.Candidate;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs a version that does not serve yet, the way its clients will: through its transform, alone.
 *
 * <p>Threading: thread-safe; blocking.
 */
record CandidateRun(ServableModel model, @Nullable VersionTransform transform) implements Candidate.Run {
    @Override
    public TensorSet run(List<Tensor> inputs, List<String> outputs) {
        if (transform == null) {
            return model.run(inputs, outputs);
        }
        TensorSet taken = transform.before(inputs, StopCondition.never());
        try {
            TensorSet given = model.run(taken.tensors(), transform.modelOutputs(outputs));
            try {
                return transform.after(taken, given, outputs);
            } finally {
                given.release();
            }
        } finally {
            taken.release();
        }
    }
}
