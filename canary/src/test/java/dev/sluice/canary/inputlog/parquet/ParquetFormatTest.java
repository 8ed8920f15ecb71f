package dev.sluice.canary.inputlog.parquet;

import static dev.sluice.canary.inputlog.table.TestRecords.answered;
import static dev.sluice.canary.inputlog.table.TestRecords.bytes;
import static dev.sluice.canary.inputlog.table.TestRecords.doubles;
import static dev.sluice.canary.inputlog.table.TestRecords.failed;
import static dev.sluice.canary.inputlog.table.TestRecords.floats;
import static dev.sluice.canary.inputlog.table.TestRecords.integers;
import static dev.sluice.canary.inputlog.table.TestRecords.texts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.canary.inputlog.jsonl.LoggedRecord;
import dev.sluice.canary.inputlog.table.Export;
import dev.sluice.canary.inputlog.table.HeadColumn;
import dev.sluice.canary.inputlog.table.TestRecords;
import dev.sluice.model.DataType;
import dev.sluice.model.ModelKey;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads what was written with DuckDB, whose code knows nothing of ours. */
class ParquetFormatTest {
    private static final ModelKey FRAUD = new ModelKey("fraud", 3);
    private static final Shape TWO = Shape.of(2);

    @TempDir
    Path folder;

    @Test
    void hasARowForEachRowOfARequest() throws Exception {
        Path file = write(answered(
                "p-1",
                FRAUD,
                false,
                List.of(floats("x", Shape.of(2, 3), 1, 2, 3, 4, 5, 6.5f)),
                List.of(floats("score", Shape.of(2, 1), 0.25f, 0.75f))));

        assertThat(DuckDb.rows("SELECT prediction_id, row, in_x, out_score FROM '" + file + "'"))
                .containsExactly("p-1|0|[1.0, 2.0, 3.0]|0.25", "p-1|1|[4.0, 5.0, 6.5]|0.75");
        assertThat(DuckDb.type(file, "in_x")).isEqualTo("FLOAT[]");
        assertThat(DuckDb.type(file, "out_score")).isEqualTo("FLOAT");
    }

    @Test
    void tellsWhereEachRecordComesFrom() throws Exception {
        Path file = write(failed("p-1", FRAUD, List.of(floats("x", Shape.of(1, 1), 1))));

        assertThat(DuckDb.rows("DESCRIBE SELECT * FROM '" + file + "'").stream()
                        .map(row -> row.substring(0, row.indexOf('|', row.indexOf('|') + 1))))
                .containsExactly(
                        "prediction_id|VARCHAR",
                        "row|INTEGER",
                        "time|TIMESTAMP WITH TIME ZONE",
                        "client_id|VARCHAR",
                        "trace_id|VARCHAR",
                        "model|VARCHAR",
                        "version|BIGINT",
                        "arm|VARCHAR",
                        "reason|VARCHAR",
                        "latency_total_ns|BIGINT",
                        "latency_queue_ns|BIGINT",
                        "latency_input_ns|BIGINT",
                        "latency_infer_ns|BIGINT",
                        "latency_output_ns|BIGINT",
                        "batch_rows|INTEGER",
                        "sampling_by|VARCHAR",
                        "sampling_probability|DOUBLE",
                        "flags|VARCHAR[]",
                        "error_code|VARCHAR",
                        "error_message|VARCHAR",
                        "redacted|BOOLEAN",
                        "digest|BOOLEAN",
                        "in_x|FLOAT");
        assertThat(DuckDb.rows(
                        "SELECT epoch_us(time), client_id, trace_id, model, version, arm, reason, latency_total_ns,"
                                + " latency_queue_ns, latency_input_ns, latency_infer_ns, latency_output_ns, batch_rows,"
                                + " sampling_by, sampling_probability, flags, error_code, error_message, redacted, digest FROM '"
                                + file + "'"))
                .containsExactly("1795482123456789|client-7|null|fraud|3|canary|split|5000000000|1|2|3|4|32|share|0.1|"
                        + "[out_of_range:age, nan:x]|DEADLINE_EXCEEDED|too late, \"sorry\"\nbye|false|false");
    }

