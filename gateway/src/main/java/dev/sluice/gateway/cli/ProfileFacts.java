package dev.sluice.gateway.cli;

import dev.sluice.canary.monitor.profile.Freshness;
import dev.sluice.canary.monitor.profile.ProfileForms;
import dev.sluice.canary.monitor.profile.Sha256;
import dev.sluice.canary.monitor.profile.Training;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/**
 * The options that say what a model was trained on, and how old it may become.
 *
 * <p>Threading: main thread.
 */
final class ProfileFacts {
    @Option(
            names = "--data-from",
            paramLabel = "TIME",
            converter = Time.class,
            description = "Time of the oldest training data: a date, or a time with its offset.")
    private @Nullable Instant dataFrom;

    @Option(
            names = "--data-to",
            paramLabel = "TIME",
            converter = Time.class,
            description = "Time of the newest training data.")
    private @Nullable Instant dataTo;

    @Option(names = "--trained-at", paramLabel = "TIME", converter = Time.class, description = "When training ended.")
    private @Nullable Instant trainedAt;

    @Option(names = "--data-rows", paramLabel = "N", description = "Rows of training data.")
    private @Nullable Long rows;

    @Option(
            names = "--data-sha256",
            paramLabel = "HASH",
            converter = Hash.class,
            description = "SHA-256 of the training data.")
    private @Nullable String dataSha256;

    @Option(names = "--code-ref", paramLabel = "REF", description = "The training code, for example a commit.")
    private @Nullable String codeRef;

    @Option(
            names = "--max-age",
            paramLabel = "DURATION",
            converter = Period.class,
            description = "Most time since the newest training data, for example P90D.")
    private @Nullable Duration maxAge;

    @Option(
            names = "--retrain-every",
            paramLabel = "DURATION",
            converter = Period.class,
            description = "Most time between trainings, for example P30D.")
    private @Nullable Duration retrainEvery;

    @Option(
            names = "--stale-policy",
            paramLabel = "WORD",
            converter = Policy.class,
            description = "What happens to a model that is older: warn, refuse or shadow-only.")
    private Freshness.@Nullable StalePolicy stalePolicy;

    /** Filled by the command line library. */
    ProfileFacts() {}

    /**
     * What it was trained on.
     *
     * @throws IllegalArgumentException if the options contradict each other
     */
    Training training() {
        return new Training(
                Optional.ofNullable(dataFrom),
                Optional.ofNullable(dataTo),
                Optional.ofNullable(trainedAt),
                rows == null ? OptionalLong.empty() : OptionalLong.of(rows),
                Optional.ofNullable(dataSha256),
                Optional.ofNullable(codeRef));
    }

    /**
     * How old it may become.
     *
     * @throws IllegalArgumentException if a duration is not positive
     */
    Freshness freshness() {
        return new Freshness(
                Optional.ofNullable(maxAge), Optional.ofNullable(retrainEvery), Optional.ofNullable(stalePolicy));
    }

    static final class Time implements ITypeConverter<Instant> {
        @Override
        public Instant convert(String text) {
            try {
                return ProfileForms.time(text);
            } catch (DateTimeException e) {
                throw new TypeConversionException(
                        "must be a date or a time such as 2026-03-01T00:00:00Z, got '" + text + "'");
            }
        }
    }

    static final class Period implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            try {
                return Duration.parse(text);
            } catch (DateTimeException e) {
                throw new TypeConversionException(
                        "must be an ISO 8601 duration such as P30D or PT12H, got '" + text + "'");
            }
        }
    }

    static final class Hash implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            if (!Sha256.isHash(text)) {
                throw new TypeConversionException("must be 64 lower-case hexadecimal digits, got '" + text + "'");
            }
            return text;
        }
    }

    static final class Policy implements ITypeConverter<Freshness.StalePolicy> {
        @Override
        public Freshness.StalePolicy convert(String text) {
            try {
                return ProfileForms.stalePolicy(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }
}
