package dev.sluice.canary.inputlog.redaction;

import dev.sluice.loader.repository.FieldRule;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of one tensor of a version.
 *
 * <p>Threading: immutable.
 *
 * @param spec as the version declares it
 * @param columns along the last dimension; one alone = all of the tensor
 */
record TensorPlan(TensorSpec spec, List<Column> columns) {
    private static final Column KEPT = new Column(null);

    /**
     * What becomes of one column.
     *
     * @param rule null = it is kept
     */
    record Column(@Nullable FieldRule rule) {
        static Column of(@Nullable FieldRule rule) {
            return rule == null ? KEPT : new Column(rule);
        }
    }

    TensorPlan {
        columns = List.copyOf(columns);
    }

    /** Whether nothing is taken out of it. */
    boolean keepsAll() {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).rule() != null) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether a tensor is what the rules are about. A client's mistake may be recorded as well: what stands where is not known in a
     * tensor of another datatype or shape.
     */
    boolean describes(Tensor tensor) {
        if (tensor.dataType() != spec.dataType()) {
            return false;
        }
        Shape shape = tensor.shape();
        return columns.size() == 1
                || (shape.rank() == spec.shape().rank()
                        && shape.rank() > 0
                        && shape.dimension(shape.rank() - 1) == columns.size());
    }
}
