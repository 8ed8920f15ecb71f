package dev.sluice.canary.inputlog.table;

import dev.sluice.canary.inputlog.jsonl.LoggedBody;
import dev.sluice.canary.inputlog.jsonl.LoggedRecord;
import dev.sluice.model.InferenceException;
import dev.sluice.model.TensorSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A record with its tensors.
 *
 * <p>Ownership: holds the tensors until {@link #close}.
 *
 * <p>Threading: confined to one thread.
 */
final class DecodedRecord implements AutoCloseable {
    private final LoggedRecord record;
    private final @Nullable TensorSet inputs;
    private final @Nullable TensorSet outputs;
    private final RecordLayout layout;
    private final boolean unreadable;

    private DecodedRecord(
            LoggedRecord record, @Nullable TensorSet inputs, @Nullable TensorSet outputs, List<String> features) {
        this.record = record;
        this.inputs = inputs;
        this.outputs = outputs;
        this.layout = RecordLayout.of(inputs, outputs, features);
        this.unreadable = (inputs == null && record.request().isPresent())
                || (outputs == null && record.response().isPresent());
    }

    static DecodedRecord of(LoggedRecord record, BodyTensors bodies, List<String> features) {
        return new DecodedRecord(
                record, read(record.request(), bodies::inputs), read(record.response(), bodies::outputs), features);
    }

    private static @Nullable TensorSet read(Optional<LoggedBody> body, Function<LoggedBody, TensorSet> reader) {
        if (body.isEmpty()) {
            return null;
        }
        try {
            return reader.apply(body.get());
        } catch (InferenceException e) {
            return null; // counted: isUnreadable()
        }
    }

    LoggedRecord record() {
        return record;
    }

    RecordLayout layout() {
        return layout;
    }

    /** Whether a body is there and is not of the protocol: its tensors are missing from the table. */
    boolean isUnreadable() {
        return unreadable;
    }

    @Override
    public void close() {
        if (inputs != null) {
            inputs.release();
        }
        if (outputs != null) {
            outputs.release();
        }
    }
}
