package dev.sluice.canary.feedback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.model.ModelKey;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PredictionChunkTest {
    @Test
    void readsWhatItHasWritten() {
        Random random = new Random(1);
        List<Prediction> predictions = new ArrayList<>();
        for (int i = 0; i < PredictionChunk.PREDICTIONS_MAX; i++) {
            String id = i % 3 == 0 ? "client-" + i + "-ü" : Predictions.id(random);
            byte[] outputs = new byte[random.nextInt(300)];
            random.nextBytes(outputs);
            predictions.add(new Prediction(
                    id,
                    new ModelKey("m" + i % 4, 1 + i % 2),
                    i % 5 == 0 ? "canary" : "stable",
                    1_700_000_000_000L + random.nextInt(2_000) - 1_000,
                    i % 7 == 0 ? 0.25 : 1,
                    1 + random.nextInt(200),
                    new PredictionOutputs("layout " + i % 3, outputs)));
        }

        byte[] bytes = PredictionChunk.encode(predictions);

        int row = 0;
        List<PredictionChunk.Entry> entries = PredictionChunk.decode(bytes);
        assertThat(entries).hasSameSizeAs(predictions);
        for (int i = 0; i < predictions.size(); i++) {
            Prediction expected = predictions.get(i);
            assertThat(entries.get(i).firstRow()).isEqualTo(row);
            assertThat(entries.get(i).prediction()).usingRecursiveComparison().isEqualTo(expected);
            assertThat(PredictionChunk.find(bytes, row))
                    .usingRecursiveComparison()
                    .isEqualTo(expected);
            row += expected.rows();
        }
        assertThat(PredictionChunk.find(bytes, row)).isNull();
    }

    @Test
    void findsNothingAtARowThatIsNotTheFirstOfItsPrediction() {
        byte[] bytes = PredictionChunk.encode(List.of(Predictions.of("a", 1, 3), Predictions.of("b", 1, 1)));

        assertThat(PredictionChunk.find(bytes, 1)).isNull();
    }

    @Test
    void refusesAFormatThatIsNotKnown() {
        byte[] bytes = PredictionChunk.encode(List.of(Predictions.of("a", 1, 3)));
        bytes[0] = 9;

        assertThatThrownBy(() -> PredictionChunk.decode(bytes)).hasMessage("predictions must be of format 1, got 9");
    }

    /** What format 1 has written must be readable for ever. */
    @Test
    void readsTheFirstFormat() {
        byte[] golden = HexFormat.of()
                .parseHex("01020566726175640306737461626c650c703a465033325b322c20315d056672617564040663616e617279"
                        + "000000019ca9450a7b021c0100112233445566778899aabbccddeeff0000020000803f0000004015020863"
                        + "6c69656e742d31012d3fd000000000000001");

        List<PredictionChunk.Entry> entries = PredictionChunk.decode(golden);

        PredictionOutputs outputs =
                new PredictionOutputs("p:FP32[2, 1]", new byte[] {0, 0, (byte) 0x80, 0x3f, 0, 0, 0, 0x40});
        Prediction first = new Prediction(
                "00112233445566778899aabbccddeeff", new ModelKey("fraud", 3), "stable", 1772366400123L, 1, 2, outputs);
        Prediction second = new Prediction(
                "client-1", new ModelKey("fraud", 4), "canary", 1772366400100L, 0.25, 1, PredictionOutputs.NONE);
        assertThat(entries)
                .usingRecursiveComparison()
                .isEqualTo(List.of(new PredictionChunk.Entry(0, first), new PredictionChunk.Entry(2, second)));
        assertThat(PredictionChunk.encode(List.of(first, second))).isEqualTo(golden);
    }
}
