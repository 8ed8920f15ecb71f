package dev.sluice.gateway.http;

import dev.sluice.gateway.pipeline.InferenceCall;
import dev.sluice.loader.lifecycle.ReadyVersion;
import dev.sluice.model.InferRequest;
import dev.sluice.model.InferResponse;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelKey;
import dev.sluice.model.TensorPool;
import dev.sluice.model.TensorSet;
import dev.sluice.protocol.ByteSink;
import dev.sluice.protocol.CodecLimits;
import dev.sluice.protocol.DecodedRows;
import dev.sluice.protocol.RowSchema;
import dev.sluice.protocol.RowsDecoder;
import dev.sluice.protocol.RowsEncoder;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Bodies of {@code predict}: rows as objects by feature name.
 *
 * <p>Bound: one schema per version; at {@link #SCHEMAS_MAX} all are dropped and made again when needed.
 *
 * <p>Threading: thread-safe; scratch memory is kept per thread.
 */
final class RowBodyCodec implements BodyCodec {
    private static final int SCHEMAS_MAX = 4096;

    private final ThreadLocal<RowsDecoder> decoders;
    private final ThreadLocal<ByteSink> sinks = ThreadLocal.withInitial(ByteSink::new);
    private final RowsEncoder encoder = new RowsEncoder();
    private final Map<ModelKey, RowSchema> schemas = new ConcurrentHashMap<>();

    RowBodyCodec(TensorPool pool, CodecLimits limits) {
        decoders = ThreadLocal.withInitial(() -> new RowsDecoder(pool, limits));
    }

    @Override
    public Decoded decode(InferenceCall call, byte[] body, int offset, int length, int jsonLength) {
        if (jsonLength >= 0) {
            throw InferenceException.invalidInput(
                    "predict takes JSON rows only; binary tensors go to infer (Inference-Header-Content-Length was sent)");
        }
        return new Rows(decoders.get().decode(body, offset, length, schema(call.version())));
    }

    private RowSchema schema(ReadyVersion version) {
        RowSchema schema = schemas.get(version.key());
        if (schema == null) {
            if (schemas.size() >= SCHEMAS_MAX) {
                schemas.clear();
            }
            schema = RowSchema.of(version.signature(), version.config().features());
            schemas.put(version.key(), schema);
        }
        return schema;
    }

    private final class Rows implements Decoded {
        private final DecodedRows decoded;

        Rows(DecodedRows decoded) {
            this.decoded = decoded;
        }

        @Override
        public TensorSet inputs() {
            return decoded.inputs();
        }

        @Override
        public long timeoutNanos() {
            return 0;
        }

        @Override
        public InferRequest request(String predictionId, long deadlineNanos) {
            return new InferRequest(predictionId, "", decoded.inputs(), List.of(), false, Map.of(), 0, deadlineNanos);
        }

        @Override
        public Encoded encode(InferenceCall call, InferRequest request, InferResponse response) {
            ByteSink sink = sinks.get();
            sink.clear();
            encoder.encode(
                    request.predictionId(),
                    decoded.rowCount(),
                    response,
                    call.version().signature(),
                    sink);
            return new Encoded(sink.array(), sink.size(), -1, ContentCoding.IDENTITY);
        }
    }
}
