package dev.sluice.canary.inputlog;

import dev.sluice.canary.routing.RouteDecision;
import dev.sluice.loader.repository.FeedbackConfig;
import dev.sluice.loader.repository.LogConfig;
import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.loader.repository.MonitoringConfig;
import dev.sluice.loader.repository.ValidationConfig;
import dev.sluice.model.DataType;
import dev.sluice.model.InferRequest;
import dev.sluice.model.InferResponse;
import dev.sluice.model.InferTiming;
import dev.sluice.model.ModelKey;
import dev.sluice.model.ModelSignature;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorBlock;
import dev.sluice.model.TensorPool;
import dev.sluice.model.TensorSet;
import dev.sluice.model.TensorSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Requests to a small model whose tensors lie in a pool, which tells whether all were given back. */
public final class LoggedRequests {
    public static final ModelKey MODEL = new ModelKey("fraud", 3);
    public static final ModelSignature SIGNATURE = new ModelSignature(
            "onnx",
            List.of(new TensorSpec("x", DataType.FP32, Shape.of(-1, 4))),
            List.of(new TensorSpec("score", DataType.FP32, Shape.of(-1, 1))),
            Map.of());

    private final TensorPool pool = new TensorPool(64 << 20);

    /** A model whose requests are recorded as this says. */
    public static ModelConfig config(LogConfig log) {
        ModelConfig plain = ModelConfig.DEFAULT;
        return new ModelConfig(
                plain.versions(),
                plain.batching(),
                plain.runtime(),
                plain.features(),
                plain.labels(),
                plain.serving(),
                plain.gate(),
                plain.breaker(),
                plain.transform(),
                new MonitoringConfig(log, ValidationConfig.DEFAULT, FeedbackConfig.OFF));
    }

    /** Everything is recorded, or a share. */
    public static LogConfig share(double share, boolean errors, boolean flagged) {
        return new LogConfig(
                true, share, Map.of(), LogConfig.By.PREDICTION, errors, flagged, Map.of(), Optional.empty());
    }

    public static RouteDecision.Routed route() {
        return new RouteDecision.Routed(MODEL, "stable", RouteDecision.Reason.ROUTE);
    }

    /** Where a request of that id comes from. */
    public static RequestOrigin origin(String predictionId, @Nullable String key) {
        return new RequestOrigin() {
            @Override
            public String predictionId() {
                return predictionId;
            }

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
                return key;
            }
        };
    }

    /** A request with one row of four numbers. */
    public InferRequest request(String predictionId, float... row) {
        return new InferRequest(
                predictionId,
                "",
                set("x", Shape.of(1, row.length), row),
                List.of(),
                false,
                Map.of(),
                0,
                InferRequest.NO_DEADLINE);
    }

    /** An answer of one number. */
    public InferResponse response(float score) {
        return new InferResponse(MODEL, set("score", Shape.of(1, 1), score), 0, InferTiming.NONE);
    }

    /** Bytes that somebody still holds. */
    public long bytesInUse() {
        return pool.bytesInUse();
    }

    private TensorSet set(String name, Shape shape, float... values) {
        TensorBlock block = pool.acquire(values.length * 4L);
        for (int i = 0; i < values.length; i++) {
            block.memory().putFloat(i * 4, values[i]);
        }
        return new TensorSet(List.of(Tensor.in(block, 0, values.length * 4, name, DataType.FP32, shape)), block);
    }
}
