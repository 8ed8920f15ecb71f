package dev.sluice.canary.inputlog.table;

import dev.sluice.canary.inputlog.jsonl.LoggedRecord;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes records that were surveyed before to the tables that were found. No file has its name before all are complete.
 *
 * <p>Threading: confined to one thread; blocks.
 */
public final class TableExport implements Closeable {
    private final TableSurvey survey;
    private final List<Target> targets;
    private long rows;

    private record Target(
            Path path, Path part, TableFile file, Map<Column, List<Integer>> columns, TableSchema schema) {}

    /** All columns of one tensor: one, or those of its features. */
    private record Column(Side side, String tensor, boolean spread) {
        static Column of(TensorColumn column) {
            return new Column(column.side(), column.tensor(), column.feature() != TensorColumn.WHOLE_ROW);
        }

        static Column of(RecordLayout.Part part) {
            return new Column(part.side(), part.tensor().name(), part.spread());
        }
    }

    private TableExport(TableSurvey survey, List<Target> targets) {
        this.survey = survey;
        this.targets = targets;
    }

    /**
     * Begins the files.
     *
     * @param paths where each of the schemas goes
     * @param metadata of all files
     * @throws IOException if a file cannot be written; then there is none
     */
    public static TableExport begin(
            TableSurvey survey,
            List<TableSchema> schemas,
            List<Path> paths,
            TableFile.Format format,
            Map<String, String> metadata)
            throws IOException {
        TableExport export = new TableExport(survey, new ArrayList<>());
        try {
            for (int i = 0; i < schemas.size(); i++) {
                export.targets.add(target(schemas.get(i), paths.get(i).toAbsolutePath(), format, metadata));
            }
            return export;
        } catch (IOException e) {
            export.close();
            throw e;
        }
    }

    private static Target target(TableSchema schema, Path path, TableFile.Format format, Map<String, String> metadata)
            throws IOException {
        Path part = path.resolveSibling("." + path.getFileName() + ".part");
        Files.deleteIfExists(part);
        Map<String, String> all = new HashMap<>(metadata);
        all.put("sluice.schema", Integer.toString(TableSchema.SCHEMA));
        all.put("sluice.model", schema.model());
        Map<Column, List<Integer>> columns = new HashMap<>();
        for (int i = 0; i < schema.tensors().size(); i++) {
            columns.computeIfAbsent(Column.of(schema.tensors().get(i)), any -> new ArrayList<>())
                    .add(i);
        }
        return new Target(path, part, format.create(part, schema, all), columns, schema);
    }

    /** The name of a schema's file: that of the model, with a number from the second on. */
    public static String fileName(TableSchema schema, String extension) {
        String name = schema.model().replaceAll("[^A-Za-z0-9._-]", "_");
        return name + (schema.number() > 1 ? "-" + schema.number() : "") + "." + extension;
    }

    /**
     * Writes one record.
     *
     * @throws IllegalArgumentException if it was not surveyed
     */
    public void add(LoggedRecord record) throws IOException {
        try (DecodedRecord decoded = DecodedRecord.of(record, survey.bodies(), survey.features())) {
            RecordLayout layout = decoded.layout();
            int index = survey.indexOf(record.model().name(), layout);
            if (index < 0 || index >= targets.size()) {
                throw new IllegalArgumentException("record " + record.predictionId() + " was not surveyed");
            }
            write(targets.get(index), record, layout);
        }
    }

    private void write(Target target, LoggedRecord record, RecordLayout layout) throws IOException {
        boolean split = layout.rows() != RecordLayout.NOT_SPLIT;
        int count = split ? layout.rows() : 1;
        for (int row = 0; row < count; row++) {
            @Nullable Cell[] cells = new Cell[target.schema().tensors().size()];
            for (RecordLayout.Part part : layout.parts()) {
                Cell cell = split ? part.cell().row(row, layout.rows()) : part.cell();
                place(target, cells, part, cell);
            }
            target.file().row(record, split ? row : RecordLayout.NOT_SPLIT, Arrays.asList(cells));
            rows++;
        }
    }

    private static void place(Target target, @Nullable Cell[] cells, RecordLayout.Part part, Cell cell) {
        for (int index : target.columns().getOrDefault(Column.of(part), List.of())) {
            int feature = target.schema().tensors().get(index).feature();
            cells[index] = feature == TensorColumn.WHOLE_ROW ? cell : cell.element(feature);
        }
    }

    /** Rows written so far. */
    public long rows() {
        return rows;
    }

    /** Completes all files and gives them their names. */
    public List<Path> finish() throws IOException {
        for (Target target : targets) {
            target.file().close();
        }
        List<Path> written = new ArrayList<>();
        for (Target target : targets) {
            Files.move(
                    target.part(), target.path(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            written.add(target.path());
        }
        targets.clear();
        return written;
    }

    /** Removes what was not finished. */
    @Override
    public void close() throws IOException {
        for (Target target : targets) {
            try {
                target.file().close();
            } finally {
                Files.deleteIfExists(target.part());
            }
        }
        targets.clear();
    }
}