    @Test
    void keepsEveryTypeAndItsExtremes() throws Exception {
        List<Tensor> inputs = List.of(
                integers("bool", DataType.BOOL, TWO, 0, 1),
                integers("i8", DataType.INT8, TWO, -128, 127),
                integers("u8", DataType.UINT8, TWO, 0, 255),
                integers("i16", DataType.INT16, TWO, Short.MIN_VALUE, Short.MAX_VALUE),
                integers("u16", DataType.UINT16, TWO, 0, 65_535),
                integers("i32", DataType.INT32, TWO, Integer.MIN_VALUE, Integer.MAX_VALUE),
                integers("u32", DataType.UINT32, TWO, 0, 4_294_967_295L),
                integers("i64", DataType.INT64, TWO, Long.MIN_VALUE, Long.MAX_VALUE),
                integers("u64", DataType.UINT64, TWO, 0, -1),
                integers("f16", DataType.FP16, TWO, 0x3C01, 0xFC00),
                integers("b16", DataType.BF16, TWO, 0x3F81, 0x7F80),
                floats("f32", TWO, Float.NaN, Float.MIN_VALUE),
                doubles("f64", TWO, Double.NEGATIVE_INFINITY, -Double.MAX_VALUE),
                texts("text", TWO, "", "Zoë, 東京"),
                bytes("raw", TWO, new byte[] {(byte) 0xFF, 0}, new byte[0]));
        Path file = write(answered("p-1", FRAUD, true, inputs, List.of()));

        String columns = String.join(
                ", ", inputs.stream().map(tensor -> "in_" + tensor.name()).toList());
        assertThat(DuckDb.rows("SELECT " + columns.replace("in_raw", "hex(in_raw)") + " FROM '" + file + "'"))
                .containsExactly(
                        "false|-128|0|-32768|0|-2147483648|0|-9223372036854775808|0|1.0009766|1.0078125|NaN|-Infinity||FF00",
                        "true|127|255|32767|65535|2147483647|4294967295|9223372036854775807|18446744073709551615|"
                                + "-Infinity|Infinity|1.4E-45|-1.7976931348623157E308|Zoë, 東京|");
        assertThat(inputs.stream().map(tensor -> DuckDb.type(file, "in_" + tensor.name())))
                .containsExactly(
                        "BOOLEAN",
                        "TINYINT",
                        "UTINYINT",
                        "SMALLINT",
                        "USMALLINT",
                        "INTEGER",
                        "UINTEGER",
                        "BIGINT",
                        "UBIGINT",
                        "FLOAT",
                        "FLOAT",
                        "FLOAT",
                        "DOUBLE",
                        "VARCHAR",
                        "BLOB");
    }

    @Test
    void keepsNegativeZeroAndTheSmallestDoubles() throws Exception {
        Path file = write(
                answered("p-1", FRAUD, false, List.of(doubles("x", Shape.of(2), -0.0, Double.MIN_VALUE)), List.of()));

        assertThat(DuckDb.rows("SELECT in_x FROM '" + file + "'")).containsExactly("-0.0", "4.9E-324");
    }

    @Test
    void spreadsFeaturesWhereTheirNamesAreGiven() throws Exception {
        LoggedRecord record = answered(
                "p-1",
                FRAUD,
                false,
                List.of(floats("x", Shape.of(2, 2), 30, 1.5f, 40, 2.5f)),
                List.of(floats("score", Shape.of(2), 0, 1)));
        Path file = Export.write(
                        folder, new ParquetFormat(), List.of("age", "amount"), HeadColumn.usual(), Map.of(), record)
                .get(0);

        assertThat(DuckDb.rows("SELECT in_age, in_amount, out_score FROM '" + file + "'"))
                .containsExactly("30.0|1.5|0.0", "40.0|2.5|1.0");
    }

    @Test
    void keepsTensorsWithoutCommonRowsAsTheyAre() throws Exception {
        Path file = write(
                answered(
                        "p-1",
                        FRAUD,
                        false,
                        List.of(
                                floats("x", Shape.of(2, 2), 1, 2, 3, 4),
                                integers("mode", DataType.INT64, Shape.of(1), 7)),
                        List.of(floats("score", Shape.of(), 0.5f))),
                answered(
                        "p-2",
                        FRAUD,
                        false,
                        List.of(floats("x", Shape.of(1, 2), 5, 6), integers("mode", DataType.INT64, Shape.of(1), 8)),
                        List.of(floats("score", Shape.of(1), 0.25f))));

        assertThat(DuckDb.rows("SELECT prediction_id, row, in_x, in_x_shape, in_mode, out_score FROM '" + file + "'"))
                .containsExactly("p-1|null|[1.0, 2.0, 3.0, 4.0]|[2, 2]|[7]|0.5", "p-2|0|[5.0, 6.0]|[2]|[8]|0.25");
    }

