package dev.sluice.gateway.http;

import dev.sluice.model.ErrorCode;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its response on one event loop: answered at most once, and told when the client has gone.
 *
 * <p>Threading: confined to its event loop.
 */
final class Exchange {
    static final String JSON = "application/json";
    static final String BINARY = "application/octet-stream";
    static final String PREDICTION_ID_HEADER = "sluice-prediction-id";

    private static final long LINGER_NANOS = 500_000_000;
    private static final long NO_ERROR = 0;

    private static final Logger ACCESS = LoggerFactory.getLogger("dev.sluice.access");
    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    private final HttpServerRequest request;
    private final RequestLoop loop;
    private final String predictionId;
    private final @Nullable TraceContext trace;
    private final long arrivedNanos;
    private final ContentCoding acceptedCoding;
    private final ResponseCounts counts;
    private final ConnectionGuard.Watched connection;
    private boolean answered;
    private volatile boolean gone;
    private boolean closing;
    private @Nullable Runnable onGone;
    private @Nullable LargeAnswer pouring;

    Exchange(
            HttpServerRequest request,
            RequestLoop loop,
            String predictionId,
            @Nullable TraceContext trace,
            long arrivedNanos,
            boolean compress,
            ResponseCounts counts) {
        this.request = request;
        this.loop = loop;
        this.predictionId = predictionId;
        this.trace = trace;
        this.arrivedNanos = arrivedNanos;
        this.counts = counts;
        this.connection = ConnectionGuard.of(request.connection());
        connection.exchangeBegan();
        this.acceptedCoding =
                compress ? ContentCoding.acceptable(request.getHeader("accept-encoding")) : ContentCoding.IDENTITY;
        request.response().closeHandler(ignored -> clientGone());
        request.response().exceptionHandler(ignored -> clientGone());
        request.exceptionHandler(this::bodyFailed);
    }

    HttpServerRequest request() {
        return request;
    }

    HttpServerResponse response() {
        return request.response();
    }

    RequestLoop loop() {
        return loop;
    }

    String predictionId() {
        return predictionId;
    }

    @Nullable TraceContext trace() {
        return trace;
    }

    /** When the head of the request had arrived, in {@link System#nanoTime} terms. */
    long arrivedNanos() {
        return arrivedNanos;
    }

    /** How the client would like a large body to be compressed. */
    ContentCoding acceptedCoding() {
        return acceptedCoding;
    }

    boolean isGone() {
        return gone;
    }

    /** Runs {@code action} when the client goes away before it was answered; replaces an earlier action. */
    void onGone(Runnable action) {
        if (gone) {
            action.run();
        } else {
            onGone = action;
        }
    }

    /**
     * Ends the connection after the answer, where the protocol has one request at a time. The client is told, and gets a
     * moment to read the answer and close first: closing while it still sends would reset the connection under the answer.
     */
    void closeAfterAnswer() {
        if (request.version() != HttpVersion.HTTP_2) {
            closing = true;
            request.response().putHeader("connection", "close");
        }
    }

    /** The rest of the request cannot be read: the connection has closed, or what came is not HTTP. */
    private void bodyFailed(Throwable failure) {
        if (failure instanceof DecoderException || failure instanceof IllegalArgumentException) {
            fail(InferenceException.invalidInput("the body is not valid HTTP"));
        } else {
            clientGone();
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

    private void clientGone() {
        if (pouring != null) {
            pouring.abandon();
        }
        if (gone || answered) {
            return;
        }
        gone = true;
        Runnable action = onGone;
        onGone = null;
        if (action != null) {
            action.run();
        }
        ended(499);
    }

    /**
     * Answers with a body. Headers that are particular to the answer are set on {@link #response} before.
     *
     * @return completes when nothing refers to {@code body} any more: it was written, or the client has gone
     */
    Future<Void> send(int status, @Nullable String contentType, Buffer body) {
        if (answered || gone) {
            return Future.succeededFuture();
        }
        answered = true;
        onGone = null;
        HttpServerResponse response = request.response();
        boolean unread = mayHaveBody() && !request.isEnded();
        if (unread) {
            closeAfterAnswer();
        }
        response.setStatusCode(status);
        if (contentType != null) {
            response.putHeader("content-type", contentType);
        }
        response.putHeader(PREDICTION_ID_HEADER, predictionId);
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
        if (closing) {
            HttpConnection closed = request.connection();
            written.onComplete(ignored -> loop.schedule(LINGER_NANOS, closed::close));
        } else if (unread) {
            // HTTP/2: the rest of the body is not wanted, the other streams of the connection go on.
            written.onComplete(ignored -> response.reset(NO_ERROR));
        }
        ended(status);
        return written;
    }

    private Future<Void> write(Buffer body) {
        if (body.length() <= LargeAnswer.PIECE_BYTES_MAX) {
            return request.response().end(body);
        }
        LargeAnswer answer = new LargeAnswer(request.response(), body, connection::progressed);
        pouring = answer;
        return answer.write();
    }

    /** Answers with JSON text. */
    void sendJson(int status, byte[] json) {
        send(status, JSON, Buffer.buffer(json));
    }

    /** Answers with the status and body that belong to a failure. */
    void fail(InferenceException failure) {
        if (answered || gone) {
            return;
        }
        InferenceException told = failure;
        if (failure.code() == ErrorCode.BUG) {
            LOG.error("incident={} path={} failed unexpectedly", predictionId, request.path(), failure);
            told = new InferenceException(
                    ErrorCode.BUG, "internal error; the server's log has it as incident " + predictionId, failure);
        } else if (!failure.code().isExpected()) {
            // One line without a stack: a client that sends bad rows must not be able to flood the log.
            Throwable cause = failure.getCause();
            LOG.warn(
                    "request_id={} path={} code={} reason=\"{}\"",
                    predictionId,
                    request.path(),
                    failure.code(),
                    cause == null ? failure.getMessage() : cause.getMessage());
        }
        if (HttpErrors.retryLater(told.code())) {
            request.response().putHeader("retry-after", Integer.toString(HttpErrors.RETRY_AFTER_SECONDS));
        }
        sendJson(HttpErrors.status(told.code()), HttpErrors.body(told, predictionId));
    }

    /** Answers a failure that nobody foresaw: the caller sees an incident id, the log the stack. */
    void failUnexpectedly(Throwable failure) {
        if (failure instanceof InferenceException known) {
            fail(known);
        } else {
            fail(new InferenceException(ErrorCode.BUG, "internal error", failure));
        }
    }

    private void ended(int status) {
        connection.exchangeEnded();
        counts.add(status);
        if (ACCESS.isDebugEnabled()) {
            ACCESS.debug(
                    "request_id={} trace_id={} method={} path={} status={} micros={}",
                    predictionId,
                    trace == null ? "-" : trace.traceId(),
                    request.method(),
                    request.path(),
                    status,
                    (System.nanoTime() - arrivedNanos) / 1_000);
        }
    }
}
