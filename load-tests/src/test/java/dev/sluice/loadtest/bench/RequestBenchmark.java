package dev.sluice.loadtest.bench;

import dev.sluice.loader.execution.SignatureCheck;
import dev.sluice.model.InferRequest;
import dev.sluice.model.InferResponse;
import dev.sluice.model.InferenceException;
import dev.sluice.protocol.ByteSink;
import dev.sluice.protocol.CodecLimits;
import dev.sluice.protocol.DecodedRequest;
import dev.sluice.protocol.InferRequestDecoder;
import dev.sluice.protocol.InferResponseEncoder;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The whole way of a request without HTTP: body bytes → decode → check → submit → one batch a tick → run → encode → answer
 * bytes in a sink. One operation is one tick: divide by {@code tick} for a request.
 *
 * <p>Threading: one benchmark thread.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class RequestBenchmark {
    private static final String PREDICTION_ID = "01J9ZC0V3M7Q2T4X6B8D";
    private static final int COMPILING_FLOATS = 16;
    private static final long COMPILING_NANOS = 2_000_000_000;

    /** Model and floats of a row; the same model with few and many floats shows the growth. */
    @Param({"mlp:16", "identity-float32:16", "identity-float32:12288"})
    public String request = "mlp:16";

    /** Requests that arrive together. */
    @Param({"1", "32"})
    public int tick = 1;

    @Param({"inline", "queued"})
    public String runs = "inline";

    private final InferResponseEncoder encoder = new InferResponseEncoder();
    private final ByteSink sink = new ByteSink();
    private BenchModel model;
    private RunnableBatcher batcher;
    private SignatureCheck check;
    private InferRequestDecoder decoder;
    private byte[] body;
    private int answered;

    @Setup
    public void open() {
        String[] parts = request.split(":", 2);
        model = BenchModel.open(parts[0]);
        batcher = new RunnableBatcher(model, runs.equals("inline"));
        check = new SignatureCheck(model.key(), model.model().signature());
        decoder = new InferRequestDecoder(model.pool(), CodecLimits.DEFAULT);
        int floats = Integer.parseInt(parts[1]);
        if (floats > COMPILING_FLOATS) {
            compile();
        }
        body = BenchBodies.json(model.input(), floats);
    }

    /**
     * Has the code compiled with small requests. Large ones are so few in the time of a warm-up that half of the code would
     * still be interpreted, and that makes objects which compiled code does not.
     */
    private void compile() {
        body = BenchBodies.json(model.input(), COMPILING_FLOATS);
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < COMPILING_NANOS) {
            tick();
        }
    }

    @TearDown
    public void close() {
        batcher.close();
        model.close();
    }

    @Benchmark
    public int tick() {
        answered = 0;
        for (int i = 0; i < tick; i++) {
            submit();
        }
        batcher.tick();
        while (answered < tick) {
            batcher.receive();
        }
        return sink.size();
    }

    private void submit() {
        DecodedRequest decoded = decoder.decode(body, 0, body.length, InferRequestDecoder.ALL_JSON);
        InferRequest checked = check.apply(new InferRequest(
                PREDICTION_ID,
                decoded.id(),
                decoded.inputs(),
                decoded.outputs(),
                decoded.binaryByDefault(),
                decoded.parameters(),
                decoded.priority(),
                InferRequest.NO_DEADLINE));
        batcher.submit(checked, (response, failure) -> answer(checked, response, failure));
    }

    private void answer(InferRequest checked, @Nullable InferResponse response, @Nullable InferenceException failure) {
        if (response == null) {
            throw new IllegalStateException(failure);
        }
        sink.clear();
        encoder.encode(checked, response, model.model().signature(), sink);
        response.release();
        answered++;
    }
}
