package dev.sluice.loader.runtime;

import org.jspecify.annotations.Nullable;

/**
 * A version cannot be served: at which step it failed and why.
 *
 * <p>The message is one line for operators; it names what was found and what was expected.
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
        super(message, cause);
        this.step = step;
    }

    public ModelLoadException(String step, String message) {
        this(step, message, null);
    }

    public String step() {
        return step;
    }
}
