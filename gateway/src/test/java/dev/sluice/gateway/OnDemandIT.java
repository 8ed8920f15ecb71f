package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that are loaded by their first request, in a process that has room for two of six. */
class OnDemandIT {
    private static final int MODELS = 6;
    private static final int AT_ONCE = 16;

    @TempDir
    Path repository;

    private RunningGateway gateway;
    private HttpCalls calls;

    @BeforeEach
    void start() {
        for (int i = 0; i < MODELS; i++) {
            Repositories.copyVersion(repository, "mlp", "m" + i, 1);
            Repositories.configure(repository, "m" + i, "on-demand: true\n");
        }
        gateway = RunningGateway.start(repository, "limits.model-memory=40MiB");
        calls = gateway.calls();
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private static InferBody body(int rows) {
        return new InferBody().binary("x", "FP32", "[" + rows + ",16]", new byte[rows * 64]);
    }

    private String state(int model) {
        JsonNode index = calls.post("/v2/repository/index", "").json();
        for (JsonNode entry : index) {
            if (entry.path("name").asText().equals("m" + model)) {
                return entry.path("state").asText() + " " + entry.path("reason").asText();
            }
        }
        return "missing";
    }

    @Test
    void aModelIsReadyToBeAskedBeforeItIsLoaded() {
        assertThat(calls.get("/v2/health/ready").status()).isEqualTo(200);
        assertThat(calls.get("/v2/models/m3/ready").status()).isEqualTo(200);
        assertThat(state(3)).isEqualTo("UNAVAILABLE is loaded when its first request comes");
    }

    @Test
    void allFirstRequestsAtOnceAreAnswered() {
        ExecutorService clients = Executors.newFixedThreadPool(AT_ONCE);
        try {
            List<CompletableFuture<Integer>> answers = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                answers.add(CompletableFuture.supplyAsync(
                        () -> body(1).postTo(calls, "m2").status(), clients));
            }

            assertThat(answers).allSatisfy(answer -> assertThat(answer.join()).isEqualTo(200));
        } finally {
            clients.shutdown();
        }
        assertThat(state(2)).isEqualTo("READY ");
    }

    @Test
    void moreModelsThanFitAreAnsweredInTurn() {
        for (int i = 0; i < 3 * MODELS; i++) {
            assertThat(body(1).postTo(calls, "m" + i % MODELS).status()).isEqualTo(200);
        }

        MetricsPage page = MetricsPage.of(gateway);
        assertThat(page.value("sluice_model_evictions_total")).isGreaterThan(MODELS);
        assertThat(page.value("sluice_model_memory_bytes", "device", "cpu"))
                .isLessThanOrEqualTo(page.value("sluice_model_memory_limit_bytes", "device", "cpu"));
        assertThat(page.all("sluice_breaker_state", "state", "closed"))
                .as("one breaker per version that is ready")
                .hasSameSizeAs(page.all("sluice_version_state", "state", "ready").stream()
                        .filter(ready -> ready.value() == 1)
                        .toList());
    }

    @Test
    void aLargeBodyWaitsAsWell() {
        assertThat(body(4096).postTo(calls, "m5").status()).isEqualTo(200);
    }

    @Test
    void aPinnedVersionIsLoadedToo() {
        assertThat(calls.post("/v2/models/m4/versions/1/infer", """
                        {"inputs": [{"name": "x", "datatype": "FP32", "shape": [1, 16],
                                     "data": [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]}]}""").status()).isEqualTo(200);
        assertThat(calls.post("/v2/models/m4/versions/2/infer", "{\"inputs\": []}")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void askingForMetadataLoadsAModel() {
        HttpCalls.Answer answer = calls.get("/v2/models/m1");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("inputs").path(0).path("name").asText()).isEqualTo("x");
        assertThat(state(1)).isEqualTo("READY ");
    }
}
