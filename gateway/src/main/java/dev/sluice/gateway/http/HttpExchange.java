package dev.sluice.gateway.http;

import dev.sluice.model.InferenceException;
import dev.sluice.model.RequestLoop;
import io.netty.handler.codec.DecoderException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * An exchange whose head was read by the HTTP engine: every request of HTTP/2, and those of HTTP/1 that are not {@link
 * KnownHeadExchange}s.
 *
 * <p>Threading: confined to its event loop.
 */
final class HttpExchange extends Exchange {
    private static final long NO_ERROR = 0;

    private final HttpServerRequest request;
    private final BooleanSupplier open;
    private boolean closing;
    private @Nullable LargeAnswer pouring;

    /**
     * @param compress whether the answer may be compressed for a client that accepts it
     * @param open whether the server goes on; else the answer is the last one of its connection
     */
    HttpExchange(
            HttpServerRequest request,
            RequestLoop loop,
            String predictionId,
            @Nullable TraceContext trace,
            long arrivedNanos,
            boolean compress,
            ResponseCounts counts,
            BooleanSupplier open) {
        super(
                loop,
                predictionId,
                trace,
                arrivedNanos,
                compress ? ContentCoding.acceptable(request.getHeader("accept-encoding")) : ContentCoding.IDENTITY,
                counts,
                ConnectionGuard.of(request.connection()));
        this.request = request;
        this.open = open;
        if (request.version() != HttpVersion.HTTP_2) {
            connection().keepContentCollectable();
        }
        connection().knownHeads().began(request);
        request.response().closeHandler(ignored -> gone());
        request.response().exceptionHandler(ignored -> gone());
        request.exceptionHandler(this::bodyFailed);
    }

    HttpServerRequest request() {
        return request;
    }

    HttpServerResponse response() {
        return request.response();
    }

    @Override
    String method() {
        return request.method().name();
    }

    @Override
    public @Nullable String key() {
        return request.getHeader(KEY_HEADER);
    }

    @Override
    String path() {
        return Objects.requireNonNullElse(request.path(), "");
    }

    @Override
    void header(String name, String value) {
        request.response().putHeader(name, value);
    }

    /**
     * Ends the connection after the answer, where the protocol has one request at a time. The client is told, and gets a
     * moment to read the answer and close first: closing while it still sends would reset the connection under the answer.
     */
    void closeAfterAnswer() {
        if (request.version() != HttpVersion.HTTP_2) {
            closing = true;
            connection().knownHeads().stop();
            request.response().putHeader("connection", "close");
        }
    }

    /** The rest of the request cannot be read: the connection has closed, or what came is not HTTP. */
    private void bodyFailed(Throwable failure) {
        if (failure instanceof DecoderException || failure instanceof IllegalArgumentException) {
            fail(InferenceException.invalidInput("the body is not valid HTTP"));
        } else {
            gone();
        }
    }

    private boolean mayHaveBody() {
        String length = request.getHeader("content-length");
        if (length != null) {
            return !length.equals("0");
        }
        boolean get = HttpMethod.GET.equals(request.method()) || HttpMethod.HEAD.equals(request.method());
        return request.getHeader("transfer-encoding") != null || (request.version() == HttpVersion.HTTP_2 && !get);
    }

    private void gone() {
        if (pouring != null) {
            pouring.abandon();
        }
        clientGone();
    }

    @Override
    void writeCopy(int status, @Nullable String contentType, byte[] body, int length) {
        write(status, contentType, Buffer.buffer(Arrays.copyOf(body, length)));
    }

    @Override
    Future<Void> write(int status, @Nullable String contentType, Buffer body) {
        HttpServerResponse response = request.response();
        boolean unread = mayHaveBody() && !request.isEnded();
        if (unread || !open.getAsBoolean()) {
            closeAfterAnswer();
        }
        response.setStatusCode(status);
        if (contentType != null) {
            response.putHeader("content-type", contentType);
        }
        response.putHeader(PREDICTION_ID_HEADER, predictionId());
        TraceContext trace = trace();
        if (trace != null) {
            response.putHeader(TraceContext.HEADER, trace.toHeader());
        }
        Future<Void> written;
        if (HttpMethod.HEAD.equals(request.method())) {
            response.putHeader("content-length", Integer.toString(body.length()));
            written = response.end();
        } else {
            written = write(body);
        }
        written.onComplete(ignored -> connection().knownHeads().answered());
        if (closing) {
            HttpConnection closed = request.connection();
            written.onComplete(ignored -> loop().schedule(LINGER_NANOS, closed::close));
        } else if (unread) {
            // HTTP/2: the rest of the body is not wanted, the other streams of the connection go on.
            written.onComplete(ignored -> response.reset(NO_ERROR));
        }
        return written;
    }

    private Future<Void> write(Buffer body) {
        if (body.length() <= LargeAnswer.PIECE_BYTES_MAX) {
            return request.response().end(body);
        }
        LargeAnswer answer = new LargeAnswer(request.response(), body, connection()::progressed);
        pouring = answer;
        return answer.write();
    }
}
