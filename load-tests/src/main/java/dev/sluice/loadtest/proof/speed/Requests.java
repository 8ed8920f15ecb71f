package dev.sluice.loadtest.proof.speed;

import dev.sluice.loadtest.BodySource;
import dev.sluice.loadtest.RequestBody;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.StringJoiner;
import java.util.function.LongFunction;
import java.util.stream.Stream;

/**
 * The requests of the benchmark. There are many different ones of the same shape, sent in turn: of a few rows that come again and
 * again, a processor keeps the branches and the weights that they need, and computes them faster than rows of real traffic.
 *
 * <p>Threading: stateless; equal seeds make equal requests.
 */
final class Requests {
    private static final int FIRST_TOKEN = 1_000;
    private static final int TOKENS_END = 30_000;

    private Requests() {}

    /** Requests with one text of {@code tokens} tokens for a sentence encoder, all different. */
    static BodySource texts(int count, int tokens, long seed) {
        return inTurn(count, seed, each -> textJson(tokens, each));
    }

    /** Such a request as JSON. */
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

    /** Requests with {@code rows} rows of {@code columns} numbers in [-1, 1) for the input {@code x}, all different. */
    static BodySource rows(int count, int rows, int columns, long seed) {
        return inTurn(count, seed, each -> json("x", each, rows, columns));
    }

    private static BodySource inTurn(int count, long seed, LongFunction<String> json) {
        SplittableRandom seeds = new SplittableRandom(seed);
        return new BodySource.Recorded(Stream.generate(seeds::nextLong)
                .limit(count)
                .map(each -> RequestBody.json(json.apply(each).getBytes(StandardCharsets.UTF_8)))
                .toList());
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
