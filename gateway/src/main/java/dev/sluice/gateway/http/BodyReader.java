package dev.sluice.gateway.http;

import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferRequest;
import dev.sluice.model.InferenceException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Collects the body of one request, within a bound in bytes, a share of the heap, and in time.
 *
 * <p>A body that is too large is refused before it is sent where the client asks first ({@code Expect: 100-continue});
 * otherwise the rest is read and thrown away up to a second bound, so that the client gets to see the answer instead of a
 * reset connection.
 *
 * <p>Threading: confined to the exchange's event loop.
 */
final class BodyReader {
    private static final int DISCARD_FACTOR = 2;

    private final HttpExchange exchange;
    private final BodyDeadlines deadlines;
    private final long bytesMax;
    private final long deadlineNanos;
    private final Consumer<ReceivedBody> whenComplete;
    private final ReceivedBody body;
    private long received;
    private boolean done;

    private BodyReader(
            HttpExchange exchange,
            BodyDeadlines deadlines,
            HeapBudget budget,
            long bytesMax,
            long deadlineNanos,
            Consumer<ReceivedBody> whenComplete) {
        this.exchange = exchange;
        this.deadlines = deadlines;
        this.bytesMax = bytesMax;
        this.deadlineNanos = deadlineNanos;
        this.whenComplete = whenComplete;
        this.body = new ReceivedBody(budget);
    }

    /**
     * Reads the body and hands it on, or answers the exchange with 413, 408, 503 or 504.
     *
     * @param deadlines of the exchange's loop
     * @param bytesMax most bytes as sent
     * @param deadlineNanos of the request, or {@link InferRequest#NO_DEADLINE}
     * @param whenComplete called at most once, on the loop, with the whole body, which it owns then
     */
    static void read(
            HttpExchange exchange,
            BodyDeadlines deadlines,
            HeapBudget budget,
            long bytesMax,
            long deadlineNanos,
            Consumer<ReceivedBody> whenComplete) {
        new BodyReader(exchange, deadlines, budget, bytesMax, deadlineNanos, whenComplete).start();
    }

    boolean isDone() {
        return done;
    }

    private void start() {
        HttpServerRequest request = exchange.request();
        long announced = announcedLength(request);
        boolean asksFirst = "100-continue".equalsIgnoreCase(request.getHeader("expect"));
        if (announced > bytesMax && (asksFirst || announced > bytesMax * DISCARD_FACTOR)) {
            refuse(tooLarge(announced));
            return;
        }
        if (asksFirst && request.version() != HttpVersion.HTTP_1_0) {
            request.response().writeContinue();
        }
        request.handler(this::chunk);
        request.endHandler(ignored -> end());
        exchange.onGone(() -> {
            done = true;
            body.release();
        });
        deadlines.begun(this);
    }

    private static long announcedLength(HttpServerRequest request) {
        String header = request.getHeader("content-length");
        if (header == null) {
            return -1;
        }
        try {
            return Long.parseLong(header.trim());
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private void chunk(Buffer chunk) {
        if (done) {
            return;
        }
        received += chunk.length();
        if (received > bytesMax) {
            body.release();
            if (received > bytesMax * DISCARD_FACTOR) {
                refuse(tooLarge(received));
            }
            return;
        }
        try {
            body.add(chunk);
        } catch (InferenceException e) {
            refuse(e);
        }
    }

    private void end() {
        if (done) {
            return;
        }
        if (received > bytesMax) {
            refuse(tooLarge(received));
            return;
        }
        done = true;
        exchange.onGone(() -> {});
        whenComplete.accept(body);
    }

    private InferenceException tooLarge(long bytes) {
        return new InferenceException(
                ErrorCode.PAYLOAD_TOO_LARGE,
                "the body of " + bytes + " bytes exceeds the limit of " + bytesMax + " bytes");
    }

    private void refuse(InferenceException reason) {
        done = true;
        body.release();
        exchange.fail(reason);
    }

    /** Whether the time for the body, or for the whole request, is over. */
    boolean isLate(long nowNanos) {
        return nowNanos - exchange.arrivedNanos() >= deadlines.timeoutNanos() || isPastDeadline(nowNanos);
    }

    private boolean isPastDeadline(long nowNanos) {
        return deadlineNanos != InferRequest.NO_DEADLINE && nowNanos - deadlineNanos >= 0;
    }

    /** Ends the exchange because the body took too long. */
    void expire(long nowNanos) {
        done = true;
        body.release();
        boolean pastDeadline = isPastDeadline(nowNanos);
        long nanos = pastDeadline ? nowNanos - exchange.arrivedNanos() : deadlines.timeoutNanos();
        long millis = TimeUnit.NANOSECONDS.toMillis(nanos);
        InferenceException late = new InferenceException(
                ErrorCode.DEADLINE_EXCEEDED,
                "the body was not complete after " + millis + " ms; " + received + " bytes had arrived");
        if (pastDeadline) {
            exchange.fail(late);
        } else {
            exchange.sendJson(408, HttpErrors.body(late, exchange.predictionId()));
        }
    }
}
