package dev.sluice.gateway.http;

import dev.sluice.canary.inputlog.RequestOrigin;
import dev.sluice.loader.repository.LogConfig;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import dev.sluice.model.RequestLoop;
import dev.sluice.model.WordlessFailure;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its response on one event loop: answered at most once, and told when the client has gone.
 *
 * <p>Threading: confined to its event loop.
 */
abstract sealed class Exchange implements RequestOrigin permits HttpExchange, KnownHeadExchange {
    static final String JSON = "application/json";
    static final String BINARY = "application/octet-stream";
    static final String PREDICTION_ID_HEADER = "sluice-prediction-id";

    /** What a request belongs to in its client's eyes, for example a user. */
    static final String KEY_HEADER = "sluice-key";

    /** How long a client has to close a connection itself after the last answer. */
    static final long LINGER_NANOS = 500_000_000;

    private static final Logger ACCESS = LoggerFactory.getLogger("dev.sluice.access");
    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    private final RequestLoop loop;
    private final String predictionId;
    private final @Nullable TraceContext trace;
    private final long arrivedNanos;
    private final ContentCoding acceptedCoding;
    private final ResponseCounts counts;
    private final ConnectionGuard.Watched connection;
    private LogConfig records = LogConfig.OFF;
    private boolean answered;
    private volatile boolean gone;
    private @Nullable Runnable onGone;

    /**
     * @param acceptedCoding how the client would like a large body to be compressed
     */
    Exchange(
            RequestLoop loop,
            String predictionId,
            @Nullable TraceContext trace,
            long arrivedNanos,
            ContentCoding acceptedCoding,
            ResponseCounts counts,
            ConnectionGuard.Watched connection) {
        this.loop = loop;
        this.predictionId = predictionId;
        this.trace = trace;
        this.arrivedNanos = arrivedNanos;
        this.acceptedCoding = acceptedCoding;
        this.counts = counts;
        this.connection = connection;
        connection.exchangeBegan();
    }

    abstract String method();

    abstract String path();

    /** It is for a model whose records may hold this; from now on the server's own log says no more of it than they do. */
    final void concerns(LogConfig log) {
        records = log;
    }

    /** Sets a header that is particular to the answer; before {@link #send}. */
    abstract void header(String name, String value);

    /**
     * Writes the answer.
     *
     * @return completes when nothing refers to {@code body} any more
     */
    abstract Future<Void> write(int status, @Nullable String contentType, Buffer body);

    /** Writes an answer of at most {@link LargeAnswer#PIECE_BYTES_MAX} bytes, which are the caller's again afterwards. */
    abstract void writeCopy(int status, @Nullable String contentType, byte[] body, int length);

    final RequestLoop loop() {
        return loop;
    }

    @Override
    public final String predictionId() {
        return predictionId;
    }

    final @Nullable TraceContext trace() {
        return trace;
    }

    @Override
    public final @Nullable String traceId() {
        return trace == null ? null : trace.traceId();
    }

    @Override
    public final long arrivedNanos() {
        return arrivedNanos;
    }

    /** How the client would like a large body to be compressed. */
    final ContentCoding acceptedCoding() {
        return acceptedCoding;
    }

    final ConnectionGuard.Watched connection() {
        return connection;
    }

    final boolean isGone() {
        return gone;
    }

    /** Runs {@code action} when the client goes away before it was answered; replaces an earlier action. */
    final void onGone(Runnable action) {
        if (gone) {
            action.run();
        } else {
            onGone = action;
        }
    }

    /** The connection has ended, or cannot be used any more. */
    final void clientGone() {
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
     * Answers with a body. Headers that are particular to the answer are set with {@link #header} before.
     *
     * @return completes when nothing refers to {@code body} any more: it was written, or the client has gone
     */
    final Future<Void> send(int status, @Nullable String contentType, Buffer body) {
        if (answered || gone) {
            return Future.succeededFuture();
        }
        answered = true;
        onGone = null;
        try {
            return write(status, contentType, body);
        } catch (RuntimeException | Error e) {
            cut(e);
            return Future.succeededFuture();
        } finally {
            ended(status);
        }
    }

    /** Answers with a small body, whose bytes are the caller's again when this returns. */
    final void sendCopy(int status, @Nullable String contentType, byte[] body, int length) {
        if (answered || gone) {
            return;
        }
        answered = true;
        onGone = null;
        try {
            writeCopy(status, contentType, body, length);
        } catch (RuntimeException | Error e) {
            cut(e);
        } finally {
            ended(status);
        }
    }

    /** A part of the answer may have been written and the rest cannot be: only the end of the connection tells the client. */
    private void cut(Throwable failure) {
        connection.cut();
        LOG.error("incident={} path={} the answer could not be written", predictionId, path(), loggable(failure));
    }

    /** Answers with JSON text. */
    final void sendJson(int status, byte[] json) {
        send(status, JSON, Buffer.buffer(json));
    }

    /** Answers with the status and body that belong to a failure. */
    final void fail(InferenceException failure) {
        if (answered || gone) {
            return;
        }
        InferenceException told = failure;
        if (failure.code() == ErrorCode.BUG) {
            LOG.error("incident={} path={} failed unexpectedly", predictionId, path(), loggable(failure));
            told = new InferenceException(
                    ErrorCode.BUG, "internal error; the server's log has it as incident " + predictionId, failure);
        } else if (!failure.code().isExpected()) {
            // One line without a stack: a client that sends bad rows must not be able to flood the log.
            LOG.warn(
                    "request_id={} path={} code={} reason=\"{}\"",
                    predictionId,
                    path(),
                    failure.code(),
                    reason(failure));
        }
        if (HttpErrors.retryLater(told.code())) {
            int seconds = told.retryAfterSeconds();
            header("retry-after", Integer.toString(seconds == 0 ? HttpErrors.RETRY_AFTER_SECONDS : seconds));
        }
        sendJson(HttpErrors.status(told.code()), HttpErrors.body(told, predictionId));
    }

    private Throwable loggable(Throwable failure) {
        return records.redacts() ? WordlessFailure.of(failure) : failure;
    }

    /** The runtime's text may quote what it failed on, for example an index. */
    private String reason(InferenceException failure) {
        Throwable cause = failure.getCause();
        String text = String.valueOf((cause == null ? failure : cause).getMessage());
        return records.redacts() ? FailedNode.of(text) : text;
    }

    /** Answers a failure that nobody foresaw: the caller sees an incident id, the log the stack. */
    final void failUnexpectedly(Throwable failure) {
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
                    trace == null || !records.keeps("trace_id") ? "-" : trace.traceId(),
                    method(),
                    path(),
                    status,
                    (System.nanoTime() - arrivedNanos) / 1_000);
        }
    }
}
