package dev.sluice.loader.repository;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which requests of a model are recorded, and what of them.
 *
 * <p>Threading: immutable.
 *
 * @param enabled whether any are
 * @param share of them that is recorded, in [0, 1]
 * @param arms the same for single arms, by their name
 * @param by what a request is chosen by
 * @param errors whether those that failed are always recorded
 * @param flagged whether those are always recorded whose values were flagged
 * @param redact what becomes of single fields: features, inputs, outputs, {@code client_id}, {@code trace_id}, {@code
 *     parameters.NAME}
 * @param allow the only fields that are kept where it is not empty; the others are dropped
 */
public record LogConfig(
        boolean enabled,
        double share,
        Map<String, Double> arms,
        By by,
        boolean errors,
        boolean flagged,
        Map<String, FieldRule> redact,
        Optional<Set<String>> allow) {
    /** What a request is chosen by. */
    public enum By {
        /** Its own prediction id. */
        PREDICTION,
        /** The key that its client sends: all requests of a key are recorded or none, on every replica. */
        KEY
    }

    /** Nothing is recorded. */
    public static final LogConfig OFF =
            new LogConfig(false, 1, Map.of(), By.PREDICTION, true, true, Map.of(), Optional.empty());

    public LogConfig {
        requireShare("share", share);
        arms.forEach((arm, value) -> requireShare("share of arm '" + arm + "'", value));
        arms = Map.copyOf(arms);
        redact = Map.copyOf(redact);
        allow = allow.map(Set::copyOf);
    }

    /** The share of an arm's requests that is recorded. */
    public double share(String arm) {
        return arms.isEmpty() ? share : arms.getOrDefault(arm, share);
    }

    /** Whether records leave out or change anything. */
    public boolean redacts() {
        return !redact.isEmpty() || allow.isPresent();
    }

    /** Whether the values of a field may be kept as they are. */
    public boolean keeps(String field) {
        return !redact.containsKey(field) && (allow.isEmpty() || allow.get().contains(field));
    }

    private static void requireShare(String what, double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException(what + " must be between 0 and 1, got " + share);
        }
    }
}
