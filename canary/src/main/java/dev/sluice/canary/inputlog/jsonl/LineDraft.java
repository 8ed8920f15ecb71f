package dev.sluice.canary.inputlog.jsonl;

import dev.sluice.canary.inputlog.DropReason;
import dev.sluice.canary.inputlog.RecordTiming;
import dev.sluice.canary.inputlog.TensorDigest;
import dev.sluice.canary.inputlog.WindowCounts;
import dev.sluice.model.DataType;
import dev.sluice.model.InferTiming;
import dev.sluice.model.ModelKey;
import dev.sluice.model.Shape;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One line while it is read: what was found so far, whatever kind of line it is.
 *
 * <p>Threading: confined to one thread.
 */
final class LineDraft {
    private final FieldReader fields;
    private final Map<String, String> texts = new HashMap<>();
    private final Map<String, Long> integers = new HashMap<>();
    private final Map<String, Instant> times = new HashMap<>();
    private final Map<String, byte[]> bodies = new HashMap<>();
    private final Map<DropReason, Long> dropped = new EnumMap<>(DropReason.class);
    private final Map<String, Long> latency = new HashMap<>();
    private final List<TensorDigest> inputDigests = new ArrayList<>();
    private final List<TensorDigest> outputDigests = new ArrayList<>();
    private List<String> flags = List.of();
    private String selectedBy = "share";
    private double probability = 1;
    private String failureCode = "";
    private String failureMessage = "";
    private boolean redacted;
    private boolean interrupted;
    private int crc32c;

    LineDraft(FieldReader fields) {
        this.fields = fields;
    }

    /** Reads the whole line. */
    void read() throws IOException, MalformedLineException {
        fields.line(this::member);
    }

    private void member(String name) throws IOException, MalformedLineException {
        switch (name) {
            case "type", "instance", "server", "prediction_id", "client_id", "trace_id", "model", "arm", "reason" ->
                texts.put(name, fields.text());
            case "schema", "sequence", "first_window", "version", "batch_rows" -> integers.put(name, fields.integer());
            case "window", "received", "logged", "digests", "sampled_out" -> integers.put(name, fields.integer());
            case "created", "time", "from", "to" -> times.put(name, fields.time());
            case "latency_ns" -> fields.object(part -> latency.put(part, fields.integer()));
            case "sampling" -> fields.object(this::sampling);
            case "flags" -> flags = fields.texts();
            case "error" -> fields.object(this::error);
            case "redacted" -> redacted = fields.bool();
            case "request", "response" -> bodies.put(name, fields.verbatim());
            case "request_binary", "response_binary" -> bodies.put(name, fields.base64());
            case "input_digests" -> digests(inputDigests);
            case "output_digests" -> digests(outputDigests);
            case "dropped" -> fields.object(word -> dropped.put(dropReason(word), fields.integer()));
            case "crc32c" -> crc32c = fields.checksum();
            case "interrupted" -> interrupted = fields.bool();
            default -> fields.skip();
        }
    }

    private void sampling(String name) throws IOException, MalformedLineException {
        switch (name) {
            case "by" -> selectedBy = fields.text();
            case "probability" -> probability = fields.number();
            default -> fields.skip();
        }
    }

    private void error(String name) throws IOException, MalformedLineException {
        switch (name) {
            case "code" -> failureCode = fields.text();
            case "message" -> failureMessage = fields.text();
            default -> fields.skip();
        }
    }

    private DropReason dropReason(String word) throws MalformedLineException {
        for (DropReason reason : DropReason.values()) {
            if (reason.word().equals(word)) {
                return reason;
            }
        }
        throw fields.wrong("a known reason such as 'queue_full'", "'" + word + "'");
    }

    private void digests(List<TensorDigest> into) throws IOException, MalformedLineException {
        DigestDraft draft = new DigestDraft();
        fields.objects(draft::member, () -> into.add(draft.finish()));
    }

