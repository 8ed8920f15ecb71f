package dev.sluice.protocol;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The keys seen so far in one JSON object, to find duplicates; the protocol's own words cost no memory.
 *
 * <p>Threading: confined to one thread.
 */
final class JsonKeys {
    /** At most 64: one bit each. */
    private static final String[] WORDS = {
        "id",
        "parameters",
        "inputs",
        "outputs",
        "name",
        "shape",
        "datatype",
        "data",
        "binary_data_size",
        "binary_data",
        "binary_data_output",
        "classification",
        "timeout",
        "priority",
        "BOOL",
        "UINT8",
        "UINT16",
        "UINT32",
        "UINT64",
        "INT8",
        "INT16",
        "INT32",
        "INT64",
        "FP16",
        "BF16",
        "FP32",
        "FP64",
        "BYTES"
    };

    private static final Map<String, Integer> INDICES = indices();
    private static final String[][] BY_LENGTH = byLength();

    private long words;
    private @Nullable Set<String> others;

    private static Map<String, Integer> indices() {
        Map<String, Integer> indices = new HashMap<>();
        for (String word : WORDS) {
            indices.put(word, indices.size());
        }
        return Map.copyOf(indices);
    }

    private static String[][] byLength() {
        int lengthMax = Arrays.stream(WORDS).mapToInt(String::length).max().orElse(0);
        return IntStream.rangeClosed(0, lengthMax)
                .mapToObj(length -> Arrays.stream(WORDS)
                        .filter(word -> word.length() == length)
                        .toArray(String[]::new))
                .toArray(String[][]::new);
    }

    /** Adds a key; false when it was there already. */
    boolean add(String key) {
        Integer index = INDICES.get(key);
        if (index != null) {
            boolean added = (words & (1L << index)) == 0;
            words |= 1L << index;
            return added;
        }
        Set<String> set = others;
        if (set == null) {
            set = new HashSet<>();
            others = set;
        }
        return set.add(key);
    }

    /** The protocol's word with these bytes, or null: spares a string per key. */
    static @Nullable String word(byte[] bytes, int from, int to) {
        int length = to - from;
        if (length >= BY_LENGTH.length) {
            return null;
        }
        for (String word : BY_LENGTH[length]) {
            if (matches(word, bytes, from, to)) {
                return word;
            }
        }
        return null;
    }

    /** True when the bytes are this ASCII text. */
    static boolean matches(String ascii, byte[] bytes, int from, int to) {
        if (ascii.length() != to - from) {
            return false;
        }
        for (int i = 0; i < ascii.length(); i++) {
            if (ascii.charAt(i) != bytes[from + i]) {
                return false;
            }
        }
        return true;
    }
}
