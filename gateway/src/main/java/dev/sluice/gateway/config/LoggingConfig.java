package dev.sluice.gateway.config;

/**
 * What is logged, and how.
 *
 * <p>Threading: immutable.
 */
public record LoggingConfig(Format format, Level level) {
    public enum Format {
        /** One line of text an event. */
        TEXT,
        /** One JSON object a line an event. */
        JSON
    }

    public enum Level {
        TRACE,
        DEBUG,
        INFO,
        WARN,
        ERROR
    }
}
