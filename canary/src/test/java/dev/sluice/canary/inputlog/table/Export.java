package dev.sluice.canary.inputlog.table;

import dev.sluice.canary.inputlog.jsonl.LoggedRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Writes records to files of one format. */
public final class Export {
    private Export() {}

    public static List<Path> write(
            Path folder,
            TableFile.Format format,
            List<String> features,
            List<HeadColumn> head,
            Map<String, String> metadata,
            LoggedRecord... records)
            throws IOException {
        TableSurvey survey = new TableSurvey(new BodyTensors(), features);
        for (LoggedRecord record : records) {
            survey.add(record);
        }
        List<TableSchema> schemas = survey.schemas(head);
        List<Path> paths = schemas.stream()
                .map(schema -> folder.resolve(TableExport.fileName(schema, format.extension())))
                .toList();
        try (TableExport export = TableExport.begin(survey, schemas, paths, format, metadata)) {
            for (LoggedRecord record : records) {
                export.add(record);
            }
            return export.finish();
        }
    }
}
