package dev.sluice.protocol;

import dev.sluice.model.InferenceException;
import dev.sluice.model.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes tensors as V2 tensor objects; binary ones are kept back and appended after the JSON.
 *
 * <p>Threading: confined to one thread; one instance per body.
 */
final class TensorWriter {
    private final ByteSink sink;
    private final JsonWriter json;
    private final ElementWriter elements;
    private final String kind;
    private final List<Tensor> binaries = new ArrayList<>(2);

    /**
     * @param kind what messages call the tensors: {@code input} or {@code output}
     */
    TensorWriter(ByteSink sink, JsonWriter json, String kind) {
        this.sink = sink;
        this.json = json;
        this.kind = kind;
        this.elements = new ElementWriter(json, kind);
    }

    /**
     * Writes one object.
     *
     * @throws InferenceException INVALID_INPUT if JSON cannot hold the tensor
     */
    void tensor(Tensor tensor, boolean binary) {
        json.raw("{\"name\":").string(tensor.name());
        json.raw(",\"datatype\":\"").raw(tensor.dataType().name());
        json.raw("\",\"shape\":[");
        for (int i = 0; i < tensor.shape().rank(); i++) {
            if (i > 0) {
                json.raw(',');
            }
            json.signed(tensor.shape().dimension(i));
        }
        json.raw(']');
        if (binary) {
            json.raw(",\"parameters\":{\"binary_data_size\":");
            json.signed(tensor.byteSize());
            json.raw("}}");
            binaries.add(tensor);
            return;
        }
        if (!tensor.dataType().hasJsonForm()) {
            throw InferenceException.invalidInput(kind + " " + ClientText.quote(tensor.name()) + ": "
                    + tensor.dataType() + " has no JSON form; ask for it with parameter binary_data: true");
        }
        json.raw(",\"data\":[");
        elements.elements(tensor, 0, tensor.shape().elementCount());
        json.raw("]}");
    }

    /**
     * Appends the binary tensors.
     *
     * @param start size of the sink before the body
     * @return bytes of JSON, or -1 when there is nothing binary
     */
    int finish(int start) {
        if (binaries.isEmpty()) {
            return -1;
        }
        int jsonLength = sink.size() - start;
        for (Tensor tensor : binaries) {
            sink.put(tensor.memory(), 0, tensor.byteSize());
        }
        return jsonLength;
    }
}
