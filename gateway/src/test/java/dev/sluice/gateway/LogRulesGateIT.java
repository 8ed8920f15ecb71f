package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A rule that is about nothing would leave in the log what must not be there. */
class LogRulesGateIT {
    @TempDir
    Path repository;

    private static JsonNode entry(RunningGateway gateway) {
        return gateway.calls().post("/v2/repository/index", "").json().get(0);
    }

    @Test
    void aVersionWithAMisspeltRuleDoesNotServeUntilItIsMended() {
        TestModels.copy(repository, "mixed-inputs");
        Repositories.configure(repository, "mixed-inputs", "log: {enabled: true, redact: {ctiy: drop}}\n");
        try (RunningGateway gateway = RunningGateway.start(repository, "watch.poll-interval=1s")) {
            assertThat(entry(gateway).path("state").asText()).isEqualTo("UNAVAILABLE");
            assertThat(entry(gateway).path("reason").asText())
                    .isEqualTo(
                            "step log: log.redact names 'ctiy', which is no field of this version; did you mean 'city'? Its"
                                    + " fields are 'age', 'income', 'city', 'member', 'visits', 'score', 'city_out', 'client_id',"
                                    + " 'trace_id', 'parameters', 'error' and parameters.NAME");

            Repositories.configure(repository, "mixed-inputs", "log: {enabled: true, redact: {city: drop}}\n");

            Await.until("it serves", () -> entry(gateway).path("state").asText().equals("READY"));
            List<String> steps = new ArrayList<>();
            entry(gateway)
                    .path("steps")
                    .forEach(step -> steps.add(step.path("name").asText() + ": "
                            + step.path("detail").asText()));
            assertThat(steps).contains("log: 1 rule");
        }
    }
}
