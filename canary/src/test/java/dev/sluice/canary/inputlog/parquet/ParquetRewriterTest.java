package dev.sluice.canary.inputlog.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.canary.inputlog.jsonl.LogFolder;
import dev.sluice.canary.inputlog.jsonl.LogFormatException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetRewriterTest {
    private static final String HEAD =
            "{\"schema\":1,\"type\":\"segment\",\"instance\":\"0123456789abcdef\",\"sequence\":1,"
                    + "\"first_window\":1,\"created\":\"2026-03-01T12:00:00.000000Z\",\"server\":\"sluice 0.1.0\"}";
    private static final String WINDOW = "{\"schema\":1,\"type\":\"window\",\"window\":1,"
            + "\"from\":\"2026-03-01T12:00:00.000000Z\",\"to\":\"2026-03-01T12:00:10.000000Z\",\"received\":3,\"logged\":3,"
            + "\"digests\":1,\"sampled_out\":0,\"dropped\":{},\"crc32c\":\"00000000\"}";
    private static final String REQUEST =
            "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[2],\"data\":[1,2.5]}]}";

    @TempDir
    Path folder;

    @Test
    void keepsTheRecordsOfAllModelsAndTheOtherLines() throws Exception {
        Path file = rewrite(HEAD + "\n"
                + line("p-1", "fraud", ",\"request\":" + REQUEST)
                + line("p-2", "iris", ",\"request\":" + REQUEST.replace("FP32", "FP64"))
                + line(
                        "p-3",
                        "iris",
                        ",\"input_digests\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[2],\"bytes\":8,"
                                + "\"crc32c\":\"0a1b2c3d\"}]")
                + WINDOW + "\n");

        assertThat(DuckDb.rows(
                        "SELECT prediction_id, row, model, in_x, in_x_fp64, digest, input_digests FROM '" + file + "'"))
                .containsExactly(
                        "p-1|0|fraud|1.0|null|false|[]",
                        "p-1|1|fraud|2.5|null|false|[]",
                        "p-2|0|iris|null|1.0|false|[]",
                        "p-2|1|iris|null|2.5|false|[]",
                        "p-3|null|iris|null|null|true|[x FP32 [2] 8 bytes crc32c 0a1b2c3d]");
        assertThat(DuckDb.rows("SELECT request_json FROM '" + file + "' WHERE prediction_id = 'p-1' ORDER BY row"))
                .containsExactly(REQUEST, "null");
        assertThat(DuckDb.rows("SELECT decode(key), decode(value) FROM parquet_kv_metadata('" + file + "') ORDER BY 1"))
                .containsSequence("sluice.schema|1", "sluice.segment|" + HEAD, "sluice.windows|[" + WINDOW + "]");
    }

    @Test
    void writesASegmentWithoutRecords() throws Exception {
        Path file = rewrite(HEAD + "\n" + WINDOW + "\n");

        assertThat(DuckDb.rows("SELECT count(*) FROM '" + file + "'")).containsExactly("0");
    }

    @Test
    void leavesADamagedSegmentAlone() {
        assertThatThrownBy(() -> rewrite(HEAD + "\nnonsense\n" + WINDOW + "\n")).isInstanceOf(LogFormatException.class);
    }

    private Path rewrite(String lines) throws IOException {
        Path segment = Files.writeString(folder.resolve("segment.jsonl"), lines);
        Path file = folder.resolve("segment" + new ParquetRewriter().suffix());
        try (OutputStream to = Files.newOutputStream(file)) {
            new ParquetRewriter().rewrite(LogFolder.of(segment).get(0), to);
        }
        return file;
    }

    private static String line(String id, String model, String fields) {
        return "{\"schema\":1,\"type\":\"prediction\",\"prediction_id\":\"" + id
                + "\",\"time\":\"2026-03-01T12:00:01.000000Z\",\"model\":\"" + model + "\",\"version\":3" + fields
                + "}\n";
    }
}
