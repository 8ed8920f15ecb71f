package dev.sluice.loadtest;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A real HTTP server that speaks just enough of the Open Inference Protocol: a server name, the ready models {@code m}
 * and {@code n} in version 1 with a dynamic FP32 and an INT64 input, a model {@code liar} whose answers are by another
 * one, and an inference that a test may replace.
 *
 * <p>Threading: thread-safe; inferences run on the server's event loop.
 */
public final class FakeInferenceServer implements AutoCloseable {
    private static final String METADATA = """
            {"name":"m","versions":["1"],"platform":"onnx_onnxv1",
             "inputs":[{"name":"x","datatype":"FP32","shape":[-1,4]},{"name":"id","datatype":"INT64","shape":[1]}],
             "outputs":[{"name":"y","datatype":"FP32","shape":[-1,1]}]}""";
    private static final String ANSWER = """
            {"model_name":"MODEL","model_version":"1",\
            "outputs":[{"name":"y","datatype":"FP32","shape":[1,1],"data":[0.5]}]}""";
    private static final Pattern MODEL_PATH = Pattern.compile("/v2/models/(m|n|liar)(?:/versions/1)?(/ready|/infer)?");

    /** What an inference does. */
    public interface Inference {
        /**
         * Answers, now or later.
         *
         * @param number 0-based number of the inference
         * @param body the whole request body
         */
        void answer(HttpServerRequest request, long number, Buffer body);
    }

    private final Vertx vertx = Vertx.vertx();
    private final HttpServer server;
    private final boolean tls;
    private final AtomicLong inferences = new AtomicLong();

    private FakeInferenceServer(HttpServerOptions options, Inference inference) throws InterruptedException {
        tls = options.isSsl();
        server = LoadGenerator.await(vertx.createHttpServer(options)
                .requestHandler(request -> handle(request, inference))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture());
    }

    /** A server on a free port whose inferences do what the test says. */
    public static FakeInferenceServer start(Inference inference) throws InterruptedException {
        return new FakeInferenceServer(new HttpServerOptions(), inference);
    }

    /** A server on a free port that speaks https as the options say, and answers at once. */
    public static FakeInferenceServer start(HttpServerOptions options) throws InterruptedException {
        return new FakeInferenceServer(options, (request, number, body) -> ok(request));
    }

    /** A server on a free port that answers at once. */
    public static FakeInferenceServer start() throws InterruptedException {
        return start((request, number, body) -> ok(request));
    }

    /** Answers with one output. */
    public static void ok(HttpServerRequest request) {
        var unused = request.response()
                .putHeader("Content-Type", "application/json")
                .end(ANSWER.replace("MODEL", model(request)));
    }

    private static String model(HttpServerRequest request) {
        Matcher matcher = MODEL_PATH.matcher(String.valueOf(request.path()));
        return matcher.matches() && !matcher.group(1).equals("liar") ? matcher.group(1) : "another";
    }

    /** Answers with an error of the protocol. */
    public static void fail(HttpServerRequest request, int status) {
        var unused = request.response().setStatusCode(status).end("{\"error\":\"made to fail\"}");
    }

    private void handle(HttpServerRequest request, Inference inference) {
        String path = String.valueOf(request.path());
        if (path.equals("/v2")) {
            request.response().end("{\"name\":\"fake\",\"version\":\"1\",\"extensions\":[]}");
            return;
        }
        if (!MODEL_PATH.matcher(path).matches()) {
            fail(request, 404);
        } else if (path.endsWith("/ready")) {
            request.response().end("{\"name\":\"m\",\"ready\":true}");
        } else if (path.endsWith("/infer")) {
            request.bodyHandler(body -> inference.answer(request, inferences.getAndIncrement(), body));
        } else {
            request.response().end(METADATA);
        }
    }

    /** The loop timers of this server. */
    public Vertx vertx() {
        return vertx;
    }

    public URI url() {
        return URI.create((tls ? "https" : "http") + "://127.0.0.1:" + server.actualPort());
    }

    /** Inferences that have arrived. */
    public long inferences() {
        return inferences.get();
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
