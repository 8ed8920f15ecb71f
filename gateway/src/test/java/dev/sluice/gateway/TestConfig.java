package dev.sluice.gateway;

import dev.sluice.gateway.config.ConfigOutcome;
import dev.sluice.gateway.config.ConfigReader;
import dev.sluice.gateway.config.GatewayConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Configurations for tests: loopback, free ports. */
final class TestConfig {
    private TestConfig() {}

    static GatewayConfig of(Path repository, String... settings) {
        List<String> assignments = new ArrayList<>(List.of(
                "http.host=127.0.0.1",
                "http.port=0",
                "metrics.host=127.0.0.1",
                "metrics.port=0",
                "watch.settle=0ms")); // models have just been copied
        assignments.addAll(List.of(settings));
        ConfigOutcome outcome = ConfigReader.read(Optional.empty(), assignments);
        if (outcome instanceof ConfigOutcome.Valid valid) {
            return valid.config().withRepository(List.of(repository));
        }
        throw new IllegalArgumentException(outcome.toString());
    }
}
