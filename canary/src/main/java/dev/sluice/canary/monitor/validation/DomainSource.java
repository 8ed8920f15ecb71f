package dev.sluice.canary.monitor.validation;

import dev.sluice.model.DataType;

/**
 * Where it is said what the values of a feature may be, for messages about what does not fit.
 *
 * <p>Threading: immutable.
 *
 * @param where for example {@code validation.features.age}
 * @param type of the feature's elements
 */
record DomainSource(String where, DataType type) {
    /**
     * A part of it breaks a rule.
     *
     * @param part for example {@code min}
     * @param rule what it must be, and why
     * @param got what it is
     */
    SchemaException wrong(String part, String rule, String got) {
        return new SchemaException(where + "." + part + " " + rule + ", got " + got);
    }

    /** A part that this type cannot have. */
    SchemaException impossible(String part, String instead, String got) {
        return wrong(part, "must not be set: the feature is " + type + ", which may have " + instead, got);
    }
}
