package dev.sluice.protocol;

import dev.sluice.model.DataType;
import dev.sluice.model.InferenceException;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorPool;
import dev.sluice.model.TensorSet;
import dev.sluice.model.TensorSpec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Reads rows of named features: one JSON object, or a list of them that is not empty.
 *
 * <p>Every row has every feature of the {@link RowSchema} exactly once, in any order, and nothing else. A value is what its
 * datatype takes in JSON tensors; {@code null} is a missing value, which is NaN for FP32 and FP64 and refused elsewhere. In
 * messages rows count from 0, like the rows of a prediction id.
 *
 * <p>Threading: confined to one thread at a time; holds scratch memory and refers to the last body until the next call.
 */
public final class RowsDecoder {
    private final TensorPool pool;
    private final JsonScanner scanner;
    private final ElementReader elements;

    private boolean listed;
    private int row;
    private String feature = "";

    public RowsDecoder(TensorPool pool, CodecLimits limits) {
        this.pool = pool;
        this.scanner = new JsonScanner(limits);
        this.elements = new ElementReader(scanner, this::place);
    }

    /**
     * Reads {@code body[offset, offset + length)}.
     *
     * @return the inputs, which own one reference of their memory
     * @throws InferenceException INVALID_INPUT for anything malformed and for a model that rows do not fit, OVERLOADED when
     *     the pool is exhausted
     */
    public DecodedRows decode(byte[] body, int offset, int length, RowSchema schema) {
        Objects.checkFromIndexSize(offset, length, body.length);
        schema.requireSupported();
        BlockBuilder block = new BlockBuilder(pool);
        try {
            scanner.reset(body, offset, offset + length);
            int rows = countRows();
            // Only the last row read can be incomplete, so no more rows than these are ever stored.
            int stored = (int) Math.min(rows, length / schema.rowBytesMin() + 1);
            RowTable table = new RowTable(schema, stored, length, block);
            scanner.reset(body, offset, offset + length);
            readRows(schema, table);
            return new DecodedRows(table.finish(), rows);
        } finally {
            block.discard();
        }
    }

    private String prefix() {
        return listed ? "row " + row + ": " : "";
    }

    private String place() {
        return prefix() + "feature " + ClientText.quote(feature);
    }

    /** Checks that the whole body is JSON and has the right outline. */
    private int countRows() {
        listed = scanner.atArray();
        row = 0;
        if (!listed) {
            if (!scanner.atObject()) {
                throw scanner.wrongKind("the body", "an object of features or a list of such objects");
            }
            scanner.skipValue();
            scanner.requireEnd();
            return 1;
        }
        scanner.beginArray();
        while (scanner.nextElement()) {
            if (!scanner.atObject()) {
                throw scanner.wrongKind("row " + row, "an object of features");
            }
            scanner.skipValue();
            row++;
        }
        scanner.requireEnd();
        if (row == 0) {
            throw InferenceException.invalidInput("the list of rows must not be empty");
        }
        return row;
    }

    private void readRows(RowSchema schema, RowTable table) {
        int[] seenInRow = new int[schema.features().size()];
        Arrays.fill(seenInRow, -1);
        row = 0;
        if (!listed) {
            readRow(schema, table, seenInRow);
            return;
        }
        scanner.beginArray();
        while (scanner.nextElement()) {
            readRow(schema, table, seenInRow);
            row++;
        }
    }

    private void readRow(RowSchema schema, RowTable table, int[] seenInRow) {
        int count = 0;
        scanner.beginObject();
        while (scanner.nextKey()) {
            int index = featureIndex(schema, count);
            feature = schema.features().get(index).name();
            if (seenInRow[index] == row) {
                throw InferenceException.invalidInput(place() + " is given twice");
            }
            seenInRow[index] = row;
            count++;
            DataType type = schema.features().get(index).dataType();
            if (type != DataType.BYTES) {
                elements.read(type, table.memory(), table.offset(index, row));
            } else if (scanner.atString()) {
                scanner.readString();
                table.textAt(index, row, scanner.lastText().from() - 1);
            } else {
                throw scanner.wrongKind(place(), "a string (BYTES)");
            }
        }
        if (count < seenInRow.length) {
            throw missing(schema, seenInRow);
        }
    }

