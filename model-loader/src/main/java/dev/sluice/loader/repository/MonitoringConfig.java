package dev.sluice.loader.repository;

/**
 * What is kept of a model's requests, and what is looked at in them.
 *
 * <p>Threading: immutable.
 *
 * @param log which requests are recorded
 * @param validation what is done about values that do not fit
 * @param feedback whether predictions wait for their labels
 */
public record MonitoringConfig(LogConfig log, ValidationConfig validation, FeedbackConfig feedback) {
    /** Nothing is kept or looked at. */
    public static final MonitoringConfig OFF =
            new MonitoringConfig(LogConfig.OFF, ValidationConfig.DEFAULT, FeedbackConfig.OFF);
}
