package dev.sluice.loader.repository;

/**
 * What becomes of one field of a record before anything else is done with the record.
 *
 * <p>Threading: immutable.
 */
public sealed interface FieldRule {
    /** The value is not kept: a number becomes NaN, or 0 where its datatype has none; a text becomes empty. */
    record Drop() implements FieldRule {}

    /** The value is replaced by a keyed hash of it: equal values stay equal, and nobody without the key can tell which they were. */
    record Hash() implements FieldRule {}

    /**
     * A text is cut; a number is dropped.
     *
     * @param length characters that are kept, in [0, {@value #LENGTH_MAX}]
     */
    record Truncate(int length) implements FieldRule {
        /** Most characters that may be kept. */
        public static final int LENGTH_MAX = 1_000_000;

        public Truncate {
            if (length < 0 || length > LENGTH_MAX) {
                throw new IllegalArgumentException(
                        "truncate takes between 0 and " + LENGTH_MAX + " characters, got " + length);
            }
        }
    }

    /**
     * A number is rounded; a text is dropped.
     *
     * @param decimals digits that are kept after the point, in [-{@value #DECIMALS_MAX}, {@value #DECIMALS_MAX}]; -2 rounds to
     *     hundreds
     */
    record Round(int decimals) implements FieldRule {
        /** Most decimals, either way. */
        public static final int DECIMALS_MAX = 15;

        public Round {
            if (decimals < -DECIMALS_MAX || decimals > DECIMALS_MAX) {
                throw new IllegalArgumentException(
                        "round takes between -" + DECIMALS_MAX + " and " + DECIMALS_MAX + " decimals, got " + decimals);
            }
        }
    }

    /**
     * A rule as operators write it: {@code drop}, {@code hash}, {@code truncate N} or {@code round N}.
     *
     * @throws IllegalArgumentException if the text is none of them
     */
    static FieldRule parse(String text) {
        String[] words = text.trim().split("\\s+", -1);
        if (words.length == 1 && words[0].equals("drop")) {
            return new Drop();
        }
        if (words.length == 1 && words[0].equals("hash")) {
            return new Hash();
        }
        if (words.length == 2 && words[0].equals("truncate")) {
            return new Truncate(Integer.parseInt(words[1]));
        }
        if (words.length == 2 && words[0].equals("round")) {
            return new Round(Integer.parseInt(words[1]));
        }
        throw new IllegalArgumentException("no rule for a field: '" + text + "'");
    }

    /** The rule as operators write it. */
    default String text() {
        if (this instanceof Truncate truncate) {
            return "truncate " + truncate.length();
        }
        if (this instanceof Round round) {
            return "round " + round.decimals();
        }
        return this instanceof Hash ? "hash" : "drop";
    }
}
