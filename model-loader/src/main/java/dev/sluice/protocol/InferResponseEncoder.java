package dev.sluice.protocol;

import dev.sluice.model.InferRequest;
import dev.sluice.model.InferResponse;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelKey;
import dev.sluice.model.ModelSignature;
import dev.sluice.model.RequestedOutput;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorSet;
import java.util.List;

/**
 * Writes the body of an Open Inference Protocol V2 inference response.
 *
 * <p>Floats are the shortest decimals that read back equal, integers exact; NaN and the infinities are the strings {@code
 * "NaN"}, {@code "Infinity"} and {@code "-Infinity"}. Data is flat and row-major.
 *
 * <p>Threading: stateless, so thread-safe; the sink is the caller's.
 *
 * @see "Open Inference Protocol V2, REST; Triton's extensions: binary tensor data, classification"
 */
public final class InferResponseEncoder {
    /**
     * Appends the body to the sink; where it fails the sink is as before.
     *
     * @param request says the ids to tell and which outputs in which form; the prediction id is the response's parameter {@code
     *     prediction_id}
     * @param response has exactly the outputs asked for
     * @param signature for labels
     * @return bytes of JSON, to go into Inference-Header-Content-Length; -1 when the whole body is JSON
     * @throws InferenceException INVALID_INPUT if an output cannot be written in the form asked for
     */
    public int encode(InferRequest request, InferResponse response, ModelSignature signature, ByteSink sink) {
        int start = sink.size();
        try {
            return write(request, response, signature, sink);
        } catch (InferenceException e) {
            sink.advanceTo(start);
            throw e;
        }
    }

    /**
     * Appends a body with all outputs so that no bit of them is lost: each as JSON where JSON holds it exactly, else in binary
     * form. Where it fails the sink is as before.
     *
     * @param clientId the client's own id; empty when there was none
     * @param predictionId empty when there is none
     * @return bytes of JSON; -1 when the whole body is JSON
     */
    public int encodeExactly(ModelKey key, String clientId, String predictionId, TensorSet outputs, ByteSink sink) {
        int start = sink.size();
        try {
            JsonWriter json = sink.json();
            TensorWriter tensors = sink.tensors();
            tensors.begin("output");
            head(key, clientId, predictionId, json);
            List<Tensor> all = outputs.tensors();
            for (int i = 0; i < all.size(); i++) {
                json.raw(i == 0 ? "" : ",");
                tensors.tensor(all.get(i), TensorForm.EXACT.isBinary(all.get(i)));
            }
            json.raw("]}");
            return tensors.finish();
        } catch (InferenceException e) {
            sink.advanceTo(start);
            throw e;
        }
    }

    private static void head(ModelKey key, String clientId, String predictionId, JsonWriter json) {
        json.raw("{\"model_name\":").string(key.name());
        json.raw(",\"model_version\":\"").signed(key.version());
        json.raw('"');
        if (!clientId.isEmpty()) {
            json.raw(",\"id\":").string(clientId);
        }
        if (!predictionId.isEmpty()) {
            json.raw(",\"parameters\":{\"prediction_id\":").string(predictionId).raw('}');
        }
        json.raw(",\"outputs\":[");
    }

    private static int write(InferRequest request, InferResponse response, ModelSignature signature, ByteSink sink) {
        JsonWriter json = sink.json();
        TensorWriter tensors = sink.tensors();
        tensors.begin("output");
        head(response.key(), request.clientId(), request.predictionId(), json);
        if (request.outputs().isEmpty()) {
            List<Tensor> all = response.outputs().tensors();
            for (int i = 0; i < all.size(); i++) {
                json.raw(i == 0 ? "" : ",");
                tensors.tensor(all.get(i), request.binaryByDefault());
            }
        } else {
            for (int i = 0; i < request.outputs().size(); i++) {
                json.raw(i == 0 ? "" : ",");
                RequestedOutput asked = request.outputs().get(i);
                tensors.tensor(output(asked, response, signature), asked.binary());
            }
        }
        json.raw("]}");
        return tensors.finish();
    }

    private static Tensor output(RequestedOutput asked, InferResponse response, ModelSignature signature) {
        Tensor tensor = response.outputs().find(asked.name());
        if (tensor == null) {
            throw new IllegalArgumentException(
                    "the response of " + response.key() + " lacks output '" + asked.name() + "', which was asked for");
        }
        return asked.classes() == 0
                ? tensor
                : new TopClasses(tensor, signature.labels(asked.name())).top(asked.classes());
    }
}
