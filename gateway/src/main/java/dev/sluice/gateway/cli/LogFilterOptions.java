package dev.sluice.gateway.cli;

import dev.sluice.canary.inputlog.query.RecordFilter;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options by which commands choose records.
 *
 * <p>Threading: main thread.
 */
final class LogFilterOptions {
    private static final Pattern AGE = Pattern.compile("(\\d{1,9})(s|m|h|d)");

    @Option(names = "--model", paramLabel = "NAME", description = "Records of this model.")
    private @Nullable String model;

    /** Not Sluice's own, which other commands print for this option. */
    @Option(names = "--version", paramLabel = "N", description = "Records of this version.")
    private @Nullable Long version;

    @Option(names = "--arm", paramLabel = "NAME", description = "Records whose version was chosen as this arm.")
    private @Nullable String arm;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "Records since then: 2026-11-24T10:00:00Z, or an age such as 15m, 12h, 7d.")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "TIME", description = "Records before then, likewise.")
    private @Nullable String to;

    @Option(
            names = "--flag",
            paramLabel = "FLAG",
            description = "Records with this flag, such as out_of_range:age, or of this kind, such as out_of_range.")
    private @Nullable String flag;

    @Option(names = "--errors", description = "Records of requests that failed.")
    private boolean errors;

    @Option(names = "--id", paramLabel = "PREDICTION_ID", description = "The record of this prediction.")
    private @Nullable String id;

    LogFilterOptions() {}

    /**
     * The filter.
     *
     * @throws IllegalArgumentException if an option makes no sense; the message names it
     */
    RecordFilter filter(Instant now) {
        requireText("--model", model);
        requireText("--arm", arm);
        requireText("--flag", flag);
        requireText("--id", id);
        if (version != null && version < 1) {
            throw new IllegalArgumentException("--version must be 1 or greater, got " + version);
        }
        Optional<Instant> begin = time("--from", from, now);
        Optional<Instant> end = time("--to", to, now);
        if (begin.isPresent() && end.isPresent() && !begin.get().isBefore(end.get())) {
            throw new IllegalArgumentException("--from must be before --to, got " + from + " and " + to);
        }
        return new RecordFilter(
                Optional.ofNullable(model),
                version == null ? OptionalLong.empty() : OptionalLong.of(version),
                Optional.ofNullable(arm),
                begin,
                end,
                Optional.ofNullable(flag),
                errors,
                Optional.ofNullable(id));
    }

    /** The options as they were given, for whoever reads the result later. */
    String text() {
        List<String> given = new ArrayList<>();
        add(given, "--model", model);
        add(given, "--version", version);
        add(given, "--arm", arm);
        add(given, "--from", from);
        add(given, "--to", to);
        add(given, "--flag", flag);
        if (errors) {
            given.add("--errors");
        }
        add(given, "--id", id);
        return String.join(" ", given);
    }

    private static void add(List<String> given, String option, @Nullable Object value) {
        if (value != null) {
            given.add(option + "=" + value);
        }
    }

    private static void requireText(String option, @Nullable String value) {
        if (value != null && value.isBlank()) {
            throw new IllegalArgumentException(option + " must not be empty, got '" + value + "'");
        }
    }

    private static Optional<Instant> time(String option, @Nullable String text, Instant now) {
        if (text == null) {
            return Optional.empty();
        }
        Matcher age = AGE.matcher(text);
        if (age.matches()) {
            long count = Long.parseLong(age.group(1));
            return Optional.of(now.minus(
                    switch (age.group(2)) {
                        case "s" -> Duration.ofSeconds(count);
                        case "m" -> Duration.ofMinutes(count);
                        case "h" -> Duration.ofHours(count);
                        default -> Duration.ofDays(count);
                    }));
        }
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    option + " must be a time such as 2026-11-24T10:00:00Z, or an age such as 15m, 12h or 7d, got '"
                            + text + "'",
                    e);
        }
    }
}
