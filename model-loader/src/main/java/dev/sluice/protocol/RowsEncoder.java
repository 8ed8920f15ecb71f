package dev.sluice.protocol;

import dev.sluice.model.DataType;
import dev.sluice.model.InferResponse;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelSignature;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the answer to a request of rows: one object per row.
 *
 * <pre>{"model_name":"iris","model_version":"2","prediction_id":"p1","predictions":[{"id":"p1#0", …}, …]}</pre>
 *
 * <p>Each row has its {@code id}, then every output under its own name: a scalar where the output is [N] or [N, 1], a nested
 * list otherwise; an output [N, C] with C distinct class labels is an object from label to value. An output called
 * {@code id} is written as {@code id_output}. FP16 and BF16 are written as numbers.
 *
 * <p>Last comes {@code label}, if there is one: the value of the output {@code label}, else of {@code output_label}, when it
 * is one integer or string per row; else the class label with the highest value in the first output with class labels (the
 * lower index among equals). An output {@code label} of any other kind keeps that key for itself.
 *
 * <p>Threading: stateless, so thread-safe; the sink is the caller's.
 */
public final class RowsEncoder {
    private static final String ID = "id";
    private static final String LABEL = "label";
    private static final String OUTPUT_LABEL = "output_label";

    /**
     * Appends the body to the sink; where it fails the sink is as before.
     *
     * @param response all outputs, each with first dimension {@code rowCount}
     * @param signature for labels
     * @throws InferenceException INVALID_INPUT if an output does not have one entry per row, or text that is not UTF-8
     */
    public void encode(
            String predictionId, int rowCount, InferResponse response, ModelSignature signature, ByteSink sink) {
        int start = sink.size();
        try {
            write(predictionId, rowCount, response, signature, sink);
        } catch (InferenceException e) {
            sink.advanceTo(start);
            throw e;
        }
    }

    private static void write(
            String predictionId, int rowCount, InferResponse response, ModelSignature signature, ByteSink sink) {
        List<Tensor> tensors = response.outputs().tensors();
        Column[] columns = new Column[tensors.size()];
        JsonWriter json = sink.json();
        Column labelled = null;
        Column labels = null;
        boolean labelTaken = false;
        for (int i = 0; i < columns.length; i++) {
            Column column = new Column(tensors.get(i), rowCount, signature, json);
            columns[i] = column;
            labelled = labelled == null && column.classes != null ? column : labelled;
            labelTaken |= column.tensor.name().equals(LABEL);
            boolean isLabel = column.tensor.name().equals(OUTPUT_LABEL) && column.isIntegerOrText();
            labels = isLabel ? column : labels;
        }
        json.raw("{\"model_name\":").string(response.key().name());
        json.raw(",\"model_version\":\"").signed(response.key().version());
        json.raw("\",\"prediction_id\":").string(predictionId);
        json.raw(",\"predictions\":[");
        for (int row = 0; row < rowCount; row++) {
            json.raw(row == 0 ? "{\"id\":" : ",{\"id\":").string(predictionId + "#" + row);
            for (Column column : columns) {
                column.writeMember();
            }
            if (!labelTaken && labels != null) {
                json.raw(",\"label\":");
                labels.writeAgain();
            } else if (!labelTaken && labelled != null) {
                json.raw(",\"label\":");
                labelled.writeBestLabel(row);
            }
            json.raw('}');
        }
        json.raw("]}");
    }

    /** One output, walked row by row. */
    private static final class Column {
        private final Tensor tensor;
        private final JsonWriter json;
        private final int rowElements;
        private final @Nullable List<String> classes;
        private final @Nullable TopClasses top;
        private int at;
        private int rowFrom;

        Column(Tensor tensor, int rowCount, ModelSignature signature, JsonWriter json) {
            Shape shape = tensor.shape();
            if (shape.rank() == 0 || shape.dimension(0) != rowCount) {
                throw InferenceException.invalidInput("output " + ClientText.quote(tensor.name()) + " has shape "
                        + shape + ", not one entry for each of " + rowCount
                        + " rows. Use an infer request with tensors instead");
            }
            this.tensor = tensor;
            this.json = json;
            this.rowElements = (int) (shape.elementCount() / rowCount);
            List<String> names = signature.labels(tensor.name());
            boolean hasClasses = shape.rank() == 2
                    && !names.isEmpty()
                    && names.size() == rowElements
                    && new HashSet<>(names).size() == names.size()
                    && (tensor.dataType().isFloatingPoint() || tensor.dataType().isInteger());
            this.classes = hasClasses ? names : null;
            this.top = hasClasses ? new TopClasses(tensor, names) : null;
        }

        boolean isIntegerOrText() {
            return isScalar() && (tensor.dataType().isInteger() || tensor.dataType() == DataType.BYTES);
        }

        private boolean isScalar() {
            Shape shape = tensor.shape();
            return shape.rank() == 1 || (shape.rank() == 2 && shape.dimension(1) == 1);
        }

        void writeMember() {
            rowFrom = at;
            json.raw(',')
                    .string(tensor.name().equals(ID) ? "id_output" : tensor.name())
                    .raw(':');
            List<String> names = classes;
            if (names != null) {
                writeClasses(names);
            } else if (isScalar()) {
                at = ElementWriter.write(json, "output", tensor, at, 1);
            } else {
                writeList(1);
            }
        }

        private void writeClasses(List<String> names) {
            char separator = '{';
            for (String name : names) {
                json.raw(separator).string(name).raw(':');
                at = ElementWriter.write(json, "output", tensor, at, 1);
                separator = ',';
            }
            json.raw('}');
        }

        private void writeList(int dimension) {
            long size = tensor.shape().dimension(dimension);
            json.raw('[');
            if (dimension == tensor.shape().rank() - 1) {
                at = ElementWriter.write(json, "output", tensor, at, size);
            } else {
                for (long i = 0; i < size; i++) {
                    json.raw(i == 0 ? "" : ",");
                    writeList(dimension + 1);
                }
            }
            json.raw(']');
        }

        /** Writes the scalar of the current row a second time. */
        void writeAgain() {
            ElementWriter.write(json, "output", tensor, rowFrom, 1);
        }

        void writeBestLabel(int row) {
            if (classes != null && top != null) {
                json.string(classes.get(top.best(row * rowElements, rowElements)));
            }
        }
    }
}
