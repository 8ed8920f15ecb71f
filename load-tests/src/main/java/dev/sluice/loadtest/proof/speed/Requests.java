package dev.sluice.loadtest.proof.speed;

import dev.sluice.loadtest.BodySource;
import java.util.SplittableRandom;
import java.util.StringJoiner;

/**
 * The requests of the benchmark.
 *
 * <p>Threading: stateless; equal seeds make equal requests.
 */
final class Requests {
    private Requests() {}

    /** One row of {@code columns} numbers in [-1, 1) as FP32 for the input {@code x}, as JSON. */
    static BodySource row(int columns, long seed) {
        return rows(1, columns, seed);
    }

    /** Several such rows in one request. */
    static BodySource rows(int rows, int columns, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        StringJoiner data = new StringJoiner(",", "[", "]");
        for (int i = 0; i < rows * columns; i++) {
            data.add(Float.toString((float) random.nextDouble(-1, 1)));
        }
        String json = "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[" + rows + "," + columns
                + "],\"data\":" + data + "}]}";
        return new BodySource.Fixed(json, "row of the benchmark");
    }
}