    /** One digest while it is read. */
    private final class DigestDraft {
        private String name = "";
        private DataType dataType = DataType.BYTES;
        private Shape shape = Shape.of();
        private int byteSize;
        private int checksum;

        void member(String field) throws IOException, MalformedLineException {
            switch (field) {
                case "name" -> name = fields.text();
                case "datatype" -> dataType = dataType(fields.text());
                case "shape" -> shape = Shape.of(fields.integers());
                case "bytes" -> byteSize = (int) fields.integer();
                case "crc32c" -> checksum = fields.checksum();
                default -> fields.skip();
            }
        }

        private DataType dataType(String word) throws MalformedLineException {
            DataType type = DataType.byName(word);
            if (type == null) {
                throw fields.wrong("a datatype such as FP32", "'" + word + "'");
            }
            return type;
        }

        TensorDigest finish() {
            return new TensorDigest(name, dataType, shape, byteSize, checksum);
        }
    }

    /** What was read. */
    LogLine line() throws MalformedLineException {
        long schema = integer("schema");
        if (schema > LineParser.SCHEMA || schema < 1) {
            throw new MalformedLineException(
                    "expected a line of schema " + LineParser.SCHEMA + ", got schema " + schema
                            + (schema > 1 ? ", which a newer release wrote" : ""),
                    true);
        }
        String type = text("type");
        return switch (type) {
            case "prediction" -> new LogLine.Prediction(prediction());
            case "window" -> new LogLine.Window(window(), crc32c, interrupted);
            case "segment" ->
                new LogLine.Segment(
                        (int) schema,
                        text("instance"),
                        integer("sequence"),
                        integers.getOrDefault("first_window", 1L),
                        time("created"),
                        texts.getOrDefault("server", ""));
            default ->
                throw new MalformedLineException(
                        "field 'type': expected 'segment', 'prediction' or 'window', got '" + type + "'", true);
        };
    }

    private LoggedRecord prediction() throws MalformedLineException {
        InferTiming run = new InferTiming(
                latency.getOrDefault("input", 0L),
                latency.getOrDefault("infer", 0L),
                latency.getOrDefault("output", 0L),
                integers.getOrDefault("batch_rows", 0L).intValue());
        return new LoggedRecord(
                text("prediction_id"),
                time("time"),
                texts.getOrDefault("client_id", ""),
                texts.getOrDefault("trace_id", ""),
                new ModelKey(text("model"), integer("version")),
                texts.getOrDefault("arm", ""),
                texts.getOrDefault("reason", ""),
                new RecordTiming(latency.getOrDefault("total", 0L), latency.getOrDefault("queue", 0L), run),
                selectedBy,
                probability,
                flags,
                failureCode,
                failureMessage,
                redacted,
                body("request"),
                body("response"),
                inputDigests,
                outputDigests);
    }

    private Optional<LoggedBody> body(String name) {
        byte[] json = bodies.get(name);
        byte[] binary = bodies.get(name + "_binary");
        if (json == null) {
            return Optional.empty();
        }
        if (binary == null) {
            return Optional.of(new LoggedBody(json, -1));
        }
        byte[] both = Arrays.copyOf(json, json.length + binary.length);
        System.arraycopy(binary, 0, both, json.length, binary.length);
        return Optional.of(new LoggedBody(both, json.length));
    }

    private WindowCounts window() throws MalformedLineException {
        return new WindowCounts(
                integer("window"),
                time("from"),
                time("to"),
                integer("received"),
                integer("logged"),
                integers.getOrDefault("digests", 0L),
                integers.getOrDefault("sampled_out", 0L),
                dropped);
    }

    private String text(String field) throws MalformedLineException {
        return require(field, texts.get(field));
    }

    private long integer(String field) throws MalformedLineException {
        return require(field, integers.get(field));
    }

    private Instant time(String field) throws MalformedLineException {
        return require(field, times.get(field));
    }

    private static <T> T require(String field, @Nullable T value) throws MalformedLineException {
        if (value == null) {
            throw new MalformedLineException("field '" + field + "': expected a value, got none", false);
        }
        return value;
    }
}
