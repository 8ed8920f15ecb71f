package dev.sluice.canary.monitor.validation;

import dev.sluice.loader.repository.ValidationConfig;
import java.util.List;

/**
 * What the values of one version's inputs may be, in the form in which they are looked at.
 *
 * <p>Threading: immutable.
 *
 * @param policy what is done about values that do not fit
 * @param rules all features, by index
 * @param checks of the inputs that anything is looked at in
 * @param watched features whose runs are watched
 */
record ValidationSchema(
        ValidationConfig.Policy policy, List<FeatureRule> rules, List<TensorCheck> checks, int watched) {
    ValidationSchema {
        rules = List.copyOf(rules);
        checks = List.copyOf(checks);
    }

    /** Features of whose values something is said. */
    long declaredCount() {
        return rules.stream().filter(rule -> !rule.domain().isAny()).count();
    }
}
