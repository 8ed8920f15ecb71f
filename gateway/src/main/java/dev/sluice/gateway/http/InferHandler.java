package dev.sluice.gateway.http;

import dev.sluice.gateway.pipeline.InferenceCall;
import dev.sluice.gateway.pipeline.InferencePipeline;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferRequest;
import dev.sluice.model.InferResponse;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelRef;
import dev.sluice.model.VersionSelector;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Predictions: tensors ({@code infer}) and rows by feature name ({@code predict}).
 *
 * <p>Small bodies are read and written on the event loop; large or compressed ones on codec threads, and the request comes
 * back to its loop in between.
 *
 * <p>Threading: thread-safe; called on event loops.
 */
final class InferHandler {
    /** Bodies up to this many bytes are worked on the event loop. */
    static final int ON_LOOP_BYTES_MAX = 64 << 10;

    /** Outputs up to this many bytes are written there; their text may be several times as long. */
    static final int ON_LOOP_OUTPUT_BYTES_MAX = 16 << 10;

    /** A byte of a tensor takes up to five characters, and the text is copied once. */
    private static final int JSON_BYTES_PER_BYTE = 10;

    static final String HEADER_LENGTH = "inference-header-content-length";
    static final String TIMEOUT_HEADER = "sluice-timeout-ms";

    private static final int COMPRESS_BYTES_MIN = 1024;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final InferencePipeline pipeline;
    private final BodyCodec tensors;
    private final BodyCodec rows;
    private final CodecThreads codecThreads;
    private final HeapBudget bodies;
    private final HttpFrontOptions options;

    InferHandler(
            InferencePipeline pipeline,
            BodyCodec tensors,
            BodyCodec rows,
            CodecThreads codecThreads,
            HeapBudget bodies,
            HttpFrontOptions options) {
        this.bodies = bodies;
        this.pipeline = pipeline;
        this.tensors = tensors;
        this.rows = rows;
        this.codecThreads = codecThreads;
        this.options = options;
    }

    void handle(Exchange exchange, Endpoint endpoint, BodyDeadlines deadlines) {
        ContentCoding coding = contentCoding(exchange);
        requireMediaType(exchange);
        long deadlineNanos = headerDeadline(exchange);
        BodyReader.read(exchange, deadlines, bodies, options.bodyBytesMax(), deadlineNanos, body -> {
            try {
                received(exchange, endpoint, coding, body, deadlineNanos);
            } catch (RuntimeException e) {
                body.release();
                exchange.failUnexpectedly(e);
            }
        });
    }

    private static ContentCoding contentCoding(Exchange exchange) {
        try {
            return ContentCoding.of(exchange.request().getHeader("content-encoding"));
        } catch (InferenceException e) {
            exchange.response().putHeader("accept-encoding", ContentCoding.ACCEPTED);
            throw e;
        }
    }

    /** JSON and binary tensors; the default type of curl's -d goes as JSON, because everybody forgets to set it. */
    private static void requireMediaType(Exchange exchange) {
        String header = exchange.request().getHeader("content-type");
        if (header == null) {
            return;
        }
        int semicolon = header.indexOf(';');
        String type =
                (semicolon < 0 ? header : header.substring(0, semicolon)).trim().toLowerCase(Locale.ROOT);
        boolean taken = type.isEmpty()
                || type.equals(Exchange.JSON)
                || type.equals(Exchange.BINARY)
                || type.equals("application/x-www-form-urlencoded")
                || (type.startsWith("application/") && type.endsWith("+json"));
        if (!taken) {
            throw new InferenceException(
                    ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                    "Content-Type must be application/json, or application/octet-stream for binary tensors, got '"
                            + Quoted.of(header) + "'");
        }
    }

    private long headerDeadline(Exchange exchange) {
        String header = exchange.request().getHeader(TIMEOUT_HEADER);
        long millis = options.requestTimeout().toMillis();
        if (header != null) {
            long asked;
            try {
                asked = Long.parseLong(header.trim());
            } catch (NumberFormatException e) {
                asked = 0;
            }
            if (asked < 1 || asked > Integer.MAX_VALUE) {
                throw InferenceException.invalidInput(
                        "header " + TIMEOUT_HEADER + " must be a whole number of milliseconds between 1 and "
                                + Integer.MAX_VALUE + ", got '" + Quoted.of(header) + "'");
            }
            millis = millis == 0 ? asked : Math.min(millis, asked);
        }
        return millis == 0 ? InferRequest.NO_DEADLINE : exchange.arrivedNanos() + millis * NANOS_PER_MILLI;
    }

