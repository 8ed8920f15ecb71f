package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The real sentence-embedding transformer of the examples, and its quantised sibling. */
class TransformerIT {
    private static final Path MODELS = Path.of("..", "examples", "models");
    private static final Path QUANTISED = Path.of("target", "test-models");

    @Test
    void embedsASentenceTheSameAloneAndAmongOthers() throws IOException {
        String body = Files.readString(
                MODELS.resolveSibling("requests").resolve("minilm-tokens.json"), StandardCharsets.UTF_8);
        try (RunningGateway gateway = RunningGateway.start(MODELS, "models.minilm.transform=none")) {
            JsonNode alone = embedding(gateway, body);

            CompletableFuture<?>[] others = IntStream.range(0, 16)
                    .mapToObj(i -> CompletableFuture.runAsync(
                            () -> assertThat(embedding(gateway, body)).isEqualTo(alone)))
                    .toArray(CompletableFuture[]::new);
            CompletableFuture.allOf(others).join();

            assertThat(alone.size()).isEqualTo(8 * 384);
            assertThat(alone.get(0).doubleValue()).isBetween(0.3189, 0.3191);
        }
    }

    /** Its scales come from the whole batch, so a row's answer moves with its neighbours. */
    @Test
    void doesNotBatchAModelWhoseAnswersDependOnTheNeighbours() {
        try (RunningGateway gateway = RunningGateway.start(QUANTISED)) {
            String batching = gateway.calls()
                    .get("/v2/models/minilm-q")
                    .json()
                    .path("properties")
                    .path("batching")
                    .asText();

            JsonNode verdict = gateway.calls()
                    .post("/v2/repository/index", "")
                    .json()
                    .path(0)
                    .path("batching");

            assertThat(batching).startsWith("not batched (row answers change with their neighbours");
            assertThat(verdict.path("verdict").asText()).isEqualTo("not-batchable");
            assertThat(verdict.path("tolerance").asDouble()).isEqualTo(1e-5);
            assertThat(verdict.path("difference").asDouble()).isGreaterThan(1e-3);
            assertThat(MetricsPage.of(gateway)
                            .value("sluice_batch_verdict", "model", "minilm-q", "verdict", "not-batchable"))
                    .isEqualTo(1);
        }
    }

    private static JsonNode embedding(RunningGateway gateway, String body) {
        HttpCalls.Answer answer = gateway.calls().post("/v2/models/minilm/infer", body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json().path("outputs").path(0).path("data");
    }
}
