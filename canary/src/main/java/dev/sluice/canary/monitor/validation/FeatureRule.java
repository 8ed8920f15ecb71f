package dev.sluice.canary.monitor.validation;

import dev.sluice.loader.repository.FeatureDomain;

/**
 * One feature of a version as validation sees it.
 *
 * <p>Threading: immutable.
 *
 * @param index among all features of the version, from 0 on
 * @param name of the feature
 * @param domain what its values may be
 * @param hidden whether its values must not stand in messages, because the input log redacts them
 */
record FeatureRule(int index, String name, FeatureDomain domain, boolean hidden) {
    /** Whether this kind is a finding, which is flagged or refused, or only counted. */
    boolean finds(ValidationKind kind) {
        return switch (kind) {
            case MISSING -> domain.missing().isPresent() && !domain.missing().get();
            case NOT_FINITE -> !domain.isAny();
            case OUT_OF_RANGE, NOT_IN_DOMAIN, NOT_INTEGER, CONSTANT_RUN -> true;
        };
    }
}
