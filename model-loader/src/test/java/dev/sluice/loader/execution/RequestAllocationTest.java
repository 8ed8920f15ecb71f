package dev.sluice.loader.execution;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.batching.BatchPolicy;
import dev.sluice.loader.batching.BatchResources;
import dev.sluice.loader.batching.Batcher;
import dev.sluice.loader.batching.InferenceThreads;
import dev.sluice.loader.batching.InlineRuns;
import dev.sluice.loader.batching.StageObserver;
import dev.sluice.loader.fakes.FakeNanoClock;
import dev.sluice.loader.fakes.FakeRequestLoop;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.runtime.RuntimeOptions;
import dev.sluice.loader.runtime.ServableModel;
import dev.sluice.loader.runtime.onnx.OnnxModelLoader;
import dev.sluice.model.InferRequest;
import dev.sluice.model.ModelKey;
import dev.sluice.model.NanoClock;
import dev.sluice.model.TensorPool;
import dev.sluice.protocol.ByteSink;
import dev.sluice.protocol.CodecLimits;
import dev.sluice.protocol.DecodedRequest;
import dev.sluice.protocol.InferRequestDecoder;
import dev.sluice.protocol.InferResponseEncoder;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Heap that one request takes from the bytes of its body to the bytes of its answer, where {@code TICK} of them arrive
 * together and run inline.
 *
 * <p>The bounds are for code that is hardly compiled, which makes more objects than compiled code does; {@code load-tests/prove
 * alloc} measures the latter.
 */
class RequestAllocationTest {
    private static final int TICK = 32;
    private static final int RUNS = 20;

    private final com.sun.management.ThreadMXBean counters =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final TensorPool pool = new TensorPool(64 << 20);
    private final InferenceThreads threads = InferenceThreads.start(1);
    private final FakeRequestLoop loop = new FakeRequestLoop(0, new FakeNanoClock());
    private final InferRequestDecoder decoder = new InferRequestDecoder(pool, CodecLimits.DEFAULT);
    private final InferResponseEncoder encoder = new InferResponseEncoder();
    private final ByteSink sink = new ByteSink();
    private int answered;

    @AfterEach
    void leavesNoMemoryBehind() {
        threads.close();
        assertThat(pool.bytesInUse()).isZero();
    }

    private static byte[] body(String input, int floats) {
        SplittableRandom random = new SplittableRandom(11);
        StringBuilder data = new StringBuilder();
        for (int i = 0; i < floats; i++) {
            data.append(i == 0 ? "" : ",").append((float) random.nextDouble(-2, 2));
        }
        return ("{\"inputs\":[{\"name\":\"" + input + "\",\"datatype\":\"FP32\",\"shape\":[1," + floats + "],\"data\":["
                        + data + "]}]}")
                .getBytes(UTF_8);
    }

    private long bytesPerRequest(String name, int floats) throws ModelLoadException {
        ModelKey key = new ModelKey(name, 1);
        Path file = Path.of("src/test/models", name, "1", "model.onnx");
        try (ServableModel model = new OnnxModelLoader(pool, 1, true).load(key, file, RuntimeOptions.DEFAULT)) {
            Batcher batcher = new Batcher(
                    key,
                    model,
                    new BatchPolicy(true, 64, 4096, 1 << 30, 1, InlineRuns.ALWAYS),
                    new BatchResources(pool, threads, NanoClock.system(), InstantSource.system()),
                    StageObserver.none());
            byte[] body = body(model.signature().inputs().get(0).name(), floats);
            SignatureCheck check = new SignatureCheck(key, model.signature());
            for (int i = 0; i < RUNS; i++) {
                tick(model, batcher, check, body);
            }
            long before = counters.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < RUNS; i++) {
                tick(model, batcher, check, body);
            }
            long bytes = (counters.getCurrentThreadAllocatedBytes() - before) / (RUNS * TICK);
            batcher.close(() -> {});
            return bytes;
        }
    }

    private void tick(ServableModel model, Batcher batcher, SignatureCheck check, byte[] body) {
        answered = 0;
        for (int i = 0; i < TICK; i++) {
            DecodedRequest decoded = decoder.decode(body, 0, body.length, InferRequestDecoder.ALL_JSON);
            InferRequest request = check.apply(new InferRequest(
                    "p",
                    decoded.id(),
                    decoded.inputs(),
                    decoded.outputs(),
                    decoded.binaryByDefault(),
                    decoded.parameters(),
                    decoded.priority(),
                    InferRequest.NO_DEADLINE));
            batcher.submit(request, loop, (response, failure) -> {
                if (response == null) {
                    throw new AssertionError(failure);
                }
                sink.clear();
                encoder.encode(request, response, model.signature(), sink);
                response.release();
                answered++;
            });
        }
        loop.tick();
        // Answers that take long to write leave the loop in between.
        loop.runUntil(() -> answered == TICK);
    }

    @Test
    void requestOfSixteenFloatsTakesLittleHeap() throws ModelLoadException {
        assertThat(bytesPerRequest("mlp", 16)).isLessThan(700);
    }

    @Test
    void manyFloatsTakeAsLittleHeapAsFew() throws ModelLoadException {
        long few = bytesPerRequest("identity-float32", 16);
        long many = bytesPerRequest("identity-float32", 12_288);

        assertThat(many).isLessThan(few + few / 20);
    }
}
