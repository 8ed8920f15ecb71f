package dev.sluice.canary.inputlog.parquet;

import static dev.sluice.canary.inputlog.table.TestRecords.answered;
import static dev.sluice.canary.inputlog.table.TestRecords.failed;
import static dev.sluice.canary.inputlog.table.TestRecords.floats;
import static dev.sluice.canary.inputlog.table.TestRecords.integers;
import static dev.sluice.canary.inputlog.table.TestRecords.texts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.canary.inputlog.jsonl.LoggedRecord;
import dev.sluice.canary.inputlog.table.Export;
import dev.sluice.canary.inputlog.table.HeadColumn;
import dev.sluice.model.DataType;
import dev.sluice.model.ModelKey;
import dev.sluice.model.Shape;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of schema 1 that were written once and are never written again. */
class ParquetGoldenTest {
    private static final ModelKey MODEL = new ModelKey("golden", 1);
    private static final LoggedRecord[] RECORDS = {
        answered(
                "p-1",
                MODEL,
                true,
                List.of(
                        floats("x", Shape.of(2, 3), 1, -0.0f, Float.NaN, 4, 5.5f, 6),
                        integers("hour", DataType.UINT64, Shape.of(2, 1), 7, -1),
                        texts("country", Shape.of(2), "AT", "Österreich")),
                List.of(floats("score", Shape.of(2, 1), 0.25f, 0.75f))),
        failed("p-2", MODEL, List.of(floats("x", Shape.of(1, 3), 7, 8, 9)))
    };

    @TempDir
    Path folder;

    private Path golden = Path.of("");

    @BeforeEach
    void copy() throws Exception {
        golden = folder.resolve("schema-1.parquet");
        try (InputStream file = Objects.requireNonNull(getClass().getResourceAsStream("schema-1.parquet"))) {
            Files.copy(file, golden);
        }
    }

    @Test
    void readsTheFileOfSchemaOne() {
        assertThat(DuckDb.rows("SELECT prediction_id, row, epoch_us(time), in_x, in_hour, in_country, out_score FROM '"
                        + golden + "'"))
                .containsExactly(
                        "p-1|0|1795482123456789|[1.0, -0.0, NaN]|7|AT|0.25",
                        "p-1|1|1795482123456789|[4.0, 5.5, 6.0]|18446744073709551615|Österreich|0.75",
                        "p-2|0|1795482123456789|[7.0, 8.0, 9.0]|null|null|null");
    }

    @Test
    void writesTheSameColumnsToday() throws Exception {
        Path today = Export.write(
                        folder,
                        new ParquetFormat(),
                        List.of(),
                        HeadColumn.complete(),
                        Map.of("sluice.received", "10"),
                        RECORDS)
                .get(0);

        for (String query : List.of(
                "DESCRIBE SELECT * FROM '%s'",
                "SELECT * FROM '%s'", "SELECT decode(key), decode(value) FROM parquet_kv_metadata('%s') ORDER BY 1")) {
            assertThat(DuckDb.rows(query.formatted(today))).as(query).isEqualTo(DuckDb.rows(query.formatted(golden)));
        }
    }
}
