package dev.sluice.loader.transform.text;

/**
 * Turns texts into tokens.
 *
 * <p>Threading: thread-safe. {@link #close} waits for calls that are under way.
 */
public interface Tokenizer extends AutoCloseable {
    /**
     * The tokens of a text, special ones included, cut off at the tokenizer's greatest length.
     *
     * @throws dev.sluice.model.InferenceException with MODEL_NOT_READY after {@link #close}
     */
    Tokens encode(String text);

    @Override
    void close();
}
