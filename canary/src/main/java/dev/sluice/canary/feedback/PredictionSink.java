package dev.sluice.canary.feedback;

import dev.sluice.canary.inputlog.InferenceRecord;
import dev.sluice.canary.inputlog.LogSink;
import dev.sluice.canary.inputlog.TensorDigest;
import dev.sluice.canary.inputlog.WindowCounts;
import dev.sluice.model.InferRequest;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Brings predictions into the store.
 *
 * <p>Bounds: {@value #PREDICTIONS_MAX} predictions and about {@value #BYTES_MAX} bytes between two flushes.
 *
 * <p>Threading: confined to its channel's thread.
 */
public final class PredictionSink implements LogSink {
    private static final int PREDICTIONS_MAX = 8_192;
    private static final int BYTES_MAX = 4 << 20;

    private final FeedbackStore store;
    private final List<Prediction> collected = new ArrayList<>();
    private long bytes;

    public PredictionSink(FeedbackStore store) {
        this.store = store;
    }

    @Override
    public void add(InferenceRecord record) {
        store.settlement().added();
        int rows = rows(record);
        TensorSet outputs = record.outputs();
        PredictionOutputs kept = outputs == null ? PredictionOutputs.NONE : PredictionOutputs.of(outputs, rows);
        InferenceRecord.Head head = record.head();
        collected.add(new Prediction(
                head.predictionId(),
                head.model(),
                head.arm(),
                head.arrived().toEpochMilli(),
                head.selection().probability(),
                rows,
                kept));
        bytes += kept.bytes().length;
    }

    /** The first dimension, where all inputs and outputs agree on it; else the request is one row. */
    private static int rows(InferenceRecord record) {
        List<Shape> shapes = new ArrayList<>();
        InferRequest request = record.request();
        if (request != null) {
            request.inputs().tensors().stream().map(Tensor::shape).forEach(shapes::add);
        }
        TensorSet outputs = record.outputs();
        if (outputs != null) {
            outputs.tensors().stream().map(Tensor::shape).forEach(shapes::add);
        }
        record.inputDigests().stream().map(TensorDigest::shape).forEach(shapes::add);
        record.outputDigests().stream().map(TensorDigest::shape).forEach(shapes::add);
        if (shapes.isEmpty() || shapes.get(0).rank() == 0) {
            return 1;
        }
        long first = shapes.get(0).dimension(0);
        boolean agreed = shapes.stream().allMatch(shape -> shape.rank() > 0 && shape.dimension(0) == first);
        return agreed && first > 0 && first <= Integer.MAX_VALUE ? (int) first : 1;
    }

    @Override
    public boolean isFull() {
        return collected.size() >= PREDICTIONS_MAX || bytes >= BYTES_MAX;
    }

    @Override
    public int flush() throws IOException {
        if (!collected.isEmpty()) {
            store.add(List.copyOf(collected));
        }
        collected.clear();
        bytes = 0;
        return 0;
    }

    @Override
    public boolean wantsWindowEnd() {
        return store.settlement().looked(store.clock().instant());
    }

    @Override
    public void windowEnded(WindowCounts counts) {
        store.settlement().windowEnded(counts.to());
    }

    @Override
    public void close() {
        collected.clear();
    }
}
