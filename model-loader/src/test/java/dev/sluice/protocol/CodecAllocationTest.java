package dev.sluice.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.InferRequest;
import dev.sluice.model.InferResponse;
import dev.sluice.model.InferTiming;
import dev.sluice.model.ModelKey;
import dev.sluice.model.ModelSignature;
import dev.sluice.model.Shape;
import dev.sluice.model.TensorBlock;
import dev.sluice.model.TensorSet;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Heap taken by one body does not depend on the number of its elements. */
class CodecAllocationTest {
    private static final int RUNS = 50;
    private static final int SMALL = 16;
    private static final int LARGE = 12_288;

    private final com.sun.management.ThreadMXBean threads =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    private long bytesPerRun(Runnable run) {
        for (int i = 0; i < RUNS; i++) {
            run.run();
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < RUNS; i++) {
            run.run();
        }
        return (threads.getCurrentThreadAllocatedBytes() - before) / RUNS;
    }

    private static float[] values(int count) {
        SplittableRandom random = new SplittableRandom(11);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextDouble();
        }
        return values;
    }

    private static byte[] request(int count) {
        StringBuilder data = new StringBuilder();
        for (float value : values(count)) {
            data.append(data.isEmpty() ? "[" : ",").append(value);
        }
        return DecoderFixture.input("FP32", "[1," + count + "]", data + "]").getBytes(UTF_8);
    }

    private long decoding(int count) {
        DecoderFixture fixture = new DecoderFixture();
        byte[] body = request(count);
        return bytesPerRun(
                () -> fixture.decoder.decode(body, 0, body.length, -1).release());
    }

    private long encoding(int count) {
        InferRequest request = new InferRequest(
                "p",
                "",
                new TensorSet(List.of(), TensorBlock.unpooled(0)),
                List.of(),
                false,
                Map.of(),
                0,
                InferRequest.NO_DEADLINE);
        TensorSet outputs = new TensorSet(
                List.of(DecoderFixture.floats("y", Shape.of(1, count), values(count))), TensorBlock.unpooled(0));
        InferResponse response = new InferResponse(new ModelKey("m", 1), outputs, 0, InferTiming.NONE);
        ModelSignature signature = DecoderFixture.signature(List.of(), List.of());
        ByteSink sink = new ByteSink();
        InferResponseEncoder encoder = new InferResponseEncoder();
        return bytesPerRun(() -> {
            sink.clear();
            encoder.encode(request, response, signature, sink);
        });
    }

    @Test
    void decodingTakesNoHeapPerElement() {
        long small = decoding(SMALL);

        assertThat(small).isLessThan(400);
        assertThat(decoding(LARGE)).isLessThan(small + 1_000);
    }

    @Test
    void encodingTakesNoHeapPerElement() {
        long small = encoding(SMALL);

        assertThat(small).isLessThan(200);
        assertThat(encoding(LARGE)).isLessThan(small + 1_000);
    }
}
