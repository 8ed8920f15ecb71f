package dev.sluice.gateway.config;

import dev.sluice.settings.Place;
import dev.sluice.settings.Problems;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What only the environment may say.
 *
 * <p>Threading: immutable.
 *
 * @param controlToken what calls of the control port carry
 * @param logKey key of the hashes in the input log
 */
record Secrets(Optional<Secret> controlToken, Optional<Secret> logKey) {
    static final Secrets NONE = new Secrets(Optional.empty(), Optional.empty());

    /** Reads them; what is wrong with one goes to the problems. */
    static Secrets read(Function<String, @Nullable String> environment, Problems problems) {
        return new Secrets(
                read(ControlConfig.TOKEN_VARIABLE, ControlConfig.TOKEN_LENGTH_MIN, environment, problems),
                read(InputLogConfig.HASH_KEY_VARIABLE, InputLogConfig.HASH_KEY_LENGTH_MIN, environment, problems));
    }

    /** An empty variable is one that is not set, as orchestrators write it. */
    private static Optional<Secret> read(
            String variable, int lengthMin, Function<String, @Nullable String> environment, Problems problems) {
        String value = environment.apply(variable);
        if (value == null || value.isEmpty()) {
            return Optional.empty();
        }
        if (value.length() < lengthMin || !value.chars().allMatch(c -> c > ' ' && c < 127)) {
            problems.add(
                    new Place("environment", 0),
                    variable,
                    "must be " + lengthMin + " or more printable ASCII characters without spaces, got [redacted]");
        }
        return Optional.of(new Secret(value));
    }
}
