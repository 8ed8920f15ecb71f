package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Versions that ask for a GPU in a process that has none. */
class MissingDeviceIT {
    @TempDir
    static Path repository;

    private static RunningGateway gateway;
    private static HttpCalls calls;

    @BeforeAll
    static void start() {
        Repositories.copyVersion(repository, "mlp", "here", 1);
        Repositories.copyVersion(repository, "mlp", "there", 1);
        Repositories.copyVersion(repository, "mlp", "either", 1);
        Repositories.configure(repository, "there", "device: cuda:0\n");
        Repositories.configure(repository, "either", "device: cuda:0\ndevice-fallback: cpu\n");
        gateway = RunningGateway.start(repository, "readiness.strict=false");
        calls = gateway.calls();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static HttpCalls.Answer infer(String model) {
        return new InferBody().binary("x", "FP32", "[1,16]", new byte[64]).postTo(calls, model);
    }

    @Test
    void aVersionWithoutItsDeviceIsQuarantinedWithTheReason() {
        for (JsonNode entry : calls.post("/v2/repository/index", "").json()) {
            if (entry.path("name").asText().equals("there")) {
                assertThat(entry.path("state").asText()).isEqualTo("UNAVAILABLE");
                assertThat(entry.path("reason").asText())
                        .isEqualTo("step device: device cuda:0 is not there: this build of ONNX Runtime has no cuda;"
                                + " it has cpu");
            }
        }
        assertThat(infer("there").status()).isEqualTo(503);
        assertThat(infer("there").error()).contains("device cuda:0 is not there");
    }

    @Test
    void othersServe() {
        assertThat(infer("here").status()).isEqualTo(200);
        assertThat(calls.get("/v2/health/ready").status()).isEqualTo(200);
    }

    @Test
    void theCpuTakesOverWhereThatIsAllowed() {
        assertThat(infer("either").status()).isEqualTo(200);
        assertThat(calls.get("/v2/models/either")
                        .json()
                        .path("properties")
                        .path("device")
                        .asText())
                .isEqualTo("cpu");
    }
}
