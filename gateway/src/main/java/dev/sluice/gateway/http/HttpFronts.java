package dev.sluice.gateway.http;

import dev.sluice.gateway.control.FeedbackService;
import dev.sluice.gateway.control.ModelCatalog;
import dev.sluice.gateway.control.ModelOperations;
import dev.sluice.gateway.control.Readiness;
import dev.sluice.gateway.pipeline.InferencePipeline;
import dev.sluice.model.TensorPool;
import dev.sluice.protocol.CodecLimits;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.random.RandomGenerator;

/**
 * Puts the data port and the control port together.
 *
 * <p>Threading: stateless.
 */
public final class HttpFronts {
    private HttpFronts() {}

    /**
     * Settings that the engine's classes read when they are loaded, unless the operator has made them: call before any of
     * them is used.
     *
     * @param scratch where a native library may be written for as long as it is being loaded; empty where it need not be
     */
    public static void prepareEngine(Optional<Path> scratch) {
        Properties properties = System.getProperties();
        scratch.ifPresent(folder -> properties.putIfAbsent("io.netty.native.workdir", folder.toString()));
        // Registering its flight recorder events takes longer than the first answer.
        properties.putIfAbsent("io.netty.jfr.enabled", "false");
    }

    /** An engine whose connections are bounded by the guard that covers their port. */
    public static Vertx vertx(VertxOptions options, ConnectionGuard... guards) {
        return Vertx.builder()
                .with(options)
                .withTransport(GuardedTransport.best(List.of(guards)))
                .build();
    }

    /** The data port over a pipeline, not listening yet. */
    public static HttpFront create(
            Vertx vertx,
            HttpFrontOptions options,
            InferencePipeline pipeline,
            ModelCatalog catalog,
            ModelOperations operations,
            FeedbackService feedback,
            Readiness readiness,
            TensorPool pool,
            CodecLimits limits,
            CodecThreads codecThreads,
            HeapBudget bodies,
            ConnectionGuard connections,
            RandomGenerator random) {
        InferHandler infer = new InferHandler(
                pipeline,
                new TensorBodyCodec(pool, limits),
                new RowBodyCodec(pool, limits),
                codecThreads,
                bodies,
                options);
        MetadataHandler metadata = new MetadataHandler(
                catalog, pipeline, readiness, new OperationHandler(operations, catalog, bodies, "data"), options);
        FeedbackHandler labels = new FeedbackHandler(feedback, codecThreads, bodies, options);
        return new HttpFront(vertx, options, new DataPort(infer, metadata, labels), connections, random);
    }

    /** The control port, not listening yet. */
    public static ControlPort control(
            Vertx vertx,
            ControlPortOptions options,
            ModelCatalog catalog,
            ModelOperations operations,
            HeapBudget bodies,
            ConnectionGuard connections,
            RandomGenerator random) {
        return new ControlPort(
                vertx,
                options,
                new ControlHandler(
                        new ControlAccess(options),
                        catalog,
                        new OperationHandler(operations, catalog, bodies, "control")),
                connections,
                random);
    }
}
