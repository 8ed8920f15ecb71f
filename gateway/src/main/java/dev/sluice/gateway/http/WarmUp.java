package dev.sluice.gateway.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.canary.inputlog.Rehearsal;
import dev.sluice.gateway.control.ModelCatalog;
import dev.sluice.model.DataType;
import dev.sluice.model.InferRequest;
import dev.sluice.model.InferResponse;
import dev.sluice.model.InferTiming;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelKey;
import dev.sluice.model.ModelRef;
import dev.sluice.model.ModelSignature;
import dev.sluice.model.Shape;
import dev.sluice.model.TensorPool;
import dev.sluice.model.TensorSpec;
import dev.sluice.protocol.ByteSink;
import dev.sluice.protocol.CodecLimits;
import dev.sluice.protocol.DecodedRequest;
import dev.sluice.protocol.InferRequestDecoder;
import dev.sluice.protocol.InferResponseEncoder;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the code of the first requests before there are any: loading and compiling classes takes longer than an event loop may be
 * kept from its work.
 *
 * <p>Touches no model and no statistic. What fails here fails quietly; the first requests are slower then.
 *
 * <p>Threading: blocks; call on the starting thread, before the server says that it is ready.
 */
public final class WarmUp {
    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
    private static final int CODEC_ROUNDS = 20;
    private static final long POOL_BYTES = 1 << 20;
    private static final int HTTP_ROUNDS = 10;
    private static final int TIMEOUT_MILLIS = 2_000;
    private static final int CLOSE_ROUNDS_MAX = 1_000;
    private static final long CLOSE_PAUSE_NANOS = 1_000_000;
    private static final ModelKey KEY = new ModelKey("warm-up", 1);

    private WarmUp() {}

    /**
     * What needs no model: the codec, the input log, and the classes of the metadata's.
     *
     * @return whether it went well
     */
    public static boolean code() {
        TensorPool pool = new TensorPool(POOL_BYTES); // not the server's, whose statistics count requests
        try {
            new ObjectMapper().writeValueAsBytes(Map.of());
            for (int i = 0; i < CODEC_ROUNDS; i++) {
                codec(pool, i == 0);
            }
            return true;
        } catch (RuntimeException | JsonProcessingException e) {
            LOG.debug("event=warm_up_failed", e);
            return false;
        }
    }

    /** What may be asked about each model. */
    public static void metadata(ModelCatalog catalog, List<String> models) {
        ObjectMapper mapper = new ObjectMapper();
        BufferInternal.buffer("allocator");
        try {
            mapper.writeValueAsBytes(catalog.server());
            mapper.writeValueAsBytes(catalog.list());
            mapper.writeValueAsBytes(catalog.index(false));
            for (String model : models) {
                ModelRef ref = new ModelRef(model);
                if (catalog.isReady(ref)) {
                    mapper.writeValueAsBytes(catalog.metadata(ref));
                    mapper.writeValueAsBytes(catalog.config(ref));
                    mapper.writeValueAsBytes(catalog.statistics(ref));
                    mapper.writeValueAsBytes(catalog.tuning(ref));
                    mapper.writeValueAsBytes(catalog.openApi(ref));
                }
            }
        } catch (RuntimeException | JsonProcessingException e) {
            LOG.debug("event=warm_up_failed", e);
        }
    }

    private static void codec(TensorPool pool, boolean recorded) {
        TensorSpec spec = new TensorSpec("x", DataType.FP32, Shape.of(Shape.DYNAMIC, 4));
        ModelSignature signature = new ModelSignature("", List.of(spec), List.of(spec), Map.of());
        byte[] body = ("{\"id\":\"w\",\"parameters\":{\"timeout\":1000},\"inputs\":[{\"name\":\"x\",\"shape\":[1,4],"
                        + "\"datatype\":\"FP32\",\"data\":[1,-2.5e-3,\"NaN\",0.1]}]}")
                .getBytes(StandardCharsets.UTF_8);
        DecodedRequest decoded = new InferRequestDecoder(pool, CodecLimits.DEFAULT).decode(body, 0, body.length, -1);
        try {
            InferRequest request = new InferRequest(
                    "w", "w", decoded.inputs(), List.of(), false, Map.of(), 0, InferRequest.NO_DEADLINE);
            InferResponse response = new InferResponse(KEY, decoded.inputs(), 0, InferTiming.NONE);
            new InferResponseEncoder().encode(request, response, signature, new ByteSink());
            if (recorded) {
                Rehearsal.of(request, response, signature);
            }
        } finally {
            decoded.release();
        }
        HttpErrors.body(InferenceException.invalidInput("warm-up"), "w");
    }

    /**
     * The socket itself, by a few calls to the server's own port that ask for nothing. Their connections end a moment after they
     * are answered: returns when they do not take a place from the first clients any more.
     */
    public static void socket(String host, int port, IntSupplier openConnections) {
        try {
            InetAddress listening = InetAddress.getByName(host);
            InetAddress address = listening.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : listening;
            for (int i = 0; i < HTTP_ROUNDS; i++) {
                call(address, port, "GET /v2/health/live HTTP/1.1\r\nHost: w\r\nConnection: close\r\n\r\n");
                call(
                        address,
                        port,
                        "POST /v2/models/%00/infer HTTP/1.1\r\nHost: w\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}");
            }
        } catch (IOException e) {
            LOG.debug("event=warm_up_failed", e);
        }
        // Also where a call was refused because the one before it still held the only place.
        for (int i = 0; i < CLOSE_ROUNDS_MAX && openConnections.getAsInt() > 0; i++) {
            LockSupport.parkNanos(CLOSE_PAUSE_NANOS);
        }
    }

    private static void call(InetAddress address, int port, String request) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(new InetSocketAddress(address, port), TIMEOUT_MILLIS);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            in.readAllBytes();
        }
    }
}