    private void received(
            Exchange exchange, Endpoint endpoint, ContentCoding coding, ReceivedBody body, long deadlineNanos) {
        BodyCodec codec = endpoint.operation() == Endpoint.Operation.INFER ? tensors : rows;
        InferenceCall call = pipeline.open(
                new ModelRef(endpoint.model(), VersionSelector.parse(endpoint.version())),
                exchange.predictionId(),
                exchange.arrivedNanos());
        String headerLength = exchange.request().getHeader(HEADER_LENGTH);
        if (coding == ContentCoding.IDENTITY && body.length() <= ON_LOOP_BYTES_MAX) {
            BodyCodec.Decoded decoded;
            try {
                decoded = decode(codec, call, coding, body, headerLength);
            } catch (Throwable e) {
                refused(exchange, call, e);
                return;
            } finally {
                body.release();
            }
            run(exchange, call, decoded, deadlineNanos);
            return;
        }
        try {
            codecThreads.execute(
                    () -> decodeElsewhere(exchange, call, codec, coding, body, headerLength, deadlineNanos));
        } catch (InferenceException e) {
            body.release();
            refused(exchange, call, e);
        }
    }

    /** On a codec thread; whatever happens, the call goes on or is given up on its loop. */
    private void decodeElsewhere(
            Exchange exchange,
            InferenceCall call,
            BodyCodec codec,
            ContentCoding coding,
            ReceivedBody body,
            @Nullable String headerLength,
            long deadlineNanos) {
        try {
            requireTimeLeft(exchange, deadlineNanos);
            BodyCodec.Decoded decoded = decode(codec, call, coding, body, headerLength);
            exchange.loop().execute(() -> run(exchange, call, decoded, deadlineNanos));
        } catch (Throwable e) {
            exchange.loop().execute(() -> refused(exchange, call, e));
        } finally {
            body.release();
        }
    }

    private static void requireTimeLeft(Exchange exchange, long deadlineNanos) {
        if (exchange.isGone()) {
            throw new InferenceException(ErrorCode.CANCELLED, "the client has gone");
        }
        if (deadlineNanos != InferRequest.NO_DEADLINE && System.nanoTime() - deadlineNanos >= 0) {
            throw new InferenceException(
                    ErrorCode.DEADLINE_EXCEEDED, "the deadline passed while the body waited to be read");
        }
    }

    private BodyCodec.Decoded decode(
            BodyCodec codec,
            InferenceCall call,
            ContentCoding coding,
            ReceivedBody body,
            @Nullable String headerLength) {
        ReceivedBody.Span sent = body.join();
        if (coding == ContentCoding.IDENTITY) {
            return codec.decode(
                    call, sent.array(), sent.offset(), sent.length(), headerLength(headerLength, sent.length()));
        }
        InflatedBody inflated =
                coding.inflate(sent.array(), sent.offset(), sent.length(), options.inflatedBytesMax(), bodies);
        try {
            return codec.decode(
                    call, inflated.array(), 0, inflated.length(), headerLength(headerLength, inflated.length()));
        } finally {
            inflated.release();
        }
    }

    /** Bytes of JSON before the binary tensors; -1 when the whole body is JSON. */
    private static int headerLength(@Nullable String header, int bodyBytes) {
        if (header == null) {
            return -1;
        }
        long bytes;
        try {
            bytes = Long.parseLong(header.trim());
        } catch (NumberFormatException e) {
            throw InferenceException.invalidInput(
                    "Inference-Header-Content-Length must be a number of bytes, got '" + Quoted.of(header) + "'");
        }
        if (bytes < 0 || bytes > bodyBytes) {
            throw InferenceException.invalidInput("Inference-Header-Content-Length must be between 0 and the body's "
                    + bodyBytes + " bytes, got " + bytes);
        }
        return (int) bytes;
    }

    private static void refused(Exchange exchange, InferenceCall call, Throwable failure) {
        InferenceException reason = reason(failure);
        call.abandon(reason);
        exchange.fail(reason);
    }

    private static InferenceException reason(Throwable failure) {
        if (failure instanceof InferenceException known) {
            return known;
        }
        if (failure instanceof OutOfMemoryError) {
            return new InferenceException(ErrorCode.OVERLOADED, "the server has no memory left for this body", failure);
        }
        return new InferenceException(ErrorCode.BUG, "internal error", failure);
    }

