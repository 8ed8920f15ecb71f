package dev.sluice.gateway;

import dev.sluice.gateway.config.ConfigOutcome;
import dev.sluice.gateway.config.ConfigReader;
import dev.sluice.gateway.config.GatewayConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Configurations for tests: loopback, free ports, a state of their own. */
final class TestConfig {
    private static final Path STATE = Path.of("target", "test-state");

    private TestConfig() {}

    static GatewayConfig of(Path repository, String... settings) {
        List<String> assignments = new ArrayList<>(List.of(
                "http.host=127.0.0.1",
                "http.port=0",
                "metrics.host=127.0.0.1",
                "metrics.port=0",
                "watch.settle=0ms", // models have just been copied
                "control.port=0",
                "state-dir=" + newStateFolder()));
        assignments.addAll(List.of(settings));
        ConfigOutcome outcome = ConfigReader.read(Optional.empty(), assignments);
        if (outcome instanceof ConfigOutcome.Valid valid) {
            return valid.config().withRepository(List.of(repository));
        }
        throw new IllegalArgumentException(outcome.toString());
    }

    private static Path newStateFolder() {
        try {
            return Files.createTempDirectory(Files.createDirectories(STATE), "state-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