    @Test
    void writesFailuresAndAnswersOfAModelToOneFile() throws Exception {
        Path file = write(
                failed("p-1", FRAUD, List.of(floats("x", Shape.of(1, 1), 1))),
                TestRecords.record("p-2", FRAUD, "INVALID_INPUT", Optional.empty(), Optional.empty()),
                answered(
                        "p-3",
                        new ModelKey("fraud", 4),
                        false,
                        List.of(floats("x", Shape.of(1, 1), 2)),
                        List.of(floats("score", Shape.of(1), 1))));

        assertThat(DuckDb.rows("SELECT prediction_id, row, version, in_x, out_score FROM '" + file + "'"))
                .containsExactly("p-1|0|3|1.0|null", "p-2|null|3|null|null", "p-3|0|4|2.0|1.0");
    }

    @Test
    void beginsAnotherFileWhereATensorHasChangedItsType() throws Exception {
        List<Path> files = Export.write(
                folder,
                new ParquetFormat(),
                List.of(),
                HeadColumn.usual(),
                Map.of(),
                answered("p-1", FRAUD, false, List.of(floats("x", Shape.of(1), 1)), List.of()),
                answered("p-2", FRAUD, false, List.of(doubles("x", Shape.of(1), 2)), List.of()),
                answered("p-3", new ModelKey("iris", 1), false, List.of(floats("x", Shape.of(1), 3)), List.of()));

        assertThat(files)
                .extracting(file -> folder.relativize(file).toString())
                .containsExactly("fraud.parquet", "fraud-2.parquet", "iris.parquet");
        assertThat(DuckDb.type(files.get(1), "in_x")).isEqualTo("DOUBLE");
    }

    @Test
    void saysItsSchemaAndWhatItWasTold() throws Exception {
        LoggedRecord record = answered("p-1", FRAUD, false, List.of(floats("x", Shape.of(1), 1)), List.of());
        Path file = Export.write(
                        folder,
                        new ParquetFormat(),
                        List.of(),
                        HeadColumn.usual(),
                        Map.of("sluice.received", "10"),
                        record)
                .get(0);

        assertThat(DuckDb.rows("SELECT decode(key), decode(value) FROM parquet_kv_metadata('" + file + "') ORDER BY 1"))
                .containsSequence("sluice.model|fraud", "sluice.received|10", "sluice.schema|1");
    }

    @Test
    void keepsTheBodiesWhereItIsToBeComplete() throws Exception {
        LoggedRecord record = answered(
                "p-1",
                FRAUD,
                true,
                List.of(floats("x", Shape.of(2), 1, 2)),
                List.of(floats("score", Shape.of(2), 0, 1)));
        Path file = Export.write(folder, new ParquetFormat(), List.of(), HeadColumn.complete(), Map.of(), record)
                .get(0);

        byte[] bytes = record.request().orElseThrow().bytes();
        int json = record.request().orElseThrow().jsonLength();
        assertThat(DuckDb.rows("SELECT row, request_json, lower(hex(request_binary)) FROM '" + file + "'"))
                .containsExactly(
                        "0|" + new String(bytes, 0, json, StandardCharsets.UTF_8) + "|"
                                + java.util.HexFormat.of().formatHex(Arrays.copyOfRange(bytes, json, bytes.length)),
                        "1|null|null");
    }

    @Test
    void holdsManyRowGroups() throws Exception {
        float[] values = new float[1 << 20];
        for (int i = 0; i < values.length; i++) {
            values[i] = i * 0.37f;
        }
        LoggedRecord large =
                answered("p-1", FRAUD, true, List.of(floats("x", Shape.of(16, 1 << 16), values)), List.of());
        LoggedRecord[] records = new LoggedRecord[20];
        Arrays.fill(records, large);
        Path file = write(records);

        assertThat(DuckDb.rows("SELECT count(*), sum(len(in_x)) FROM '" + file + "'"))
                .containsExactly("320|20971520");
    }

    @Test
    void isReadByItsOwnerAlone() throws Exception {
        Path file = write(failed("p-1", FRAUD, List.of(floats("x", Shape.of(1), 1))));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    private Path write(LoggedRecord... records) throws IOException, SQLException {
        List<Path> files = Export.write(folder, new ParquetFormat(), List.of(), HeadColumn.usual(), Map.of(), records);
        assertThat(files).hasSize(1);
        return files.get(0);
    }
}
