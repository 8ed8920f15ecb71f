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
    private static final int FIRST_TOKEN = 1_000;
    private static final int TOKENS_END = 30_000;

    private Requests() {}

    /** One text of {@code tokens} tokens for a sentence encoder. */
    static BodySource text(int tokens, long seed) {
        return new BodySource.Fixed(textJson(tokens, seed), "text of the benchmark");
    }

    /** The same as JSON. */
    static String textJson(int tokens, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        StringJoiner ids = new StringJoiner(",", "[", "]");
        StringJoiner mask = new StringJoiner(",", "[", "]");
        StringJoiner types = new StringJoiner(",", "[", "]");
        for (int i = 0; i < tokens; i++) {
            ids.add(Integer.toString(random.nextInt(FIRST_TOKEN, TOKENS_END)));
            mask.add("1");
            types.add("0");
        }
        return "{\"inputs\":[" + tokens("input_ids", tokens, ids) + "," + tokens("attention_mask", tokens, mask) + ","
                + tokens("token_type_ids", tokens, types) + "]}";
    }

    private static String tokens(String name, int count, StringJoiner data) {
        return "{\"name\":\"" + name + "\",\"datatype\":\"INT64\",\"shape\":[1," + count + "],\"data\":" + data + "}";
    }

    /** One row of {@code columns} numbers in [-1, 1) for the input {@code x}. */
    static BodySource row(int columns, long seed) {
        return new BodySource.Fixed(rowJson("x", seed, columns), "row of the benchmark");
    }

    /** One request with several such rows. */
    static BodySource rows(int rows, int columns, long seed) {
        return new BodySource.Fixed(json("x", seed, rows, columns), "rows of the benchmark");
    }

    /** A request with one row of this shape as FP32, as JSON. */
    static String rowJson(String input, long seed, int... shape) {
        return json(input, seed, 1, shape);
    }

    private static String json(String input, long seed, int rows, int... shape) {
        SplittableRandom random = new SplittableRandom(seed);
        int elements = rows;
        StringJoiner dimensions = new StringJoiner(",", "[" + rows + ",", "]");
        for (int dimension : shape) {
            elements *= dimension;
            dimensions.add(Integer.toString(dimension));
        }
        StringJoiner data = new StringJoiner(",", "[", "]");
        for (int i = 0; i < elements; i++) {
            data.add(Float.toString((float) random.nextDouble(-1, 1)));
        }
        return "{\"inputs\":[{\"name\":\"" + input + "\",\"datatype\":\"FP32\",\"shape\":" + dimensions + ",\"data\":"
                + data + "}]}";
    }
}
