package dev.sluice.loadtest;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.util.List;

/**
 * A request in Vert.x's terms, made once and sent many times.
 *
 * <p>Threading: shared by all loops; neither field is changed after construction.
 *
 * @param options method, path and headers
 * @param body sent as it is; Vert.x reads a slice of it for each request
 */
record PreparedRequest(RequestOptions options, Buffer body) {

    static List<PreparedRequest> of(LoadPlan plan, List<RequestBody> bodies) {
        return bodies.stream().map(body -> of(plan, body)).toList();
    }

    private static PreparedRequest of(LoadPlan plan, RequestBody body) {
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost(plan.url().getHost())
                .setPort(plan.port())
                .setURI(plan.modelPath() + "/infer")
                .putHeader("Content-Type", body.contentType());
        if (body.isBinary()) {
            options.putHeader("Inference-Header-Content-Length", Integer.toString(body.jsonByteCount()));
        }
        return new PreparedRequest(options, Buffer.buffer(body.toByteArray()));
    }
}
