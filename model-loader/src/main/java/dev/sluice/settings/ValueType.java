package dev.sluice.settings;

import java.util.Optional;
import java.util.function.Function;

/**
 * What a setting may hold: how it is read from a node, and how it is shown.
 *
 * <p>Threading: immutable.
 */
public final class ValueType<T> {
    private final String expected;
    private final Parser<T> parser;
    private final Function<T, String> shown;
    private final boolean secret;

    /** Reads a value from its node. */
    public interface Parser<T> {
        /**
         * The value.
         *
         * @throws BadValueException when the node breaks the type's rule
         */
        T parse(SettingsNode node) throws BadValueException;
    }

    private ValueType(String expected, Parser<T> parser, Function<T, String> shown, boolean secret) {
        this.expected = expected;
        this.parser = parser;
        this.shown = shown;
        this.secret = secret;
    }

    /**
     * A type of one's own; {@link ValueTypes} has the usual ones.
     *
     * @param expected what it may hold in a few words, for the documentation
     * @param shown how a value is written in the documentation
     */
    public static <T> ValueType<T> of(String expected, Parser<T> parser, Function<T, String> shown) {
        return new ValueType<>(expected, parser, shown, false);
    }

    /** What it may hold, for the documentation. */
    public String expected() {
        return expected;
    }

    /** The value as documented. */
    public String show(T value) {
        return shown.apply(value);
    }

    /** True when values must not appear in any message. */
    public boolean isSecret() {
        return secret;
    }

    /** The same, with values kept out of every message. */
    public ValueType<T> secret() {
        return new ValueType<>(expected, parser, value -> "[redacted]", true);
    }

    /** The same, with one value shown as a word. */
    public ValueType<T> showing(T value, String word) {
        return new ValueType<>(expected, parser, v -> v.equals(value) ? word : shown.apply(v), secret);
    }

    /** The same, where not being set is a value too. */
    public ValueType<Optional<T>> orNone() {
        return new ValueType<>(
                expected,
                node -> Optional.of(parser.parse(node)),
                value -> value.map(shown).orElse("none"),
                secret);
    }

    /**
     * The node as a value.
     *
     * @throws BadValueException when the node breaks the rule
     */
    public T parse(SettingsNode node) throws BadValueException {
        return parser.parse(node);
    }
}
