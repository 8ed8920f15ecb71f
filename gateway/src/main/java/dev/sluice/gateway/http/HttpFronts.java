package dev.sluice.gateway.http;

import dev.sluice.gateway.control.ModelCatalog;
import dev.sluice.gateway.control.Readiness;
import dev.sluice.gateway.pipeline.InferencePipeline;
import dev.sluice.model.TensorPool;
import dev.sluice.protocol.CodecLimits;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.random.RandomGenerator;

/**
 * Puts the data port together.
 *
 * <p>Threading: stateless.
 */
public final class HttpFronts {
    private HttpFronts() {}

    /** An engine whose connections are bounded by the guard. */
    public static Vertx vertx(VertxOptions options, ConnectionGuard connections) {
        return Vertx.builder()
                .with(options)
                .withTransport(GuardedTransport.best(connections))
                .build();
    }

    /** The data port over a pipeline, not listening yet. */
    public static HttpFront create(
            Vertx vertx,
            HttpFrontOptions options,
            InferencePipeline pipeline,
            ModelCatalog catalog,
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
        MetadataHandler metadata = new MetadataHandler(catalog, readiness, bodies, options);
        return new HttpFront(vertx, options, new DataPort(infer, metadata), connections, random);
    }
}
