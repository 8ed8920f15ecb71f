package dev.sluice.canary.inputlog.table;

import static dev.sluice.canary.inputlog.table.TestRecords.answered;
import static dev.sluice.canary.inputlog.table.TestRecords.bytes;
import static dev.sluice.canary.inputlog.table.TestRecords.failed;
import static dev.sluice.canary.inputlog.table.TestRecords.floats;
import static dev.sluice.canary.inputlog.table.TestRecords.integers;
import static dev.sluice.canary.inputlog.table.TestRecords.texts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.canary.inputlog.jsonl.LoggedRecord;
import dev.sluice.model.DataType;
import dev.sluice.model.ModelKey;
import dev.sluice.model.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvFormatTest {
    private static final ModelKey MODEL = new ModelKey("fraud", 3);
    private static final String HEAD = "prediction_id,row,time,client_id,trace_id,model,version,arm,reason,"
            + "latency_total_ns,latency_queue_ns,latency_input_ns,latency_infer_ns,latency_output_ns,batch_rows,"
            + "sampling_by,sampling_probability,flags,error_code,error_message,redacted,digest";

    @TempDir
    Path folder;

    @Test
    void hasALineForEachRowOfARequest() throws IOException {
        assertThat(write(answered(
                        "p-1",
                        MODEL,
                        false,
                        List.of(floats("x", Shape.of(2, 2), 1, 2, 3, 4.5f)),
                        List.of(floats("score", Shape.of(2, 1), 0.25f, Float.NaN)))))
                .isEqualTo(HEAD + ",in_x,out_score\r\n"
                        + "p-1,0,2026-11-24T01:02:03.456789Z,client-7,,fraud,3,canary,split,5000000000,1,2,3,4,32,share,0.1,"
                        + "\"[\"\"out_of_range:age\"\",\"\"nan:x\"\"]\",,,false,false,\"[1.0,2.0]\",0.25\r\n"
                        + "p-1,1,2026-11-24T01:02:03.456789Z,client-7,,fraud,3,canary,split,5000000000,1,2,3,4,32,share,0.1,"
                        + "\"[\"\"out_of_range:age\"\",\"\"nan:x\"\"]\",,,false,false,\"[3.0,4.5]\",NaN\r\n");
    }

    @Test
    void putsQuotesAroundWhatNeedsThem() throws IOException {
        assertThat(write(failed("p-1", MODEL, List.of(texts("comma, \"quote\"", Shape.of(2), "a\"b,c\r\nd", "")))))
                .contains(",\"in_comma, \"\"quote\"\"\"\r\n")
                .contains(",DEADLINE_EXCEEDED,\"too late, \"\"sorry\"\"\nbye\",false,false,\"a\"\"b,c\r\nd\"\r\n")
                .endsWith(",\"\"\r\n");
    }

    @Test
    void keepsIntegersExactAndBytesAsBase64() throws IOException {
        assertThat(write(answered(
                        "p-1",
                        MODEL,
                        true,
                        List.of(
                                integers("u", DataType.UINT64, Shape.of(1), -1),
                                integers("i", DataType.INT64, Shape.of(1), Long.MIN_VALUE),
                                bytes("b", Shape.of(1), new byte[] {(byte) 0xFF, (byte) 0xFE})),
                        List.of())))
                .endsWith(",18446744073709551615,-9223372036854775808,//4=\r\n");
    }

    @Test
    void leavesEmptyWhatARecordDoesNotHave() throws IOException {
        assertThat(write(
                        answered(
                                "p-1",
                                MODEL,
                                false,
                                List.of(floats("x", Shape.of(1), 1)),
                                List.of(floats("y", Shape.of(1), 2))),
                        failed("p-2", MODEL, List.of(floats("x", Shape.of(1), 3)))))
                .endsWith(",false,false,3.0,\r\n");
    }

    private String write(LoggedRecord... records) throws IOException {
        return Files.readString(Export.write(folder, new CsvFormat(), List.of(), HeadColumn.usual(), Map.of(), records)
                .get(0));
    }
}
