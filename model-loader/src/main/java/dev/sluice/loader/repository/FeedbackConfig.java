package dev.sluice.loader.repository;

/**
 * Whether a model's predictions are remembered until their labels come.
 *
 * <p>Threading: immutable.
 *
 * @param enabled whether they are
 */
public record FeedbackConfig(boolean enabled) {
    public static final FeedbackConfig OFF = new FeedbackConfig(false);
}
