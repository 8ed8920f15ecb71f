package dev.sluice.state;

/**
 * More was said about one model than is kept; the message is one line for operators.
 *
 * <p>Threading: immutable.
 */
public final class StateLimitException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private StateLimitException(String message) {
        super(message);
    }

    /**
     * Makes sure that a model has no more of something than it may have.
     *
     * @param what is counted, such as {@code labels}
     */
    static void require(String model, String what, int most, int count) {
        if (count > most) {
            throw new StateLimitException(
                    "model '" + model + "' may have at most " + most + " " + what + ", got " + count);
        }
    }
}
