package dev.sluice.protocol;

import dev.sluice.model.InferRequest;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ParameterValue;
import dev.sluice.model.RequestedOutput;
import dev.sluice.model.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes a request as the body of an Open Inference Protocol V2 inference request: the inverse of {@link
 * InferRequestDecoder}.
 *
 * <p>The server's prediction id and the deadline, which is absolute, have no place in the body.
 *
 * <p>Threading: stateless, so thread-safe; the sink is the caller's.
 */
public final class InferRequestEncoder {
    /**
     * Appends the body to the sink; where it fails the sink is as before.
     *
     * @param binaryInputs true to send all inputs in binary form; false to send as JSON those that have a JSON form
     * @return bytes of JSON, to go into Inference-Header-Content-Length; -1 when the whole body is JSON
     * @throws InferenceException INVALID_INPUT if BYTES to be sent as JSON are not UTF-8
     */
    public int encode(InferRequest request, boolean binaryInputs, ByteSink sink) {
        return encode(request, binaryInputs ? TensorForm.BINARY : TensorForm.JSON_IF_ANY, sink);
    }

    /**
     * Appends the body to the sink so that the decoder reads the same bits: each input as JSON where JSON holds it exactly, else
     * in binary form. Where it fails the sink is as before.
     *
     * @return bytes of JSON, to go into Inference-Header-Content-Length; -1 when the whole body is JSON
     */
    public int encodeExactly(InferRequest request, ByteSink sink) {
        return encode(request, TensorForm.EXACT, sink);
    }

    private static int encode(InferRequest request, TensorForm form, ByteSink sink) {
        int start = sink.size();
        try {
            return write(request, form, sink);
        } catch (InferenceException e) {
            sink.advanceTo(start);
            throw e;
        }
    }

    private static int write(InferRequest request, TensorForm form, ByteSink sink) {
        JsonWriter json = sink.json();
        TensorWriter tensors = sink.tensors();
        tensors.begin("input");
        json.raw('{');
        if (!request.clientId().isEmpty()) {
            json.raw("\"id\":").string(request.clientId()).raw(',');
        }
        Map<String, ParameterValue> parameters = parameters(request);
        if (!parameters.isEmpty()) {
            json.raw("\"parameters\":{");
            ParameterWriter.members(parameters, json);
            json.raw("},");
        }
        json.raw("\"inputs\":[");
        boolean first = true;
        for (Tensor tensor : request.inputs().tensors()) {
            json.raw(first ? "" : ",");
            first = false;
            tensors.tensor(tensor, form.isBinary(tensor));
        }
        json.raw(']');
        if (!request.outputs().isEmpty()) {
            outputs(request, json);
        }
        json.raw('}');
        return tensors.finish();
    }

    private static Map<String, ParameterValue> parameters(InferRequest request) {
        if (request.priority() == 0 && !request.binaryByDefault()) {
            return request.parameters();
        }
        Map<String, ParameterValue> parameters = new LinkedHashMap<>(request.parameters());
        if (request.priority() != 0) {
            parameters.put("priority", new ParameterValue.Int(request.priority()));
        }
        if (request.binaryByDefault()) {
            parameters.put("binary_data_output", new ParameterValue.Bool(true));
        }
        return parameters;
    }

    private static void outputs(InferRequest request, JsonWriter json) {
        json.raw(",\"outputs\":[");
        boolean first = true;
        for (RequestedOutput output : request.outputs()) {
            json.raw(first ? "{\"name\":" : ",{\"name\":").string(output.name());
            first = false;
            json.raw(",\"parameters\":{\"binary_data\":").bool(output.binary());
            if (output.classes() > 0) {
                json.raw(",\"classification\":").signed(output.classes());
            }
            json.raw("}}");
        }
        json.raw(']');
    }
}
