package dev.sluice.canary.feedback;

import dev.sluice.model.ModelKey;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;

/**
 * Predictions for tests.
 *
 * <p>Threading: stateless.
 */
final class Predictions {
    static final ModelKey MODEL = new ModelKey("fraud", 3);

    private Predictions() {}

    static Prediction of(String id, ModelKey model, long atMillis, int rows) {
        byte[] outputs = ("outputs of " + id).getBytes(StandardCharsets.UTF_8);
        return new Prediction(id, model, "stable", atMillis, 1, rows, new PredictionOutputs("p:FP32[1]", outputs));
    }

    static Prediction of(String id, long atMillis, int rows) {
        return of(id, MODEL, atMillis, rows);
    }

    /** 32 hexadecimal digits. */
    static String id(Random random) {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
