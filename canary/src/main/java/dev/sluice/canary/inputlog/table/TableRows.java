package dev.sluice.canary.inputlog.table;

import dev.sluice.canary.inputlog.jsonl.LoggedRecord;
import dev.sluice.model.DataType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes the rows of one table.
 *
 * <p>Threading: confined to one thread.
 */
public final class TableRows {
    private final TableSurvey survey;
    private final TableSchema schema;
    private final TableFile file;
    private final Map<Column, List<Integer>> columns = new HashMap<>();

    /** All columns of one tensor: one, or those of its features. */
    private record Column(Side side, String tensor, boolean spread, DataType type) {}

    /**
     * @param survey has seen all records
     * @param schema a table of it
     * @param file takes the rows
     */
    public TableRows(TableSurvey survey, TableSchema schema, TableFile file) {
        this.survey = survey;
        this.schema = schema;
        this.file = file;
        for (int i = 0; i < schema.tensors().size(); i++) {
            TensorColumn column = schema.tensors().get(i);
            Column key = new Column(
                    column.side(), column.tensor(), column.feature() != TensorColumn.WHOLE_ROW, column.type());
            columns.computeIfAbsent(key, any -> new ArrayList<>()).add(i);
        }
    }

    /**
     * Writes one record.
     *
     * @return how many rows it has
     */
    public int add(LoggedRecord record) throws IOException {
        try (DecodedRecord decoded = DecodedRecord.of(record, survey.bodies(), survey.features())) {
            return add(record, decoded.layout());
        }
    }

    int add(LoggedRecord record, RecordLayout layout) throws IOException {
        boolean split = layout.rows() != RecordLayout.NOT_SPLIT;
        int count = split ? layout.rows() : 1;
        for (int row = 0; row < count; row++) {
            @Nullable Cell[] cells = new Cell[schema.tensors().size()];
            for (RecordLayout.Part part : layout.parts()) {
                Cell cell = split ? part.cell().row(row, layout.rows()) : part.cell();
                place(cells, part, cell);
            }
            file.row(record, split ? row : RecordLayout.NOT_SPLIT, Arrays.asList(cells));
        }
        return count;
    }

    private void place(@Nullable Cell[] cells, RecordLayout.Part part, Cell cell) {
        Column key = new Column(part.side(), part.tensor().name(), part.spread(), cell.type());
        for (int index : columns.getOrDefault(key, List.of())) {
            int feature = schema.tensors().get(index).feature();
            cells[index] = feature == TensorColumn.WHOLE_ROW ? cell : cell.element(feature);
        }
    }
}
