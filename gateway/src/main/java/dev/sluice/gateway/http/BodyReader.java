package dev.sluice.gateway.http;

import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Collects the body of one request, within a bound in bytes and in time.
 *
 * <p>A body that is too large is refused before it is sent where the client asks first ({@code Expect: 100-continue});
 * otherwise the rest is read and thrown away up to a second bound, so that the client gets to see the answer instead of a
 * reset connection.
 *
 * <p>Threading: confined to the exchange's event loop.
 */
final class BodyReader {
    private static final int DISCARD_FACTOR = 4;

    private final Exchange exchange;
    private final BodyDeadlines deadlines;
    private final long bytesMax;
    private final Consumer<Buffer> whenComplete;
    private @Nullable Buffer body;
    private boolean growing;
    private long received;
    private boolean done;

    private BodyReader(Exchange exchange, BodyDeadlines deadlines, long bytesMax, Consumer<Buffer> whenComplete) {
        this.exchange = exchange;
        this.deadlines = deadlines;
        this.bytesMax = bytesMax;
        this.whenComplete = whenComplete;
    }

    /**
     * Reads the body and hands it on, or answers the exchange with 413 or 408.
     *
     * @param deadlines of the exchange's loop
     * @param bytesMax most bytes as sent
     * @param whenComplete called at most once, on the loop, with the whole body
     */
    static void read(Exchange exchange, BodyDeadlines deadlines, long bytesMax, Consumer<Buffer> whenComplete) {
        new BodyReader(exchange, deadlines, bytesMax, whenComplete).start();
    }

    boolean isDone() {
        return done;
    }

    long begunNanos() {
        return exchange.arrivedNanos();
    }

    private void start() {
        HttpServerRequest request = exchange.request();
        long announced = announcedLength(request);
        boolean asksFirst = "100-continue".equalsIgnoreCase(request.getHeader("expect"));
        if (announced > bytesMax && (asksFirst || announced > bytesMax * DISCARD_FACTOR)) {
            refuse(announced);
            return;
        }
        if (asksFirst && request.version() != HttpVersion.HTTP_1_0) {
            request.response().writeContinue();
        }
        request.handler(this::chunk);
        request.endHandler(ignored -> end());
        exchange.onGone(() -> done = true);
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
            body = null;
            if (received > bytesMax * DISCARD_FACTOR) {
                refuse(received);
            }
            return;
        }
        if (body == null) {
            body = chunk; // handed on as it is when it stays the only one
            return;
        }
        if (!growing) {
            growing = true;
            body = Buffer.buffer((int) Math.min(bytesMax, 4L * body.length())).appendBuffer(body);
        }
        body.appendBuffer(chunk);
    }

    private void end() {
        if (done) {
            return;
        }
        if (received > bytesMax) {
            refuse(received);
            return;
        }
        done = true;
        whenComplete.accept(body == null ? Buffer.buffer() : body);
    }

    private void refuse(long bytes) {
        done = true;
        exchange.closeAfterAnswer();
        exchange.fail(new InferenceException(
                ErrorCode.PAYLOAD_TOO_LARGE,
                "the body of " + bytes + " bytes exceeds the limit of " + bytesMax + " bytes"));
    }

    /** Ends the exchange because the body took too long. */
    void expire() {
        done = true;
        exchange.closeAfterAnswer();
        long millis = TimeUnit.NANOSECONDS.toMillis(deadlines.timeoutNanos());
        exchange.sendJson(
                408,
                HttpErrors.body(
                        new InferenceException(
                                ErrorCode.DEADLINE_EXCEEDED,
                                "the body was not complete after " + millis + " ms; " + received
                                        + " bytes had arrived"),
                        exchange.predictionId()));
    }
}
