package dev.sluice.gateway.http;

import dev.sluice.gateway.control.ModelCatalog;
import dev.sluice.gateway.control.Readiness;
import dev.sluice.gateway.pipeline.InferencePipeline;
import dev.sluice.model.TensorPool;
import dev.sluice.protocol.CodecLimits;
import io.vertx.core.Vertx;
import java.util.random.RandomGenerator;

/**
 * Puts the data port together.
 *
 * <p>Threading: stateless.
 */
public final class HttpFronts {
    private HttpFronts() {}

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
            RandomGenerator random) {
        InferHandler infer = new InferHandler(
                pipeline, new TensorBodyCodec(pool, limits), new RowBodyCodec(pool, limits), codecThreads, options);
        MetadataHandler metadata = new MetadataHandler(catalog, readiness, options);
        return new HttpFront(vertx, options, new DataPort(infer, metadata), random);
    }
}
