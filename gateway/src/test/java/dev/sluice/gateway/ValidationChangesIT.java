package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A schema holds from the load that read it on. */
class ValidationChangesIT {
    @TempDir
    Path repository;

    private static HttpCalls.Answer ask(RunningGateway gateway) {
        String row = "[250" + ",0".repeat(15) + "]";
        return new InferBody().json("x", "FP32", "[1,16]", row).postTo(gateway.calls(), "m");
    }

    @Test
    void aChangedSchemaTakesEffectAndIsForgottenWithItsVersion() {
        Repositories.copyVersion(repository, "mlp", "m", 1);
        Repositories.configure(repository, "m", "validation: {policy: flag, features: {x: {max: 120}}}\n");

        try (RunningGateway gateway = RunningGateway.start(repository, "watch.poll-interval=50ms")) {
            InferAnswer.of(ask(gateway));
            assertThat(MetricsPage.of(gateway).value("sluice_validation_requests_total", "verdict", "flagged"))
                    .isEqualTo(1);

            Repositories.configure(repository, "m", "validation: {policy: reject, features: {x: {max: 120}}}\n");
            Await.until("the new policy holds", () -> ask(gateway).status() == 400);

            Repositories.configure(repository, "m", "validation: {policy: 'off', features: {x: {max: 120}}}\n");
            Await.until("values are not looked at any more", () -> ask(gateway).status() == 200);
            assertThat(MetricsPage.of(gateway).all("sluice_validation_requests_total"))
                    .isEmpty();
        }
    }

    @Test
    void whatTheProfileSaysHoldsWithoutAnySchema() {
        Repositories.copyVersion(repository, "two-inputs", "m", 1);
        Repositories.write(repository.resolve("m").resolve("1").resolve("profile.json"), """
                {"schema": 1, "created": "2026-03-02",
                 "features": [
                  {"name": "a", "tensor": "a", "index": null, "datatype": "FP32", "shape": [-1, 4],
                   "domain": {"min": 0}},
                  {"name": "b", "tensor": "b", "index": null, "datatype": "FP32", "shape": [-1, 4]}],
                 "feature_order_sha256": "1f24a36d3a73a5ccad2027ff10baa4ba4d3c0e9888ff37422b46ebca56d462ef"}
                """);
        Repositories.configure(repository, "m", "validation: {policy: reject}\n");

        try (RunningGateway gateway = RunningGateway.start(repository)) {
            HttpCalls.Answer answer = new InferBody()
                    .json("a", "FP32", "[1,4]", "[1,2,-3,4]")
                    .json("b", "FP32", "[1,4]", "[1,1,1,1]")
                    .postTo(gateway.calls(), "m");

            assertThat(answer.status()).as(answer.text()).isEqualTo(400);
            assertThat(answer.json().get("error").asText())
                    .isEqualTo("input 'a' row 0, element 2: must be at least 0, got -3");
        }
    }
}
