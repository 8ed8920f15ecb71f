package dev.sluice.canary.feedback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.model.ModelKey;
import java.util.ArrayList;
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
            assertThat(entries.get(i).prediction())
                    .usingRecursiveComparison()
                    .isEqualTo(expected);
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

        assertThatThrownBy(() -> PredictionChunk.decode(bytes))
                .hasMessage("predictions must be of format 1, got 9");
    }
}
