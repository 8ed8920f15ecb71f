package dev.sluice.gateway.http;

import dev.sluice.gateway.pipeline.InferenceCall;
import dev.sluice.gateway.pipeline.InferencePipeline;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferRequest;
import dev.sluice.model.InferResponse;
import dev.sluice.model.InferenceException;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.Arrays;
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

    private static final int COMPRESS_BYTES_MIN = 1024;

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

    /** Largest body that is worked on the event loop. */
    int onLoopBytesMax() {
        return (int) Math.min(ON_LOOP_BYTES_MAX, options.bodyBytesMax());
    }

    /** Reads the rest of a request that the HTTP engine has begun, and answers it. */
    void handle(HttpExchange exchange, Endpoint endpoint, BodyDeadlines deadlines, KnownHeadPort port) {
        InferHead head = InferHead.of(exchange, endpoint);
        exchange.connection().knownHeads().learn(exchange.request(), head, exchange.acceptedCoding(), port);
        long deadlineNanos = deadline(exchange, head);
        BodyReader.read(exchange, deadlines, bodies, options.bodyBytesMax(), deadlineNanos, body -> {
            try {
                received(exchange, head, body, deadlineNanos);
            } catch (Throwable e) {
                body.release();
                exchange.failUnexpectedly(e);
            }
        });
    }

    /** Answers a request that is complete and small; its bytes are the caller's again when this returns. */
    void handle(Exchange exchange, InferHead head, byte[] bytes, int offset, int length) {
        InferenceCall call = open(exchange, head);
        if (call == null) {
            bodies.reserve(length);
            byte[] kept = Arrays.copyOfRange(bytes, offset, offset + length);
            whenLoaded(exchange, head, () -> bodies.release(length), () -> {
                try {
                    handle(exchange, head, kept, 0, kept.length);
                } finally {
                    bodies.release(length);
                }
            });
            return;
        }
        BodyCodec.Decoded decoded;
        try {
            decoded = codec(head).decode(call, bytes, offset, length, jsonLength(head.jsonLength(), length));
        } catch (Throwable e) {
            refused(exchange, call, e);
            return;
        }
        run(exchange, call, decoded, deadline(exchange, head));
    }

    /** As {@link InferencePipeline#open}. */
    private @Nullable InferenceCall open(Exchange exchange, InferHead head) {
        InferenceCall call = pipeline.open(head.model(), exchange);
        if (call != null) {
            exchange.concerns(call.version().config().monitoring().log());
        }
        return call;
    }

    private BodyCodec codec(InferHead head) {
        return head.operation() == Endpoint.Operation.INFER ? tensors : rows;
    }

    private long deadline(Exchange exchange, InferHead head) {
        return options.deadlineNanos(exchange.arrivedNanos(), head.timeoutMillis());
    }

    private void received(Exchange exchange, InferHead head, ReceivedBody body, long deadlineNanos) {
        if (head.coding() == ContentCoding.IDENTITY && body.length() <= ON_LOOP_BYTES_MAX) {
            try {
                ReceivedBody.Span sent = body.join();
                handle(exchange, head, sent.array(), sent.offset(), sent.length());
            } finally {
                body.release();
            }
            return;
        }
        InferenceCall call = open(exchange, head);
        if (call == null) {
            whenLoaded(exchange, head, body::release, () -> {
                try {
                    received(exchange, head, body, deadlineNanos);
                } catch (Throwable e) {
                    body.release();
                    throw e;
                }
            });
            return;
        }
        try {
            codecThreads.execute(() -> decodeElsewhere(exchange, call, head, body, deadlineNanos));
        } catch (InferenceException e) {
            body.release();
            refused(exchange, call, e);
        }
    }

    /**
     * Goes on with a request once its version is loaded.
     *
     * @param release gives up what the request holds; called when it cannot go on
     * @param goOn takes what the request holds
     */
    private void whenLoaded(Exchange exchange, InferHead head, Runnable release, Runnable goOn) {
        InferencePipeline.Ending ending = failure -> {
            if (failure != null || exchange.isGone()) {
                release.run();
                if (failure != null) {
                    exchange.fail(failure);
                }
                return;
            }
            try {
                goOn.run();
            } catch (Throwable e) {
                exchange.failUnexpectedly(e);
            }
        };
        try {
            pipeline.awaken(
                    head.model(),
                    exchange.predictionId(),
                    deadline(exchange, head),
                    exchange.loop(),
                    exchange::onGone,
                    ending);
        } catch (InferenceException e) {
            release.run();
            throw e;
        }
    }

    /** On a codec thread; whatever happens, the call goes on or is given up on its loop. */
    private void decodeElsewhere(
            Exchange exchange, InferenceCall call, InferHead head, ReceivedBody body, long deadlineNanos) {
        try {
            requireTimeLeft(exchange, deadlineNanos);
            BodyCodec.Decoded decoded = decode(call, head, body);
            try {
                call.inspect(decoded.inputs());
            } catch (Throwable e) {
                decoded.inputs().release();
                throw e;
            }
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

    private BodyCodec.Decoded decode(InferenceCall call, InferHead head, ReceivedBody body) {
        ReceivedBody.Span sent = body.join();
        if (head.coding() == ContentCoding.IDENTITY) {
            int jsonLength = jsonLength(head.jsonLength(), sent.length());
            return codec(head).decode(call, sent.array(), sent.offset(), sent.length(), jsonLength);
        }
        InflatedBody inflated =
                head.coding().inflate(sent.array(), sent.offset(), sent.length(), options.inflatedBytesMax(), bodies);
        try {
            int jsonLength = jsonLength(head.jsonLength(), inflated.length());
            return codec(head).decode(call, inflated.array(), 0, inflated.length(), jsonLength);
        } finally {
            inflated.release();
        }
    }

    /** Bytes of JSON before the binary tensors; -1 when the whole body is JSON. */
    private static int jsonLength(@Nullable String header, int bodyBytes) {
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
        } catch (Throwable e) {
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
                sendCopy(exchange, call, compressed(exchange, decoded.encode(call, request, response)));
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
            BodyCodec.Encoded encoded = compressed(exchange, decoded.encode(call, request, response))
                    .detached();
            long kept = Math.min(reserved, encoded.length());
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
        if (coding == ContentCoding.IDENTITY || encoded.length() < COMPRESS_BYTES_MIN) {
            return encoded;
        }
        byte[] deflated = coding.deflate(encoded.array(), 0, encoded.length());
        return new BodyCodec.Encoded(deflated, deflated.length, encoded.jsonLength(), coding);
    }

    private static void sendCopy(Exchange exchange, InferenceCall call, BodyCodec.Encoded encoded) {
        if (!exchange.isGone()) {
            String type = putHeaders(exchange, call, encoded);
            if (encoded.length() <= LargeAnswer.PIECE_BYTES_MAX) {
                exchange.sendCopy(200, type, encoded.array(), encoded.length());
            } else {
                exchange.send(200, type, buffer(encoded.detached()));
            }
        }
    }

    private static Future<Void> send(Exchange exchange, InferenceCall call, BodyCodec.Encoded detached) {
        if (exchange.isGone()) {
            return Future.succeededFuture();
        }
        return exchange.send(200, putHeaders(exchange, call, detached), buffer(detached));
    }

    private static Buffer buffer(BodyCodec.Encoded detached) {
        return BufferInternal.buffer(Unpooled.wrappedBuffer(detached.array(), 0, detached.length()));
    }

    /** Sets what is particular to a prediction; returns the media type. */
    private static String putHeaders(Exchange exchange, InferenceCall call, BodyCodec.Encoded encoded) {
        exchange.header("sluice-version", Long.toString(call.route().key().version()));
        exchange.header("sluice-arm", call.route().arm());
        if (encoded.coding() != ContentCoding.IDENTITY) {
            exchange.header("content-encoding", encoded.coding().token());
            exchange.header("vary", "accept-encoding");
        }
        if (encoded.jsonLength() < 0) {
            return Exchange.JSON;
        }
        exchange.header("Inference-Header-Content-Length", Integer.toString(encoded.jsonLength()));
        return Exchange.BINARY;
    }
}
