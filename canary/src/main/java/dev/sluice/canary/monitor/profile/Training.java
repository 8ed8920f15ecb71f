package dev.sluice.canary.monitor.profile;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a model was trained on, and when.
 *
 * <p>Threading: immutable.
 *
 * @param dataFrom time of the oldest training data
 * @param dataTo time of the newest training data, not before {@code dataFrom}
 * @param trainedAt when training ended
 * @param rows of training data
 * @param dataSha256 hash of the training data, 64 lower-case hexadecimal digits
 * @param codeRef the training code, for example a commit
 */
public record Training(
        Optional<Instant> dataFrom,
        Optional<Instant> dataTo,
        Optional<Instant> trainedAt,
        OptionalLong rows,
        Optional<String> dataSha256,
        Optional<String> codeRef) {
    /** Nothing is known. */
    public static final Training UNKNOWN = new Training(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            OptionalLong.empty(),
            Optional.empty(),
            Optional.empty());

    public Training {
        if (dataFrom.isPresent() && dataTo.isPresent() && dataTo.get().isBefore(dataFrom.get())) {
            throw new IllegalArgumentException(
                    "data_to must not be before data_from " + dataFrom.get() + ", got " + dataTo.get());
        }
    }
}
