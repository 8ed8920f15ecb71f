package dev.sluice.canary.inputlog.table;

import dev.sluice.canary.inputlog.jsonl.LoggedRecord;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes records that were surveyed before to the tables that were found. No file has its name before all are complete.
 *
 * <p>Threading: confined to one thread; blocks.
 */
public final class TableExport implements Closeable {
    private final TableSurvey survey;
    private final List<Target> targets;
    private long rows;

    private record Target(Path path, Path part, TableFile file, TableRows table) {}

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
                export.targets.add(target(survey, schemas.get(i), paths.get(i).toAbsolutePath(), format, metadata));
            }
            return export;
        } catch (IOException e) {
            export.close();
            throw e;
        }
    }

    private static Target target(
            TableSurvey survey, TableSchema schema, Path path, TableFile.Format format, Map<String, String> metadata)
            throws IOException {
        Path part = path.resolveSibling("." + path.getFileName() + ".part");
        Files.deleteIfExists(part);
        Map<String, String> all = new HashMap<>(metadata);
        all.put("sluice.schema", Integer.toString(TableSchema.SCHEMA));
        all.put("sluice.model", schema.model());
        TableFile file = format.create(part, schema, all);
        return new Target(path, part, file, new TableRows(survey, schema, file));
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
            rows += targets.get(index).table().add(record, layout);
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
