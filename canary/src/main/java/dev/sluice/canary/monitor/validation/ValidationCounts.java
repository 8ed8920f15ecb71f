package dev.sluice.canary.monitor.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What validation found in the requests of one version.
 *
 * <p>Bound: at most {@value #LABELS_MAX} features are counted on their own, first those of whose values something is known; the
 * others are summed as {@value #OTHER}. Counters exist from their first value on.
 *
 * <p>Threading: thread-safe; lock-free.
 */
public final class ValidationCounts {
    /** Most features with counts of their own. */
    public static final int LABELS_MAX = 200;

    /** Name of the sum of all other features. */
    public static final String OTHER = "other";

    private final List<String> labels;
    private final int[] labelOfFeature;
    private final AtomicReferenceArray<@Nullable LongAdder> values;
    private final LongAdder passed = new LongAdder();
    private final LongAdder flagged = new LongAdder();
    private final LongAdder rejected = new LongAdder();

    /**
     * One counter.
     *
     * @param feature its name, or {@value #OTHER}
     * @param kind what was found
     * @param count of values, 1 or greater
     */
    public record Count(String feature, ValidationKind kind, long count) {}

    /**
     * @param rules by index
     */
    ValidationCounts(List<FeatureRule> rules) {
        List<String> names = new ArrayList<>();
        labelOfFeature = new int[rules.size()];
        for (int pass = 0; pass < 2; pass++) {
            for (FeatureRule rule : rules) {
                if (rule.domain().isAny() == (pass == 1)) {
                    boolean own = names.size() < LABELS_MAX && !rule.name().equals(OTHER);
                    labelOfFeature[rule.index()] = own ? names.size() : LABELS_MAX;
                    if (own) {
                        names.add(rule.name());
                    }
                }
            }
        }
        labels = List.copyOf(names);
        values = new AtomicReferenceArray<>((LABELS_MAX + 1) * ValidationKind.COUNT);
    }

    void add(int feature, ValidationKind kind, long count) {
        int at = labelOfFeature[feature] * ValidationKind.COUNT + kind.index();
        LongAdder adder = values.get(at);
        if (adder == null) {
            LongAdder fresh = new LongAdder();
            LongAdder other = values.compareAndExchange(at, null, fresh);
            adder = other == null ? fresh : other;
        }
        adder.add(count);
    }

    void passed() {
        passed.increment();
    }

    void flagged() {
        flagged.increment();
    }

    void rejected() {
        rejected.increment();
    }

    /** Values by feature and kind; those without any are absent. */
    public List<Count> counts() {
        List<Count> counts = new ArrayList<>();
        for (int at = 0; at < values.length(); at++) {
            LongAdder adder = values.get(at);
            if (adder != null) {
                int label = at / ValidationKind.COUNT;
                String name = label < labels.size() ? labels.get(label) : OTHER;
                counts.add(new Count(name, ValidationKind.at(at % ValidationKind.COUNT), adder.sum()));
            }
        }
        return counts;
    }

    /** Requests in which nothing was found. */
    public long passedCount() {
        return passed.sum();
    }

    /** Requests in which something was found, and which ran. */
    public long flaggedCount() {
        return flagged.sum();
    }

    /** Requests that were refused. */
    public long rejectedCount() {
        return rejected.sum();
    }
}
