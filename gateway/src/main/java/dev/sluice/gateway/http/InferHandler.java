package dev.sluice.gateway.http;

import dev.sluice.gateway.pipeline.InferenceCall;
import dev.sluice.gateway.pipeline.InferencePipeline;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferRequest;
import dev.sluice.model.InferResponse;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelRef;
import dev.sluice.model.VersionSelector;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
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

    static final String HEADER_LENGTH = "inference-header-content-length";
    static final String TIMEOUT_HEADER = "sluice-timeout-ms";

    private static final int COMPRESS_BYTES_MIN = 1024;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final InferencePipeline pipeline;
    private final BodyCodec tensors;
    private final BodyCodec rows;
    private final CodecThreads codecThreads;
    private final HttpFrontOptions options;

    InferHandler(
            InferencePipeline pipeline,
            BodyCodec tensors,
            BodyCodec rows,
            CodecThreads codecThreads,
            HttpFrontOptions options) {
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
        BodyReader.read(exchange, deadlines, options.bodyBytesMax(), body -> {
            try {
                received(exchange, endpoint, coding, body, deadlineNanos);
            } catch (RuntimeException e) {
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

    private void received(Exchange exchange, Endpoint endpoint, ContentCoding coding, Buffer body, long deadlineNanos) {
        BodyCodec codec = endpoint.operation() == Endpoint.Operation.INFER ? tensors : rows;
        InferenceCall call = pipeline.open(
                new ModelRef(endpoint.model(), VersionSelector.parse(endpoint.version())),
                exchange.predictionId(),
                exchange.arrivedNanos());
        String headerLength = exchange.request().getHeader(HEADER_LENGTH);
        if (coding == ContentCoding.IDENTITY && body.length() <= ON_LOOP_BYTES_MAX) {
            BodyCodec.Decoded decoded;
            try {
                decoded = decode(codec, call, ContentCoding.IDENTITY, body, headerLength);
            } catch (RuntimeException e) {
                refused(exchange, call, e);
                return;
            }
            run(exchange, call, decoded, deadlineNanos);
            return;
        }
        try {
            codecThreads.execute(() -> {
                try {
                    BodyCodec.Decoded decoded = decode(codec, call, coding, body, headerLength);
                    exchange.loop().execute(() -> run(exchange, call, decoded, deadlineNanos));
                } catch (RuntimeException e) {
                    exchange.loop().execute(() -> refused(exchange, call, e));
                }
            });
        } catch (InferenceException e) {
            refused(exchange, call, e);
        }
    }

    private BodyCodec.Decoded decode(
            BodyCodec codec, InferenceCall call, ContentCoding coding, Buffer body, @Nullable String headerLength) {
        ByteBuf bytes = ((BufferInternal) body).getByteBuf();
        byte[] array;
        int offset = 0;
        int length = bytes.readableBytes();
        if (bytes.hasArray()) {
            array = bytes.array();
            offset = bytes.arrayOffset() + bytes.readerIndex();
        } else {
            array = body.getBytes();
        }
        if (coding != ContentCoding.IDENTITY) {
            array = coding.inflate(array, offset, length, options.inflatedBytesMax());
            offset = 0;
            length = array.length;
        }
        return codec.decode(call, array, offset, length, headerLength(headerLength, length));
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

    private static void refused(Exchange exchange, InferenceCall call, RuntimeException failure) {
        InferenceException reason = failure instanceof InferenceException known
                ? known
                : new InferenceException(ErrorCode.BUG, "internal error", failure);
        call.abandon(reason);
        exchange.fail(reason);
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
        InferRequest request = decoded.request(exchange.predictionId(), deadlineNanos);
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
        if (response.outputs().byteSize() <= ON_LOOP_BYTES_MAX) {
            try {
                send(exchange, call, compressed(exchange, decoded.encode(call, request, response)));
            } catch (RuntimeException e) {
                exchange.failUnexpectedly(e);
            } finally {
                response.release();
            }
            return;
        }
        try {
            codecThreads.execute(() -> {
                try {
                    BodyCodec.Encoded encoded = compressed(exchange, decoded.encode(call, request, response));
                    exchange.loop().execute(() -> send(exchange, call, encoded));
                } catch (RuntimeException e) {
                    exchange.loop().execute(() -> exchange.failUnexpectedly(e));
                } finally {
                    response.release();
                }
            });
        } catch (InferenceException e) {
            response.release();
            exchange.fail(e);
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

    private static void send(Exchange exchange, InferenceCall call, BodyCodec.Encoded encoded) {
        if (exchange.isGone()) {
            return;
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
        exchange.send(
                200,
                binary ? Exchange.BINARY : Exchange.JSON,
                BufferInternal.buffer(Unpooled.wrappedBuffer(encoded.bytes())));
    }
}
