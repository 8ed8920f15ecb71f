package dev.sluice.loadtest.proof.speed.baseline;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.ExecutionException;

/**
 * What the HTTP stack costs by itself: reads the body of each POST and answers with the same 200 bytes.
 *
 * <p>It says so much of the protocol (readiness, metadata) that the load generator accepts it. Arguments: how many event
 * loops. Prints where it listens, and ends when it is killed.
 *
 * <p>Threading: one HTTP server per event loop, all on one port.
 */
public final class BareServerMain {
    private static final Buffer ANSWER =
            Buffer.buffer("{\"model_name\":\"bare\",\"model_version\":\"1\",\"parameters\":"
                    + "{\"prediction_id\":\"00000000000000000000000000000000\"},\"outputs\":[{\"name\":\"probabilities\","
                    + "\"datatype\":\"FP32\",\"shape\":[1,3],\"data\":[0.8920382,0.0077994,0.1078839]}]}");
    private static final Buffer METADATA =
            Buffer.buffer("{\"name\":\"bare\",\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[-1,16]}]}");
    private static final CharSequence ANSWER_LENGTH = Integer.toString(ANSWER.length());

    /** Any free port, which all servers of one Vert.x share that ask for this number; 0 would be one for each. */
    private static final int ANY_PORT = -1;

    private BareServerMain() {}

    public static void main(String[] args) throws InterruptedException, ExecutionException {
        int loops = Integer.parseInt(args[0]);
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(loops).setPreferNativeTransport(true));
        int port = 0;
        for (int i = 0; i < loops; i++) {
            Loop loop = new Loop();
            vertx.deployVerticle(loop).toCompletionStage().toCompletableFuture().get();
            port = loop.port;
        }
        String url = "http://127.0.0.1:" + port;
        System.out.println("listening http=" + url + " metrics=" + url + " pid="
                + ProcessHandle.current().pid());
    }

    /**
     * The server of one event loop.
     *
     * <p>Threading: confined to its event loop; the port is read after it has been deployed.
     */
    private static final class Loop extends VerticleBase {
        private volatile int port;

        @Override
        public Future<?> start() {
            HttpServerOptions options = new HttpServerOptions()
                    .setHost("127.0.0.1")
                    .setPort(ANY_PORT)
                    .setTcpNoDelay(true)
                    .setTcpKeepAlive(true)
                    .setAcceptBacklog(1024);
            return vertx.createHttpServer(options)
                    .requestHandler(Loop::answer)
                    .listen()
                    .map(HttpServer::actualPort)
                    .onSuccess(actual -> port = actual);
        }

        private static void answer(HttpServerRequest request) {
            if (HttpMethod.POST.equals(request.method())) {
                request.body().onSuccess(body -> send(request, ANSWER, ANSWER_LENGTH));
            } else {
                send(request, METADATA, Integer.toString(METADATA.length()));
            }
        }

        private static void send(HttpServerRequest request, Buffer answer, CharSequence length) {
            request.response()
                    .putHeader("content-type", "application/json")
                    .putHeader("content-length", length)
                    .end(answer);
        }
    }
}