    private void run(Exchange exchange, InferenceCall call, BodyCodec.Decoded decoded, long headerDeadlineNanos) {
        if (exchange.isGone()) {
            decoded.inputs().release();
            call.abandon(new InferenceException(ErrorCode.CANCELLED, "the client has gone"));
            return;
        }
        long deadlineNanos = headerDeadlineNanos;
        if (decoded.timeoutNanos() > 0) {
            // Compared as distances: nanoTime may be negative or wrap.
            long asked = exchange.arrivedNanos() + decoded.timeoutNanos();
            boolean earlier = deadlineNanos == InferRequest.NO_DEADLINE
                    || decoded.timeoutNanos() < deadlineNanos - exchange.arrivedNanos();
            deadlineNanos = earlier ? asked : deadlineNanos;
        }
        InferRequest request;
        try {
            request = decoded.request(exchange.predictionId(), deadlineNanos);
        } catch (RuntimeException e) {
            decoded.inputs().release();
            refused(exchange, call, e);
            return;
        }
        exchange.onGone(call::cancel);
        call.run(request, exchange.loop(), new InferenceCall.Outcome() {
            @Override
            public void answered(InferResponse response) {
                encode(exchange, call, request, decoded, response);
            }

            @Override
            public void failed(InferenceException failure) {
                exchange.fail(failure);
            }
        });
    }

    private void encode(
            Exchange exchange,
            InferenceCall call,
            InferRequest request,
            BodyCodec.Decoded decoded,
            InferResponse response) {
        if (exchange.isGone()) {
            response.release();
            return;
        }
        if (response.outputs().byteSize() <= ON_LOOP_OUTPUT_BYTES_MAX) {
            try {
                send(exchange, call, compressed(exchange, decoded.encode(call, request, response)));
            } catch (Throwable e) {
                exchange.fail(reason(e));
            } finally {
                response.release();
            }
            return;
        }
        try {
            codecThreads.execute(() -> encodeElsewhere(exchange, call, request, decoded, response));
        } catch (InferenceException e) {
            response.release();
            exchange.fail(e);
        }
    }

    /**
     * On a codec thread, with memory reserved for a text that may be several times as long as the tensors; what the answer really
     * takes stays reserved until the client has it.
     */
    private void encodeElsewhere(
            Exchange exchange,
            InferenceCall call,
            InferRequest request,
            BodyCodec.Decoded decoded,
            InferResponse response) {
        long reserved = 0;
        try {
            long estimate = response.outputs().byteSize() * (request.binaryByDefault() ? 2 : JSON_BYTES_PER_BYTE);
            bodies.reserve(estimate);
            reserved = estimate;
            BodyCodec.Encoded encoded = compressed(exchange, decoded.encode(call, request, response));
            long kept = Math.min(reserved, encoded.bytes().length);
            reserved -= kept;
            exchange.loop().execute(() -> {
                try {
                    send(exchange, call, encoded).onComplete(ignored -> bodies.release(kept));
                } catch (RuntimeException e) {
                    bodies.release(kept);
                    exchange.fail(reason(e));
                }
            });
        } catch (Throwable e) {
            exchange.loop().execute(() -> exchange.fail(reason(e)));
        } finally {
            bodies.release(reserved);
            response.release();
        }
    }

    private static BodyCodec.Encoded compressed(Exchange exchange, BodyCodec.Encoded encoded) {
        ContentCoding coding = exchange.acceptedCoding();
        if (coding == ContentCoding.IDENTITY || encoded.bytes().length < COMPRESS_BYTES_MIN) {
            return encoded;
        }
        byte[] deflated = coding.deflate(encoded.bytes(), 0, encoded.bytes().length);
        return new BodyCodec.Encoded(deflated, encoded.jsonLength(), coding);
    }

    private static Future<Void> send(Exchange exchange, InferenceCall call, BodyCodec.Encoded encoded) {
        if (exchange.isGone()) {
            return Future.succeededFuture();
        }
        var response = exchange.response();
        response.putHeader("sluice-version", Long.toString(call.route().key().version()));
        response.putHeader("sluice-arm", call.route().arm());
        if (encoded.coding() != ContentCoding.IDENTITY) {
            response.putHeader("content-encoding", encoded.coding().token());
            response.putHeader("vary", "accept-encoding");
        }
        boolean binary = encoded.jsonLength() >= 0;
        if (binary) {
            response.putHeader("Inference-Header-Content-Length", Integer.toString(encoded.jsonLength()));
        }
        return exchange.send(
                200,
                binary ? Exchange.BINARY : Exchange.JSON,
                BufferInternal.buffer(Unpooled.wrappedBuffer(encoded.bytes())));
    }
}
