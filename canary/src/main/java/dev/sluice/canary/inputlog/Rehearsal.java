package dev.sluice.canary.inputlog;

import dev.sluice.canary.routing.RouteDecision;
import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.model.InferRequest;
import dev.sluice.model.InferResponse;
import dev.sluice.model.ModelKey;
import dev.sluice.model.ModelSignature;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes a request through the input log to nowhere, so that the classes of the first real one are there: loading them takes
 * longer than an event loop may be kept from its work.
 *
 * <p>Threading: blocks for a moment; stateless.
 */
public final class Rehearsal {
    private Rehearsal() {}

    /**
     * Records an answered request, and throws the record away.
     *
     * @param request its reference stays the caller's, as does the response's
     */
    public static void of(InferRequest request, InferResponse response, ModelSignature signature) {
        RecordChannel channel = new RecordChannel(
                "rehearsal",
                new Everything(),
                record -> record,
                new Nowhere(),
                new ChannelOptions(1 << 20, WhenFull.DROP_NEWEST, Duration.ZERO, Duration.ofHours(1)),
                InstantSource.system());
        InputLog log = new InputLog(List.of(channel), InstantSource.system());
        RecordDraft draft = log.begin(
                new RouteDecision.Routed(response.key(), "", RouteDecision.Reason.ROUTE),
                signature,
                ModelConfig.DEFAULT,
                new Origin(request.predictionId()),
                request,
                List.of());
        if (draft != null) {
            draft.answered(response);
        }
        log.close(Duration.ZERO);
    }

    /**
     * A request that comes from here.
     *
     * @param predictionId of the request
     */
    private record Origin(String predictionId) implements RequestOrigin {
        @Override
        public long arrivedNanos() {
            return System.nanoTime();
        }

        @Override
        public @Nullable String traceId() {
            return null;
        }

        @Override
        public @Nullable String key() {
            return null;
        }
    }

    private static final class Everything implements Selector {
        private final Sampler sampler = new Sampler();

        @Override
        public boolean concerns(ModelConfig config) {
            return true;
        }

        @Override
        public @Nullable Selection select(
                ModelConfig config,
                ModelKey model,
                String arm,
                String predictionId,
                @Nullable String key,
                boolean flagged,
                boolean failed) {
            return sampler.select(config, model, arm, predictionId, key, flagged, failed);
        }
    }

    private static final class Nowhere implements LogSink {
        @Override
        public void add(InferenceRecord record) {}

        @Override
        public boolean isFull() {
            return false;
        }

        @Override
        public int flush() {
            return 0;
        }

        @Override
        public void windowEnded(WindowCounts counts) {}

        @Override
        public void close() {}
    }
}