    /** Index of the key's feature; rows mostly have the schema's order, then no string is made. */
    private int featureIndex(RowSchema schema, int expected) {
        if (expected < schema.features().size() && scanner.lastText().is(schema.utf8Name(expected))) {
            return expected;
        }
        String key = scanner.key();
        int index = schema.indexOf(key);
        if (index < 0) {
            List<String> names = schema.featureNames();
            String hint = NameSuggestion.hint(key, names);
            throw InferenceException.invalidInput(prefix() + "unknown feature " + ClientText.quote(key)
                    + (hint.isEmpty() ? ";" : hint) + " expected " + ClientText.list(names));
        }
        return index;
    }

    private InferenceException missing(RowSchema schema, int[] seenInRow) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < seenInRow.length; i++) {
            if (seenInRow[i] != row) {
                names.add(schema.features().get(i).name());
            }
        }
        return InferenceException.invalidInput(
                prefix() + (names.size() == 1 ? "missing feature " : "missing features ") + ClientText.list(names));
    }

    /** The inputs being filled: fixed-size ones at once, texts when all rows are known. */
    private final class RowTable {
        private final RowSchema schema;
        private final int rows;
        private final BlockBuilder block;
        private final int bodyBytes;
        /** Per feature: where its values begin in the block; -1 for BYTES. */
        private final int[] starts;
        /** Per feature: for BYTES, where in the body the text of each row begins. */
        private final int[][] texts;

        RowTable(RowSchema schema, int rows, int bodyBytes, BlockBuilder block) {
            this.schema = schema;
            this.rows = rows;
            this.block = block;
            this.bodyBytes = bodyBytes;
            int features = schema.features().size();
            starts = new int[features];
            texts = new int[features][];
            if (schema.isColumns()) {
                int bytes = schema.features().get(0).dataType().byteSize();
                int start = block.append((long) rows * features * bytes);
                for (int i = 0; i < features; i++) {
                    starts[i] = start + i * bytes;
                }
                return;
            }
            for (int i = 0; i < features; i++) {
                DataType type = schema.features().get(i).dataType();
                starts[i] = type.hasFixedSize() ? block.append((long) rows * type.byteSize()) : -1;
                texts[i] = type.hasFixedSize() ? new int[0] : new int[rows];
            }
        }

        ByteBuffer memory() {
            return block.memory();
        }

        int offset(int index, int atRow) {
            int bytes = schema.features().get(index).dataType().byteSize();
            int stride = schema.isColumns() ? bytes * starts.length : bytes;
            return starts[index] + atRow * stride;
        }

        void textAt(int index, int atRow, int bodyOffset) {
            texts[index][atRow] = bodyOffset;
        }

        TensorSet finish() {
            int[] lengths = new int[starts.length];
            for (int i = 0; i < starts.length; i++) {
                DataType type = schema.features().get(i).dataType();
                if (type == DataType.BYTES) {
                    lengths[i] = copyTexts(i);
                } else {
                    lengths[i] = rows * type.byteSize() * (schema.isColumns() ? starts.length : 1);
                }
            }
            List<Tensor> tensors = new ArrayList<>(schema.inputs().size());
            for (int i = 0; i < schema.inputs().size(); i++) {
                TensorSpec input = schema.inputs().get(i);
                Shape shape = schema.isColumns()
                        ? Shape.of(rows, starts.length)
                        : input.shape().withFirst(rows);
                tensors.add(block.tensor(starts[i], lengths[i], input.name(), input.dataType(), shape));
            }
            return block.finish(tensors);
        }

        private int copyTexts(int index) {
            int start = block.append(4L * rows + bodyBytes);
            int at = start;
            for (int bodyOffset : texts[index]) {
                scanner.moveTo(bodyOffset);
                scanner.readString();
                int length = scanner.copyText(block.memory(), at + 4);
                block.memory().putInt(at, length);
                at += 4 + length;
            }
            block.trimTo(at);
            starts[index] = start;
            return at - start;
        }
    }
}
