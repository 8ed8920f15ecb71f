package dev.sluice.loadtest.proof;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a soak does.
 *
 * <p>Threading: immutable.
 *
 * @param serverCommand starts the server, which must print a {@link dev.sluice.loadtest.proof.server.ListeningLine}
 * @param environment added to the server's environment
 * @param model name of the model to ask
 * @param duration measured span at the steady rate; 5 s or longer
 * @param capacityStep length of each step that looks for the capacity; longer than 0
 * @param loadFraction share of the capacity that is sent, in (0, 1]
 * @param ratePerSecond rate to send instead of a share of the capacity, or null
 * @param seed of arrivals and tensors
 * @param out existing folder for the evidence
 */
record SoakPlan(
        List<String> serverCommand,
        Map<String, String> environment,
        String model,
        Duration duration,
        Duration capacityStep,
        double loadFraction,
        @Nullable Double ratePerSecond,
        long seed,
        Path out) {

    SoakPlan {
        serverCommand = List.copyOf(serverCommand);
        environment = Map.copyOf(environment);
        if (duration.compareTo(Duration.ofSeconds(5)) < 0) {
            throw new IllegalArgumentException("duration must be 5 s or longer, got " + duration);
        }
        if (!(loadFraction > 0 && loadFraction <= 1)) {
            throw new IllegalArgumentException("load fraction must be above 0 and at most 1, got " + loadFraction);
        }
    }
}
