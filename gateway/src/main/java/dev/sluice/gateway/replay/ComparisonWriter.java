package dev.sluice.gateway.replay;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.sluice.canary.inputlog.jsonl.LoggedBody;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * Writes comparisons as JSON Lines, schema {@value #SCHEMA}.
 *
 * <p>Threading: confined to one thread; blocks.
 *
 * @see "docs/log-cli.md"
 */
final class ComparisonWriter implements Closeable {
    static final int SCHEMA = 1;

    private final JsonGenerator json;
    private final String candidate;

    /**
     * @param out is closed by {@link #close}
     * @param candidate as it was named
     */
    ComparisonWriter(OutputStream out, String candidate) throws IOException {
        this.json = JsonFactory.builder()
                // NaN and the infinities are strings, as in the protocol.
                .enable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
                .build()
                .createGenerator(out);
        json.setRootValueSeparator(null);
        this.candidate = candidate;
    }

    void write(Comparison comparison) throws IOException {
        json.writeStartObject();
        json.writeNumberField("schema", SCHEMA);
        json.writeStringField("type", "comparison");
        json.writeStringField("prediction_id", comparison.record().predictionId());
        json.writeStringField("time", comparison.record().arrived().toString());
        json.writeStringField("model", comparison.record().model().name());
        json.writeNumberField("version", comparison.record().model().version());
        json.writeStringField("candidate", candidate);
        json.writeStringField("outcome", comparison.outcome().word());
        json.writeBooleanField("equal", comparison.outcome() == Comparison.Outcome.EQUAL);
        json.writeArrayFieldStart("outputs");
        for (OutputDifference output : comparison.outputs()) {
            write(output);
        }
        json.writeEndArray();
        String failure = comparison.record().failureCode();
        side(
                "logged",
                failure.isEmpty() ? CandidateAnswer.ANSWERED : failure,
                comparison.record().failureMessage(),
                comparison.record().timing().totalNanos(),
                comparison.record().response());
        side(
                "replayed",
                comparison.answer().status(),
                comparison.answer().message(),
                comparison.answer().latencyNanos(),
                comparison.answer().response());
        json.writeEndObject();
        json.writeRaw('\n');
    }

    private void write(OutputDifference output) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", output.name());
        json.writeBooleanField("equal", output.equal());
        if (output.reason().isEmpty()) {
            json.writeNumberField("elements", output.elements());
            json.writeNumberField("differing", output.differing());
            json.writeNumberField("max_abs", output.maxAbs());
            json.writeNumberField("max_rel", output.maxRel());
        } else {
            json.writeStringField("reason", output.reason());
        }
        json.writeEndObject();
    }

    private void side(String name, String status, String message, long latencyNanos, Optional<LoggedBody> response)
            throws IOException {
        json.writeObjectFieldStart(name);
        json.writeStringField("status", status);
        if (!message.isEmpty()) {
            json.writeStringField("message", message);
        }
        json.writeNumberField("latency_ns", latencyNanos);
        if (response.isPresent()) {
            byte[] bytes = response.get().bytes();
            int end = response.get().jsonLength() < 0
                    ? bytes.length
                    : response.get().jsonLength();
            json.writeFieldName("response");
            json.writeRawValue(new String(bytes, 0, end, StandardCharsets.UTF_8));
            if (response.get().jsonLength() >= 0) {
                byte[] binary = Arrays.copyOfRange(bytes, end, bytes.length);
                json.writeStringField("response_binary", Base64.getEncoder().encodeToString(binary));
            }
        }
        json.writeEndObject();
    }

    @Override
    public void close() throws IOException {
        json.close();
    }
}
