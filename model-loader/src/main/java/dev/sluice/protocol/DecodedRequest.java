package dev.sluice.protocol;

import dev.sluice.model.ParameterValue;
import dev.sluice.model.RequestedOutput;
import dev.sluice.model.TensorSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What an inference request's body says, before anything is known about the model.
 *
 * <p>Ownership: carries one reference of {@code inputs}; the receiver hands it on or calls {@link #release}.
 *
 * <p>Threading: immutable.
 *
 * @param id the client's own id; empty when none was sent
 * @param parameters request parameters without the reserved ones
 * @param inputs in the order sent, names distinct; not yet checked against a signature
 * @param outputs in the order asked for, names distinct; empty means all
 * @param binaryByDefault the form of outputs when {@code outputs} is empty
 * @param timeoutMicros the client's time limit from arrival, 1 or greater; empty when none (or 0) was sent
 * @param priority 0 = the default, 1 = highest
 */
public record DecodedRequest(
        String id,
        Map<String, ParameterValue> parameters,
        TensorSet inputs,
        List<RequestedOutput> outputs,
        boolean binaryByDefault,
        OptionalLong timeoutMicros,
        long priority) {
    public DecodedRequest {
        parameters = Map.copyOf(parameters);
        outputs = List.copyOf(outputs);
    }

    /** Gives up the reference to the inputs' memory. */
    public void release() {
        inputs.release();
    }
}
