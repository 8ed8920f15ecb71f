package dev.sluice.loadtest.proof.unload;

import java.util.Collections;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Requests for a sentence encoder, of random tokens and lengths.
 *
 * <p>Threading: confined to its owner.
 */
final class TokenRequests {
    private static final int ROWS_MAX = 4;
    private static final int LENGTH_MAX = 128;
    /** Ids below it are words in the vocabulary of every encoder of this family. */
    private static final int TOKENS = 20_000;

    private final RandomGenerator random;

    TokenRequests(RandomGenerator random) {
        this.random = random;
    }

    /** A request by the protocol's JSON: 1 to {@value #ROWS_MAX} rows of 1 to {@value #LENGTH_MAX} tokens. */
    String next() {
        int rows = random.nextInt(1, ROWS_MAX + 1);
        int length = random.nextInt(1, LENGTH_MAX + 1);
        String ids = random.ints((long) rows * length, 1000, TOKENS)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(","));
        return "{\"inputs\":[" + input("input_ids", rows, length, ids) + ","
                + input("attention_mask", rows, length, repeated("1", rows * length)) + ","
                + input("token_type_ids", rows, length, repeated("0", rows * length)) + "]}";
    }

    private static String input(String name, int rows, int length, String data) {
        return "{\"name\":\"" + name + "\",\"shape\":[" + rows + "," + length + "],\"datatype\":\"INT64\",\"data\":["
                + data + "]}";
    }

    private static String repeated(String value, int count) {
        return String.join(",", Collections.nCopies(count, value));
    }
}
