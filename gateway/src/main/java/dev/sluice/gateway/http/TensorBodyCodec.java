package dev.sluice.gateway.http;

import dev.sluice.gateway.pipeline.InferenceCall;
import dev.sluice.model.InferRequest;
import dev.sluice.model.InferResponse;
import dev.sluice.model.TensorPool;
import dev.sluice.model.TensorSet;
import dev.sluice.protocol.ByteSink;
import dev.sluice.protocol.CodecLimits;
import dev.sluice.protocol.DecodedRequest;
import dev.sluice.protocol.InferRequestDecoder;
import dev.sluice.protocol.InferResponseEncoder;

/**
 * Bodies of {@code infer}: the protocol's tensors, in JSON, in binary, or one raw tensor.
 *
 * <p>Threading: thread-safe; scratch memory is kept per thread.
 */
final class TensorBodyCodec implements BodyCodec {

    private static final int RAW = 0;

    private final ThreadLocal<InferRequestDecoder> decoders;
    private final ThreadLocal<ByteSink> sinks = ThreadLocal.withInitial(ByteSink::new);
    private final InferResponseEncoder encoder = new InferResponseEncoder();

    TensorBodyCodec(TensorPool pool, CodecLimits limits) {
        decoders = ThreadLocal.withInitial(() -> new InferRequestDecoder(pool, limits));
    }

    @Override
    public Decoded decode(InferenceCall call, byte[] body, int offset, int length, int jsonLength) {
        InferRequestDecoder decoder = decoders.get();
        DecodedRequest decoded = jsonLength == RAW
                ? decoder.decodeRaw(body, offset, length, call.version().signature())
                : decoder.decode(body, offset, length, jsonLength);
        return new DecodedTensors(decoded);
    }

    private final class DecodedTensors implements Decoded {
        private final DecodedRequest decoded;

        DecodedTensors(DecodedRequest decoded) {
            this.decoded = decoded;
        }

        @Override
        public TensorSet inputs() {
            return decoded.inputs();
        }

        @Override
        public long timeoutNanos() {
            long micros = decoded.timeoutMicros().orElse(0);
            return micros > Long.MAX_VALUE / 1_000 ? Long.MAX_VALUE : micros * 1_000;
        }

        @Override
        public InferRequest request(String predictionId, long deadlineNanos) {
            return new InferRequest(
                    predictionId,
                    decoded.id(),
                    decoded.inputs(),
                    decoded.outputs(),
                    decoded.binaryByDefault(),
                    decoded.parameters(),
                    decoded.priority(),
                    deadlineNanos);
        }

        @Override
        public Encoded encode(InferenceCall call, InferRequest request, InferResponse response) {
            ByteSink sink = sinks.get();
            sink.clear();
            int jsonLength = encoder.encode(request, response, call.version().signature(), sink);
            return new Encoded(sink.array(), sink.size(), jsonLength, ContentCoding.IDENTITY);
        }
    }
}
