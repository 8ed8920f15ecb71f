package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Texts of different lengths at the same time: every answer is the one that the text gets alone. */
class LengthsIT {
    private static final int TEXTS = 64;
    private static final int CLIENTS = 32;
    private static final float ALLOWED = 1e-5f;

    @Test
    void textsOfAllLengthsGetTheAnswersTheyGetAlone() throws InterruptedException {
        try (RunningGateway gateway =
                RunningGateway.start(Repositories.example("models"), "models.minilm.transform=none")) {
            HttpCalls.Answer metadata = gateway.calls().get("/v2/models/minilm");

            assertThat(metadata.json().at("/properties/padding.mask").asText()).isEqualTo("attention_mask");
            assertAnswersAsAlone(gateway, "minilm", LengthsIT::minilm);
            assertThat(paddingCells(gateway, "minilm")).isPositive();
        }
    }

    @Test
    void withoutPaddingOnlyEqualLengthsShareARunAndAnswersAreTheSame() throws InterruptedException {
        try (RunningGateway gateway = RunningGateway.start(
                Repositories.example("models"), "models.minilm.transform=none", "models.minilm.batching.padding=off")) {
            assertAnswersAsAlone(gateway, "minilm", LengthsIT::minilm);
            assertThat(paddingCells(gateway, "minilm")).isZero();
        }
    }

    /** Its mask has a name of its own, and its answers are as long as the texts, in two layouts. */
    @Test
    void aDeclaredMaskIsUsed(@TempDir Path repository) throws InterruptedException {
        TestModels.copy(repository, "text-tokens");
        Repositories.configure(
                repository, "text-tokens", "batching: {execution: queued, padding: {mask: keep, values: {ids: 3}}}\n");
        try (RunningGateway gateway = RunningGateway.start(repository)) {
            assertAnswersAsAlone(gateway, "text-tokens", LengthsIT::tokens);
            assertThat(MetricsPage.of(gateway).value("sluice_padding", "model", "text-tokens"))
                    .isEqualTo(1);
        }
    }

    private static double paddingCells(RunningGateway gateway, String model) {
        return MetricsPage.of(gateway).value("sluice_batch_padding_cells_total", "model", model);
    }

    private interface Text {
        InferBody body(long[] ids);
    }

    private static InferBody minilm(long[] ids) {
        String shape = "[1," + ids.length + "]";
        return new InferBody()
                .binary("input_ids", "INT64", shape, LittleEndian.longs(ids))
                .binary("attention_mask", "INT64", shape, LittleEndian.longs(ones(ids.length)))
                .binary("token_type_ids", "INT64", shape, LittleEndian.longs(new long[ids.length]))
                .binaryOutputs();
    }

    private static InferBody tokens(long[] ids) {
        String shape = "[1," + ids.length + "]";
        float[] keep = new float[ids.length];
        Arrays.fill(keep, 1);
        return new InferBody()
                .binary(
                        "ids",
                        "INT32",
                        shape,
                        LittleEndian.ints(Arrays.stream(ids)
                                .mapToInt(id -> (int) id % 1000)
                                .toArray()))
                .binary("keep", "FP32", shape, LittleEndian.floats(keep))
                .binaryOutputs();
    }

    private static long[] ones(int count) {
        return LongStream.generate(() -> 1).limit(count).toArray();
    }

    private static void assertAnswersAsAlone(RunningGateway gateway, String model, Text text)
            throws InterruptedException {
        HttpCalls calls = gateway.calls();
        RandomGenerator random = new SplittableRandom(3);
        List<InferBody> bodies = new ArrayList<>();
        List<InferAnswer> alone = new ArrayList<>();
        for (int i = 0; i < TEXTS; i++) {
            int length = random.nextInt(100) < 80 ? 5 + random.nextInt(8) : 20 + random.nextInt(44);
            bodies.add(text.body(random.longs(length, 1000, 30_000).toArray()));
            alone.add(InferAnswer.of(bodies.get(i).postTo(calls, model)));
        }

        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<InferAnswer>> answers = new ArrayList<>();
            for (InferBody body : bodies) {
                answers.add(clients.submit(() -> InferAnswer.of(body.postTo(calls, model))));
            }
            for (int i = 0; i < TEXTS; i++) {
                assertSame(answers.get(i).get(), alone.get(i));
            }
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        } finally {
            clients.shutdownNow();
        }
    }

    private static void assertSame(InferAnswer actual, InferAnswer expected) {
        assertThat(actual.binary().keySet()).isEqualTo(expected.binary().keySet());
        for (String output : expected.binary().keySet()) {
            assertThat(actual.output(output).get("shape"))
                    .isEqualTo(expected.output(output).get("shape"));
            if (expected.output(output).get("datatype").asText().equals("FP32")) {
                assertClose(actual.bytes(output), expected.bytes(output));
            } else {
                assertThat(actual.bytes(output)).isEqualTo(expected.bytes(output));
            }
        }
    }

    private static void assertClose(byte[] actual, byte[] expected) {
        ByteBuffer these = ByteBuffer.wrap(actual).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer those = ByteBuffer.wrap(expected).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(these.remaining()).isEqualTo(those.remaining());
        float worst = 0;
        while (those.hasRemaining()) {
            worst = Math.max(worst, Math.abs(these.getFloat() - those.getFloat()));
        }
        assertThat(worst).isLessThanOrEqualTo(ALLOWED);
    }
}
