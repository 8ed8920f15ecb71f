package dev.sluice.canary.inputlog.query;

import dev.sluice.canary.inputlog.jsonl.LoggedRecord;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Chooses records; those that meet every condition that is there.
 *
 * <p>Threading: immutable.
 *
 * @param model name of the model
 * @param version of it
 * @param arm as which the version was chosen
 * @param from earliest arrival
 * @param to arrivals before it
 * @param flag what validation found: the whole flag, or the part before its colon
 * @param errors whether only those without an answer are chosen
 * @param predictionId of the one that is looked for
 */
public record RecordFilter(
        Optional<String> model,
        OptionalLong version,
        Optional<String> arm,
        Optional<Instant> from,
        Optional<Instant> to,
        Optional<String> flag,
        boolean errors,
        Optional<String> predictionId) {
    /** Chooses all. */
    public static final RecordFilter ALL = new RecordFilter(
            Optional.empty(),
            OptionalLong.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false,
            Optional.empty());

    public boolean accepts(LoggedRecord record) {
        return model.map(name -> name.equals(record.model().name())).orElse(true)
                && (version.isEmpty() || version.getAsLong() == record.model().version())
                && arm.map(name -> name.equals(record.arm())).orElse(true)
                && from.map(time -> !record.arrived().isBefore(time)).orElse(true)
                && to.map(time -> record.arrived().isBefore(time)).orElse(true)
                && flag.map(name -> hasFlag(record, name)).orElse(true)
                && (!errors || !record.failureCode().isEmpty())
                && predictionId.map(id -> id.equals(record.predictionId())).orElse(true);
    }

    private static boolean hasFlag(LoggedRecord record, String name) {
        return record.flags().stream().anyMatch(flag -> flag.equals(name) || flag.startsWith(name + ":"));
    }
}
