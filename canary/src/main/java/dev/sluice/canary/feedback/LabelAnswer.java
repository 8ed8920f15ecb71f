package dev.sluice.canary.feedback;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What became of the labels of one request.
 *
 * <p>Threading: immutable.
 *
 * @param counts labels by outcome; those without any are absent
 * @param errors items that could not be applied, by index
 */
public record LabelAnswer(Map<LabelOutcome, Integer> counts, List<LabelError> errors) {
    public LabelAnswer {
        counts = counts.isEmpty() ? Map.of() : Map.copyOf(new EnumMap<>(counts));
        errors = List.copyOf(errors);
    }

    /** Labels of that outcome. */
    public int count(LabelOutcome outcome) {
        return counts.getOrDefault(outcome, 0);
    }
}
