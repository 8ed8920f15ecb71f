package dev.sluice.gateway.config;

import java.util.List;

/**
 * What reading the configuration came to.
 *
 * <p>Threading: immutable.
 */
public sealed interface ConfigOutcome {
    /** Everything is in order. */
    record Valid(GatewayConfig config) implements ConfigOutcome {}

    /**
     * The process must not start.
     *
     * @param problems all of them, one line each, with file, line and key
     */
    record Invalid(List<String> problems) implements ConfigOutcome {
        public Invalid {
            problems = List.copyOf(problems);
        }
    }
}
