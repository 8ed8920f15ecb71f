package dev.sluice.settings;

import org.jspecify.annotations.Nullable;

/**
 * A value breaks the rule of its type.
 *
 * <p>Threading: immutable. Without a stack trace: it is the answer to what an operator wrote.
 */
public final class BadValueException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient @Nullable SettingsNode got;

    private BadValueException(String rule, @Nullable SettingsNode got) {
        super(rule, null, false, false);
        this.got = got;
    }

    /**
     * The message will be the rule and what stands there.
     *
     * @param rule for example {@code must be between 1 and 1024}
     */
    public static BadValueException rule(String rule, SettingsNode got) {
        return new BadValueException(rule, got);
    }

    /** The message as it is; it must not repeat the value of a secret. */
    public static BadValueException message(String message) {
        return new BadValueException(message, null);
    }

    /** The same of the value that stands under {@code key} in a mapping. */
    BadValueException under(String key) {
        return new BadValueException("'" + key + "' " + getMessage(), got);
    }

    /** The line of the part that is wrong where that is an item of the entry's value, else the key's own. */
    Place place(SettingsNode.Entry entry) {
        SettingsNode value = got;
        return value == null || value.equals(entry.value()) ? entry.place() : value.place();
    }

    /** One line: the rule and the value, or that it is kept secret. */
    String line(boolean secret) {
        SettingsNode value = got;
        if (value == null) {
            return String.valueOf(getMessage());
        }
        return getMessage() + ", got " + (secret ? "[redacted]" : value.describe());
    }
}
