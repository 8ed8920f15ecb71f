package dev.sluice.protocol;

import dev.sluice.model.InferenceException;
import dev.sluice.model.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes tensors as V2 tensor objects; binary ones are kept back and appended after the JSON.
 *
 * <p>Threading: confined to one thread; each body starts with {@link #begin}.
 */
final class TensorWriter {
    private final ByteSink sink;
    private final JsonWriter json;
    private final List<Tensor> binaries = new ArrayList<>(2);
    private String kind = "";
    private int start;

    TensorWriter(ByteSink sink, JsonWriter json) {
        this.sink = sink;
        this.json = json;
    }

    /**
     * Starts a body at the end of the sink.
     *
     * @param tensorKind what messages call the tensors: {@code input} or {@code output}
     */
    void begin(String tensorKind) {
        kind = tensorKind;
        start = sink.size();
        binaries.clear();
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
        ElementWriter.write(json, kind, tensor, 0, tensor.shape().elementCount());
        json.raw("]}");
    }

    /**
     * Appends the binary tensors.
     *
     * @return bytes of JSON since {@link #begin}, or -1 when there is nothing binary
     */
    int finish() {
        if (binaries.isEmpty()) {
            return -1;
        }
        int jsonLength = sink.size() - start;
        for (Tensor tensor : binaries) {
            sink.put(tensor.base(), tensor.offset(), tensor.byteSize());
        }
        binaries.clear();
        return jsonLength;
    }
}
