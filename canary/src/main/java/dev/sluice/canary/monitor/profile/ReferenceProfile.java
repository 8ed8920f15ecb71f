package dev.sluice.canary.monitor.profile;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * What the training side says about one version of a model, as {@value #FILE_NAME} beside the ONNX file holds it.
 *
 * <p>Threading: immutable.
 *
 * @param model which model it is of
 * @param created when the file was written
 * @param tool what wrote it, for example {@code sluice 0.1.0}
 * @param training what the model was trained on
 * @param freshness how old it may become
 * @param order its features in order
 * @param golden rows with expected outputs
 * @see "docs/profiles.md"
 */
public record ReferenceProfile(
        ProfiledModel model,
        Instant created,
        String tool,
        Training training,
        Freshness freshness,
        FeatureOrder order,
        GoldenRows golden) {
    /** The file's name in a version's folder. */
    public static final String FILE_NAME = "profile.json";

    /** The schema that is written, and the only one that is read. */
    public static final int SCHEMA = 1;

    public ReferenceProfile {
        requireNonNull(created, "created");
        requireNonNull(order, "order");
    }
}
