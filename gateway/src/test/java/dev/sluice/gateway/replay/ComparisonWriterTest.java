package dev.sluice.gateway.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.canary.inputlog.RecordTiming;
import dev.sluice.canary.inputlog.jsonl.LoggedBody;
import dev.sluice.canary.inputlog.jsonl.LoggedRecord;
import dev.sluice.model.InferTiming;
import dev.sluice.model.ModelKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The golden file is of schema 1: it is never changed. */
class ComparisonWriterTest {
    private static final LoggedBody RESPONSE =
            new LoggedBody("{\"model_name\":\"fraud\",\"outputs\":[]}\0\1".getBytes(StandardCharsets.UTF_8), 35);

    @Test
    void writesTheGoldenFile() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ComparisonWriter writer = new ComparisonWriter(bytes, "fraud@4")) {
            writer.write(new Comparison(
                    record("", Optional.of(RESPONSE)),
                    new CandidateAnswer(CandidateAnswer.ANSWERED, "", 7, Optional.of(RESPONSE)),
                    Comparison.Outcome.DIFFERENT,
                    List.of(
                            new OutputDifference("score", false, 3, 1, Double.POSITIVE_INFINITY, Double.NaN, false, ""),
                            OutputDifference.incomparable("class", "shape [1] became [2]"))));
            writer.write(new Comparison(
                    record("DEADLINE_EXCEEDED", Optional.empty()),
                    new CandidateAnswer("MODEL_FAILED", "it \"threw\"", 9, Optional.empty()),
                    Comparison.Outcome.FAILED,
                    List.of()));
        }

        assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo(golden());
    }

    @Test
    void isReadAsJsonLines() throws IOException {
        for (String line : golden().lines().toList()) {
            JsonNode read = new ObjectMapper().readTree(line);
            assertThat(read.path("schema").asInt()).isEqualTo(ComparisonWriter.SCHEMA);
            assertThat(read.path("type").asText()).isEqualTo("comparison");
        }
    }

    private static String golden() throws IOException {
        try (InputStream file =
                Objects.requireNonNull(ComparisonWriterTest.class.getResourceAsStream("comparison-schema-1.jsonl"))) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static LoggedRecord record(String failure, Optional<LoggedBody> response) {
        return new LoggedRecord(
                "p-1",
                Instant.parse("2026-11-24T01:02:03.456789Z"),
                "",
                "",
                new ModelKey("fraud", 3),
                "stable",
                "route",
                new RecordTiming(5, 0, InferTiming.NONE),
                "share",
                1,
                List.of(),
                failure,
                failure.isEmpty() ? "" : "too late",
                false,
                Optional.empty(),
                response,
                List.of(),
                List.of());
    }
}
