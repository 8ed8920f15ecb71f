package dev.sluice.canary.inputlog;

import dev.sluice.canary.routing.RouteDecision;
import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferRequest;
import dev.sluice.model.InferResponse;
import dev.sluice.model.InferTiming;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelSignature;
import dev.sluice.model.TensorSet;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The record of a request that has not ended yet.
 *
 * <p>Ownership: holds one reference of the request's inputs until it is told how the request ended.
 *
 * <p>Threading: confined to the request's event loop. Exactly one of {@link #answered} and {@link #failed} is called, once.
 */
public final class RecordDraft {
    private static final Logger LOG = LoggerFactory.getLogger(RecordDraft.class);

    private final InputLog log;
    private final RouteDecision.Routed route;
    private final ModelSignature signature;
    private final ModelConfig config;
    private final RequestOrigin origin;
    private final @Nullable InferRequest request;
    private final List<String> flags;

    RecordDraft(
            InputLog log,
            RouteDecision.Routed route,
            ModelSignature signature,
            ModelConfig config,
            RequestOrigin origin,
            @Nullable InferRequest request,
            List<String> flags) {
        this.log = log;
        this.route = route;
        this.signature = signature;
        this.config = config;
        this.origin = origin;
        this.request = request;
        this.flags = flags;
    }

    /** The version answered; the response's reference stays the caller's. */
    public void answered(InferResponse response) {
        offer(response, null);
    }

    /** There is no answer. */
    public void failed(InferenceException failure) {
        offer(null, failure);
    }

    private void offer(@Nullable InferResponse response, @Nullable InferenceException failure) {
        List<RecordChannel> channels = log.channels();
        for (int i = 0; i < channels.size(); i++) {
            RecordChannel channel = channels.get(i);
            if (!channel.concerns(config)) {
                continue;
            }
            Selection selection = channel.select(
                    config,
                    route.key(),
                    route.arm(),
                    origin.predictionId(),
                    origin.key(),
                    !flags.isEmpty(),
                    failure != null);
            if (selection == null) {
                channel.sampledOut();
                continue;
            }
            InferenceRecord record;
            try {
                record = record(selection, response, failure);
            } catch (RuntimeException e) {
                // Whatever is wrong with the record, its request is answered.
                LOG.error("event=record_unwritable prediction_id={}", origin.predictionId(), e);
                channel.unwritable();
                continue;
            }
            channel.offer(record);
        }
        if (request != null) {
            request.inputs().release();
        }
    }

    private InferenceRecord record(
            Selection selection, @Nullable InferResponse response, @Nullable InferenceException failure) {
        long total = System.nanoTime() - origin.arrivedNanos();
        Instant arrived = log.clock().instant().minusNanos(total);
        RecordTiming timing = response == null
                ? new RecordTiming(total, 0, InferTiming.NONE)
                : new RecordTiming(total, response.queueNanos(), response.timing());
        ErrorCode code = failure == null ? null : failure.code();
        String message = failure == null ? "" : String.valueOf(failure.getMessage());
        InferenceRecord.Head head = new InferenceRecord.Head(
                origin.predictionId(),
                arrived,
                request == null ? "" : request.clientId(),
                origin.traceId(),
                route.key(),
                signature,
                config,
                route.arm(),
                route.reason(),
                timing,
                selection,
                flags,
                code,
                message);
        TensorSet outputs = response == null ? null : KeptTensors.of(response.outputs());
        if (request != null) {
            request.inputs().block().retain();
        }
        return new InferenceRecord(head, request, outputs, List.of(), List.of(), false);
    }
}
