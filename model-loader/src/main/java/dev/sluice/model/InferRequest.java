package dev.sluice.model;

import java.util.List;
import java.util.Map;

/**
 * One prediction call, independent of the protocol that brought it.
 *
 * <p>Ownership: carries one reference of {@code inputs}; whoever submits the request hands that reference on.
 *
 * <p>Threading: immutable.
 *
 * @param predictionId made by the server before routing; unique; rows are {@code id#n}
 * @param clientId the client's own id, echoed as it is; empty when none was sent
 * @param inputs in the order sent
 * @param outputs in the order asked for; empty means all outputs of the model
 * @param binaryByDefault the form of outputs when {@code outputs} is empty: true for the binary extension
 * @param parameters the request's parameters without the reserved ones
 * @param priority 0 = the default, 1 = highest
 * @param deadlineNanos absolute, in {@link System#nanoTime} terms; {@link #NO_DEADLINE} for none
 */
public record InferRequest(
        String predictionId,
        String clientId,
        TensorSet inputs,
        List<RequestedOutput> outputs,
        boolean binaryByDefault,
        Map<String, ParameterValue> parameters,
        long priority,
        long deadlineNanos) {
    /** No deadline was given. Real deadlines that would equal this value are moved by one nanosecond. */
    public static final long NO_DEADLINE = Long.MAX_VALUE;

    public InferRequest {
        outputs = List.copyOf(outputs);
        parameters = Map.copyOf(parameters);
    }

    public boolean hasDeadline() {
        return deadlineNanos != NO_DEADLINE;
    }
}
