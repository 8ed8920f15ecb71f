package dev.sluice.canary.inputlog.jsonl;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.canary.inputlog.InferenceRecord;
import dev.sluice.canary.inputlog.LoggedRequests;
import dev.sluice.canary.inputlog.RecordTiming;
import dev.sluice.canary.inputlog.Selection;
import dev.sluice.canary.inputlog.UnwritableRecordException;
import dev.sluice.canary.routing.RouteDecision;
import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.model.DataType;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferRequest;
import dev.sluice.model.InferTiming;
import dev.sluice.model.ParameterValue;
import dev.sluice.model.RequestedOutput;
import dev.sluice.model.TensorBlock;
import dev.sluice.model.TensorSet;
import dev.sluice.protocol.ByteSink;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecordEncoderTest {
    private final ByteSink sink = new ByteSink();
    private final RecordEncoder encoder = new RecordEncoder(1 << 20);

    private String line(InferenceRecord record) throws UnwritableRecordException {
        sink.clear();
        encoder.encode(record, sink);
        return new String(sink.array(), 0, sink.size(), UTF_8);
    }

    @Test
    void writesAnAnsweredRequestAsOneLine() throws Exception {
        assertThat(line(Records.plain("p-1")))
                .isEqualTo("{\"schema\":1,\"type\":\"prediction\",\"prediction_id\":\"p-1\","
                        + "\"time\":\"2026-03-01T12:00:00.123456Z\",\"model\":\"fraud\",\"version\":3,"
                        + "\"arm\":\"default\",\"reason\":\"route\","
                        + "\"latency_ns\":{\"total\":250000,\"queue\":40000,\"input\":1000,\"infer\":180000,"
                        + "\"output\":2000},\"batch_rows\":8,\"sampling\":{\"by\":\"share\",\"probability\":1.0},"
                        + "\"request\":{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,4],"
                        + "\"data\":[1.0,2.0,3.0,4.5]}]},"
                        + "\"response\":{\"model_name\":\"fraud\",\"model_version\":\"3\","
                        + "\"parameters\":{\"prediction_id\":\"p-1\"},\"outputs\":[{\"name\":\"score\","
                        + "\"datatype\":\"FP32\",\"shape\":[1,1],\"data\":[0.25]}]}}\n");
    }

    @Test
    void writesEverythingThatARecordCanSay() throws Exception {
        InferRequest request = new InferRequest(
                "p-2",
                "mine \"2\"\n",
                new TensorSet(List.of(Records.floats("x", -0.0f)), TensorBlock.unpooled(0)),
                List.of(new RequestedOutput("score", true, 0), new RequestedOutput("class", false, 2)),
                false,
                Map.of("tenant", new ParameterValue.Text("a")),
                2,
                InferRequest.NO_DEADLINE);
        InferenceRecord record = new InferenceRecord(
                new InferenceRecord.Head(
                        "p-2",
                        Instant.parse("2026-12-31T23:59:59.999999999Z"),
                        "mine \"2\"\n",
                        "0af7651916cd43dd8448eb211c80319c",
                        LoggedRequests.MODEL,
                        LoggedRequests.SIGNATURE,
                        ModelConfig.DEFAULT,
                        "fallback",
                        RouteDecision.Reason.FALLBACK,
                        new RecordTiming(5, 0, InferTiming.NONE),
                        new Selection(Selection.Reason.FLAGGED, 0.1),
                        List.of("out_of_range:age", "missing:é"),
                        ErrorCode.DEADLINE_EXCEEDED,
                        "too late"),
                request,
                null,
                List.of(),
                List.of(),
                true);

        assertThat(line(record))
                .isEqualTo("{\"schema\":1,\"type\":\"prediction\",\"prediction_id\":\"p-2\","
                        + "\"time\":\"2026-12-31T23:59:59.999999Z\",\"client_id\":\"mine \\\"2\\\"\\n\","
                        + "\"trace_id\":\"0af7651916cd43dd8448eb211c80319c\",\"model\":\"fraud\",\"version\":3,"
                        + "\"arm\":\"fallback\",\"reason\":\"fallback\",\"latency_ns\":{\"total\":5,\"queue\":0,"
                        + "\"input\":0,\"infer\":0,\"output\":0},\"batch_rows\":0,"
                        + "\"sampling\":{\"by\":\"flagged\",\"probability\":0.1},"
                        + "\"flags\":[\"out_of_range:age\",\"missing:é\"],"
                        + "\"error\":{\"code\":\"DEADLINE_EXCEEDED\",\"message\":\"too late\"},\"redacted\":true,"
                        + "\"request\":{\"id\":\"mine \\\"2\\\"\\n\",\"parameters\":{\"tenant\":\"a\",\"priority\":2},"
                        + "\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,1],\"data\":[-0.0]}],"
                        + "\"outputs\":[{\"name\":\"score\",\"parameters\":{\"binary_data\":true}},"
                        + "{\"name\":\"class\",\"parameters\":{\"binary_data\":false,\"classification\":2}}]}}\n");
    }

    @Test
    void writesWhatJsonCannotHoldAsBase64BesideTheBody() throws Exception {
        InferenceRecord record = Records.answered(
                "p-3",
                List.of(
                        Records.tensor("half", DataType.FP16, new byte[] {0, 0x3C}, 1),
                        Records.tensor("text", DataType.BYTES, Records.elements("ok".getBytes(UTF_8)), 1),
                        Records.tensor("blob", DataType.BYTES, Records.elements("\u00FF".getBytes(ISO_8859_1)), 1)),
                List.of(Records.tensor("nan", DataType.FP32, new byte[] {1, 0, (byte) 0xC0, 0x7F}, 1)));

        assertThat(line(record))
                .endsWith("\"request\":{\"inputs\":["
                        + "{\"name\":\"half\",\"datatype\":\"FP16\",\"shape\":[1],"
                        + "\"parameters\":{\"binary_data_size\":2}},"
                        + "{\"name\":\"text\",\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\"ok\"]},"
                        + "{\"name\":\"blob\",\"datatype\":\"BYTES\",\"shape\":[1],"
                        + "\"parameters\":{\"binary_data_size\":5}}]},\"request_binary\":\"ADwBAAAA/w==\","
                        + "\"response\":{\"model_name\":\"fraud\",\"model_version\":\"3\","
                        + "\"parameters\":{\"prediction_id\":\"p-3\"},\"outputs\":[{\"name\":\"nan\","
                        + "\"datatype\":\"FP32\",\"shape\":[1],\"parameters\":{\"binary_data_size\":4}}]},"
                        + "\"response_binary\":\"AQDAfw==\"}\n");
    }

    @Test
    void writesARequestThatCouldNotBeReadWithoutABody() throws Exception {
        assertThat(line(Records.failed("p-4", ErrorCode.INVALID_INPUT)))
                .endsWith("\"sampling\":{\"by\":\"error\",\"probability\":1.0},\"error\":{\"code\":\"INVALID_INPUT\","
                        + "\"message\":\"input 'x': shape [1, 5] does not fit [-1, 4]\"}}\n");
    }

    @Test
    void writesDigestsOfARecordThatIsTooLarge() throws Exception {
        RecordEncoder small = new RecordEncoder(900);
        InferenceRecord record = Records.answered(
                "p-5",
                List.of(Records.floats("x", 0, 0, 0, 0, 0, 0, 0, 0)),
                List.of(Records.tensor("mask", DataType.UINT8, new byte[1000], 10, 100)));
        sink.put("before");

        boolean digest = small.encode(record, sink);

        // RFC 3720, B.4: the checksum of 32 bytes of zeroes.
        assertThat(digest).isTrue();
        assertThat(new String(sink.array(), 0, sink.size(), UTF_8))
                .startsWith("before{\"schema\":1,")
                .contains("\"sampling\":{\"by\":\"share\",\"probability\":1.0},"
                        + "\"input_digests\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,8],\"bytes\":32,"
                        + "\"crc32c\":\"8a9136aa\"}],"
                        + "\"output_digests\":[{\"name\":\"mask\",\"datatype\":\"UINT8\",\"shape\":[10,100],"
                        + "\"bytes\":1000,\"crc32c\":\"")
                .endsWith("\"}]}\n");
    }

    @Test
    void neverWritesTheTextOfTensorsThatAreFarTooLarge() throws Exception {
        byte[] many = new byte[10_000_000];

        boolean digest = encoder.encode(
                Records.answered("p-6", List.of(Records.tensor("x", DataType.UINT8, many, many.length)), List.of()),
                sink);

        assertThat(digest).isTrue();
        assertThat(sink.array()).hasSizeLessThan(1 << 20);
    }

    @Test
    void refusesARecordWhoseDigestsAreTooLarge() {
        sink.put("before");

        assertThatThrownBy(() -> new RecordEncoder(100).encode(Records.plain("p-7"), sink))
                .isInstanceOf(UnwritableRecordException.class)
                .hasMessage("the record of p-7 takes more than the 100 bytes that a record may have, even as digests");
        assertThat(sink.size()).isEqualTo(6);
    }

    @Test
    void writesTimesOfDifferentSecondsAndFractions() {
        TimestampWriter times = new TimestampWriter();
        StringBuilder expected = new StringBuilder();

        for (String time : List.of(
                "2026-03-01T12:00:00.000001Z",
                "2026-03-01T12:00:00.999999Z",
                "2026-03-01T12:00:01.000000Z",
                "2024-02-29T23:59:59.100000Z")) {
            times.write(Instant.parse(time), sink);
            expected.append(time);
        }

        assertThat(new String(sink.array(), 0, sink.size(), UTF_8)).isEqualTo(expected.toString());
    }
}
