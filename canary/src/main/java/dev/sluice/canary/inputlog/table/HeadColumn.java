package dev.sluice.canary.inputlog.table;

import dev.sluice.canary.inputlog.jsonl.LoggedBody;
import dev.sluice.canary.inputlog.jsonl.LoggedRecord;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A column that every record has.
 *
 * <p>Threading: immutable.
 */
public enum HeadColumn {
    PREDICTION_ID("prediction_id", Type.TEXT, false, (record, row) -> record.predictionId()),
    /** Which row of its request it is; absent where the request was not taken apart. */
    ROW("row", Type.INT, true, (record, row) -> row < 0 ? null : row),
    TIME("time", Type.TIME, false, (record, row) -> record.arrived()),
    CLIENT_ID("client_id", Type.TEXT, true, (record, row) -> present(record.clientId())),
    TRACE_ID("trace_id", Type.TEXT, true, (record, row) -> present(record.traceId())),
    MODEL("model", Type.TEXT, false, (record, row) -> record.model().name()),
    VERSION("version", Type.LONG, false, (record, row) -> record.model().version()),
    ARM("arm", Type.TEXT, false, (record, row) -> record.arm()),
    REASON("reason", Type.TEXT, false, (record, row) -> record.reason()),
    TOTAL("latency_total_ns", Type.LONG, false, (record, row) -> record.timing().totalNanos()),
    QUEUE("latency_queue_ns", Type.LONG, false, (record, row) -> record.timing().queueNanos()),
    RUN_INPUT(
            "latency_input_ns",
            Type.LONG,
            false,
            (record, row) -> record.timing().run().inputNanos()),
    RUN_INFER(
            "latency_infer_ns",
            Type.LONG,
            false,
            (record, row) -> record.timing().run().inferNanos()),
    RUN_OUTPUT(
            "latency_output_ns",
            Type.LONG,
            false,
            (record, row) -> record.timing().run().outputNanos()),
    BATCH_ROWS(
            "batch_rows",
            Type.INT,
            false,
            (record, row) -> record.timing().run().batchRows()),
    SAMPLING_BY("sampling_by", Type.TEXT, false, (record, row) -> record.selectedBy()),
    SAMPLING_PROBABILITY("sampling_probability", Type.DOUBLE, false, (record, row) -> record.probability()),
    FLAGS("flags", Type.TEXTS, false, (record, row) -> record.flags()),
    ERROR_CODE("error_code", Type.TEXT, true, (record, row) -> present(record.failureCode())),
    ERROR_MESSAGE("error_message", Type.TEXT, true, (record, row) -> present(record.failureMessage())),
    REDACTED("redacted", Type.BOOL, false, (record, row) -> record.redacted()),
    /** Whether only digests of its tensors are kept. */
    DIGEST("digest", Type.BOOL, false, (record, row) -> isDigest(record)),

    /** The bodies as they were logged, once for each record: with these the table is complete. */
    REQUEST_JSON("request_json", Type.UTF8, true, (record, row) -> json(record.request(), row)),
    REQUEST_BINARY("request_binary", Type.BYTES, true, (record, row) -> binary(record.request(), row)),
    RESPONSE_JSON("response_json", Type.UTF8, true, (record, row) -> json(record.response(), row)),
    RESPONSE_BINARY("response_binary", Type.BYTES, true, (record, row) -> binary(record.response(), row)),
    INPUT_DIGESTS("input_digests", Type.TEXTS, false, (record, row) -> Digests.texts(record.inputDigests(), row)),
    OUTPUT_DIGESTS("output_digests", Type.TEXTS, false, (record, row) -> Digests.texts(record.outputDigests(), row));

    /** What a column holds, and as which class {@link #value} gives it. */
    public enum Type {
        /** A {@link String}. */
        TEXT,
        /** A list of {@link String}. */
        TEXTS,
        /** UTF-8 as a {@code byte[]}. */
        UTF8,
        /** A {@code byte[]}. */
        BYTES,
        /** An {@link Integer}. */
        INT,
        /** A {@link Long}. */
        LONG,
        /** A {@link Double}. */
        DOUBLE,
        /** A {@link Boolean}. */
        BOOL,
        /** An {@link java.time.Instant}, to the microsecond. */
        TIME
    }

    private final String text;
    private final Type type;
    private final boolean optional;

    @SuppressWarnings("ImmutableEnumChecker") // functions of their arguments alone
    private final BiFunction<LoggedRecord, Integer, @Nullable Object> value;

    HeadColumn(String text, Type type, boolean optional, BiFunction<LoggedRecord, Integer, @Nullable Object> value) {
        this.text = text;
        this.type = type;
        this.optional = optional;
        this.value = value;
    }

    /** Those without the bodies. */
    public static List<HeadColumn> usual() {
        return Arrays.stream(values())
                .filter(column -> column.compareTo(REQUEST_JSON) < 0)
                .toList();
    }

    /** All of them: nothing of a record is missing. */
    public static List<HeadColumn> complete() {
        return List.of(values());
    }

    /** The column's name. */
    public String text() {
        return text;
    }

    public Type type() {
        return type;
    }

    /** Whether it may be absent. */
    public boolean optional() {
        return optional;
    }

    /**
     * The value of one row.
     *
     * @param row its number in the request, -1 where the request was not taken apart
     * @return of the class that {@link #type} names; null where it is absent
     */
    public @Nullable Object value(LoggedRecord record, int row) {
        return value.apply(record, row);
    }

    private static @Nullable String present(String text) {
        return text.isEmpty() ? null : text;
    }

    private static boolean isDigest(LoggedRecord record) {
        return !record.inputDigests().isEmpty() || !record.outputDigests().isEmpty();
    }

    private static byte @Nullable [] json(Optional<LoggedBody> body, int row) {
        if (row > 0 || body.isEmpty()) {
            return null;
        }
        LoggedBody present = body.get();
        return present.jsonLength() < 0 ? present.bytes() : Arrays.copyOf(present.bytes(), present.jsonLength());
    }

    private static byte @Nullable [] binary(Optional<LoggedBody> body, int row) {
        if (row > 0 || body.isEmpty() || body.get().jsonLength() < 0) {
            return null;
        }
        LoggedBody present = body.get();
        return Arrays.copyOfRange(present.bytes(), present.jsonLength(), present.bytes().length);
    }
}
