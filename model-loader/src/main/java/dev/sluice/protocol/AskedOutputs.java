package dev.sluice.protocol;

import dev.sluice.model.InferenceException;
import dev.sluice.model.ParameterValue;
import dev.sluice.model.RequestedOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The {@code outputs} of a request as they were sent; their form is settled once the request's parameters are known.
 *
 * <p>Parameters of an output other than {@code binary_data} and {@code classification} are checked as JSON and ignored.
 *
 * <p>Threading: immutable.
 */
record AskedOutputs(List<Asked> outputs) {
    static final AskedOutputs NONE = new AskedOutputs(List.of());

    /**
     * One entry.
     *
     * @param binary {@code binary_data}, or null when the request's default applies
     * @param classes {@code classification}, 0 when absent
     */
    record Asked(String name, @Nullable Boolean binary, int classes) {}

    /** Reads the next value; {@code null} means none. */
    static AskedOutputs read(JsonScanner scanner, ParameterReader parameters, CodecLimits limits) {
        if (scanner.tryLiteral("null")) {
            return NONE;
        }
        if (!scanner.atArray()) {
            throw scanner.wrongKind("outputs", "an array");
        }
        List<Asked> outputs = new ArrayList<>();
        scanner.beginArray();
        while (scanner.nextElement()) {
            if (outputs.size() == limits.inputsMax()) {
                throw InferenceException.invalidInput("outputs must have at most " + limits.inputsMax() + " entries");
            }
            Asked output = readOne(outputs.size(), scanner, parameters);
            for (Asked other : outputs) {
                if (other.name().equals(output.name())) {
                    throw InferenceException.invalidInput(
                            "output " + ClientText.quote(output.name()) + " is asked for twice");
                }
            }
            outputs.add(output);
        }
        return new AskedOutputs(outputs);
    }

    private static Asked readOne(int index, JsonScanner scanner, ParameterReader parameters) {
        if (!scanner.atObject()) {
            throw scanner.wrongKind("outputs[" + index + "]", "an object");
        }
        String name = "";
        Map<String, ParameterValue> given = Map.of();
        JsonKeys keys = new JsonKeys();
        scanner.beginObject();
        while (scanner.nextKey()) {
            String key = scanner.key();
            scanner.requireNew(keys, key);
            switch (key) {
                case "name" -> {
                    if (!scanner.atString()) {
                        throw scanner.wrongKind("outputs[" + index + "]: name", "a string");
                    }
                    name = scanner.string();
                }
                case "parameters" -> given = parameters.read(label(index, name));
                default -> scanner.skipValue();
            }
        }
        if (name.isEmpty()) {
            throw InferenceException.invalidInput("outputs[" + index + "]: "
                    + (keys.add("name") ? "missing field 'name'" : "name must not be empty"));
        }
        return asked(label(index, name), name, given);
    }

    private static Asked asked(String label, String name, Map<String, ParameterValue> given) {
        ParameterValue binary = given.get("binary_data");
        ParameterValue classes = given.get("classification");
        return new Asked(
                name,
                binary == null ? null : ParameterRules.requireBool(label, "binary_data", binary),
                classes == null
                        ? 0
                        : (int) Math.min(
                                Integer.MAX_VALUE, ParameterRules.requireInteger(label, "classification", 1, classes)));
    }

    private static String label(int index, String name) {
        return (name.isEmpty() ? "outputs[" + index + "]" : "output " + ClientText.quote(name)) + ": ";
    }

    List<RequestedOutput> resolve(boolean binaryByDefault) {
        if (outputs.isEmpty()) {
            return List.of();
        }
        List<RequestedOutput> resolved = new ArrayList<>(outputs.size());
        for (Asked output : outputs) {
            Boolean binary = output.binary();
            resolved.add(
                    new RequestedOutput(output.name(), binary == null ? binaryByDefault : binary, output.classes()));
        }
        return resolved;
    }
}
