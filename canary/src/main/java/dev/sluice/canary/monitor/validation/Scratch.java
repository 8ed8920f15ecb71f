package dev.sluice.canary.monitor.validation;

import dev.sluice.model.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was found in the request that is being looked at, and the runs of constant values.
 *
 * <p>Tallies are by feature and kind; only those that were touched are looked at again, so that a clean request costs nothing.
 *
 * <p>Threading: confined to one thread.
 */
final class Scratch {
    private final int features;
    private final boolean explains;
    private final RunLengths runs;
    private int[] tally = {};
    private int[] touched = {};
    private int touchedCount;
    private String explanation = "";

    /**
     * @param features of the version
     * @param watched features whose runs are watched
     * @param explains whether the first finding is put in words
     */
    Scratch(int features, int watched, boolean explains) {
        this.features = features;
        this.explains = explains;
        this.runs = new RunLengths(watched);
    }

    RunLengths runs() {
        return runs;
    }

    boolean isClean() {
        return touchedCount == 0;
    }

    /** Counts values of one kind; {@code count} 0 or greater. */
    void add(FeatureRule feature, ValidationKind kind, int count) {
        if (count == 0) {
            return;
        }
        if (tally.length == 0) {
            tally = new int[features * ValidationKind.COUNT];
            touched = new int[tally.length];
        }
        int at = feature.index() * ValidationKind.COUNT + kind.index();
        if (tally[at] == 0) {
            touched[touchedCount++] = at;
        }
        tally[at] += count;
    }

    /** Whether the value that is about to be added should be explained. */
    boolean wantsExplanation(FeatureRule feature, ValidationKind kind) {
        return explains && explanation.isEmpty() && feature.finds(kind);
    }

    /** Puts the first finding in words. */
    void explain(
            TensorLayout layout, Tensor tensor, long element, FeatureRule feature, ValidationKind kind, String got) {
        explanation = layout.place(tensor, element) + ": " + Shown.rule(kind, feature.domain()) + ", got "
                + (feature.hidden() ? "another value, which is not repeated because it is redacted" : got);
    }

    /** The first finding that refuses a request; empty when there is none. */
    String explanation() {
        return explanation;
    }

    /**
     * Hands the tallies over and forgets them.
     *
     * @param rules by index
     * @return flags of the findings, in the order found; null when nothing was found
     */
    @Nullable List<String> settle(List<FeatureRule> rules, ValidationCounts counts) {
        List<String> flags = null;
        for (int i = 0; i < touchedCount; i++) {
            int at = touched[i];
            FeatureRule rule = rules.get(at / ValidationKind.COUNT);
            ValidationKind kind = ValidationKind.at(at % ValidationKind.COUNT);
            counts.add(rule.index(), kind, tally[at]);
            tally[at] = 0;
            if (rule.finds(kind)) {
                flags = flags == null ? new ArrayList<>() : flags;
                if (flags.size() < Verdict.FLAGS_MAX) {
                    flags.add(kind.word() + ":" + rule.name());
                }
            }
        }
        touchedCount = 0;
        explanation = "";
        return flags;
    }
}
