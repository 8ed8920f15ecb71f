package dev.sluice.loader.runtime;

import org.jspecify.annotations.Nullable;

/**
 * A version cannot be served: at which step it failed and why.
 *
 * <p>The message is one line for operators; it names what was found and what was expected. Control characters, which names in
 * a model may bring along, are written as a backslash, u and four hex digits.
 *
 * <p>Threading: immutable.
 */
public final class ModelLoadException extends Exception {
    private static final long serialVersionUID = 1;

    private final String step;

    /**
     * @param step of the gate before serving, for example {@code read}, {@code graph}, {@code session}, {@code batching}
     */
    public ModelLoadException(String step, String message, @Nullable Throwable cause) {
        super(oneLine(message), cause);
        this.step = step;
    }

    public ModelLoadException(String step, String message) {
        this(step, message, null);
    }

    public String step() {
        return step;
    }

    private static String oneLine(String message) {
        if (message.chars().noneMatch(ModelLoadException::breaksLines)) {
            return message;
        }
        StringBuilder out = new StringBuilder();
        message.chars()
                .forEach(c -> out.append(breaksLines(c) ? String.format("\\u%04x", c) : String.valueOf((char) c)));
        return out.toString();
    }

    private static boolean breaksLines(int c) {
        return Character.isISOControl(c) || c == '\u2028' || c == '\u2029';
    }
}
