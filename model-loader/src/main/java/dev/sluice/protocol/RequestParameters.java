package dev.sluice.protocol;

import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ParameterValue;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The parameters of a request, those that the protocol reserves told apart from those for the model.
 *
 * <p>Threading: immutable.
 *
 * @param others not reserved, in the order sent
 * @param binaryOutput {@code binary_data_output}, false when absent
 * @param timeoutMicros {@code timeout}, empty when absent or 0
 * @param priority {@code priority}, 0 when absent
 * @see "Triton's extensions: parameters, schedule policy, sequence, binary tensor data"
 */
record RequestParameters(
        Map<String, ParameterValue> others, boolean binaryOutput, OptionalLong timeoutMicros, long priority) {
    private static final RequestParameters NONE = new RequestParameters(Map.of(), false, OptionalLong.empty(), 0);

    static RequestParameters of(Map<String, ParameterValue> all) {
        if (all.isEmpty()) {
            return NONE;
        }
        Map<String, ParameterValue> others = new LinkedHashMap<>();
        boolean binaryOutput = false;
        OptionalLong timeoutMicros = OptionalLong.empty();
        long priority = 0;
        for (Map.Entry<String, ParameterValue> entry : all.entrySet()) {
            String key = entry.getKey();
            ParameterValue value = entry.getValue();
            switch (key) {
                case "binary_data_output" -> binaryOutput = ParameterRules.requireBool("", key, value);
                case "timeout" -> {
                    long micros = ParameterRules.requireInteger("", key, 0, value);
                    timeoutMicros = micros == 0 ? OptionalLong.empty() : OptionalLong.of(micros);
                }
                case "priority" -> priority = ParameterRules.requireInteger("", key, 0, value);
                case "sequence_id", "sequence_start", "sequence_end" -> requireNoSequence(key, value);
                default -> {
                    if (key.equals("headers") || key.startsWith("triton_")) {
                        throw InferenceException.invalidInput("parameter " + ClientText.quote(key)
                                + " is reserved for the server and must not be sent");
                    }
                    others.put(key, value);
                }
            }
        }
        return new RequestParameters(others, binaryOutput, timeoutMicros, priority);
    }

    private static void requireNoSequence(String key, ParameterValue value) {
        boolean none = value.equals(new ParameterValue.Int(0))
                || value.equals(new ParameterValue.Text(""))
                || value.equals(new ParameterValue.Bool(false));
        if (!none) {
            throw new InferenceException(
                    ErrorCode.UNIMPLEMENTED,
                    "parameter '" + key + "': sequences of requests that share state are not supported");
        }
    }
}
