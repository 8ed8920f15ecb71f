package dev.sluice.canary.inputlog.parquet;

import dev.sluice.canary.inputlog.jsonl.LogCursor;
import dev.sluice.canary.inputlog.jsonl.LogFile;
import dev.sluice.canary.inputlog.jsonl.LogLine;
import dev.sluice.canary.inputlog.jsonl.SegmentRewriter;
import dev.sluice.canary.inputlog.table.BodyTensors;
import dev.sluice.canary.inputlog.table.HeadColumn;
import dev.sluice.canary.inputlog.table.TableFile;
import dev.sluice.canary.inputlog.table.TableRows;
import dev.sluice.canary.inputlog.table.TableSchema;
import dev.sluice.canary.inputlog.table.TableSurvey;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Segments as tables: the records of all models in one file, with their bodies as they were logged, and the other lines as
 * metadata. Nothing is lost; but only JSON Lines are verified and replayed.
 *
 * <p>Threading: confined to one thread; blocks.
 */
public final class ParquetRewriter implements SegmentRewriter {
    private static final String SUFFIX = ".parquet";

    private final BodyTensors bodies = new BodyTensors();
    private final ParquetFormat format = new ParquetFormat();

    @Override
    public String suffix() {
        return SUFFIX;
    }

    @Override
    public void rewrite(LogFile segment, OutputStream to) throws IOException {
        TableSurvey survey = TableSurvey.together(bodies);
        StringBuilder head = new StringBuilder();
        List<String> windows = new ArrayList<>();
        try (LogCursor cursor = segment.open()) {
            for (LogLine line = cursor.next(); line != null; line = cursor.next()) {
                if (line instanceof LogLine.Prediction prediction) {
                    survey.add(prediction.record());
                } else if (line instanceof LogLine.Segment) {
                    head.append(cursor.text());
                } else {
                    windows.add(cursor.text());
                }
            }
        }
        List<TableSchema> schemas = survey.schemas(HeadColumn.complete());
        TableSchema schema =
                schemas.isEmpty() ? new TableSchema("", 1, HeadColumn.complete(), List.of()) : schemas.get(0);
        Map<String, String> metadata = Map.of(
                "sluice.schema", Integer.toString(TableSchema.SCHEMA),
                "sluice.segment", head.toString(),
                "sluice.windows", "[" + String.join(",", windows) + "]");
        BufferedOutputStream buffered = new BufferedOutputStream(to, 1 << 16);
        try (TableFile file = format.create(buffered, schema, metadata);
                LogCursor cursor = segment.open()) {
            TableRows rows = new TableRows(survey, schema, file);
            for (LogLine line = cursor.next(); line != null; line = cursor.next()) {
                if (line instanceof LogLine.Prediction prediction) {
                    rows.add(prediction.record());
                }
            }
        }
        buffered.flush();
    }
}
