package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the server says about how it runs its models, and that it runs them so. */
class TuningIT {
    @TempDir
    static Path repository;

    private static RunningGateway gateway;

    private static HttpCalls calls;

    @BeforeAll
    static void start() {
        TestModels.copy(repository, "mlp", "slow", "two-inputs", "fixed", "gather", "broken-text");
        Repositories.configure(
                repository, "two-inputs", "batching: {execution: queued, parallel-runs: 1, max-batch-size: 3}\n");
        Repositories.configure(repository, "slow", "batching: {execution: inline}\n");
        Repositories.configure(repository, "gather", "batching: {execution: inline}\n");
        gateway = RunningGateway.start(repository, "inference.threads=2");
        calls = gateway.calls();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static JsonNode tuning(String model) {
        HttpCalls.Answer answer = calls.get("/v2/models/" + model + "/tuning");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }

    private static double metric(String name, String model) {
        return MetricsPage.of(gateway).value(name, "model", model);
    }

    @Test
    void showsTheCurveAndWhatWasChosenAndWhy() {
        JsonNode mlp = tuning("mlp");

        assertThat(mlp.fieldNames())
                .toIterable()
                .containsExactly(
                        "name",
                        "version",
                        "device",
                        "chosen",
                        "configured",
                        "reason",
                        "batching",
                        "curve",
                        "knee_rows",
                        "knee_cells",
                        "clock",
                        "measured_at",
                        "rechecks",
                        "changes");
        assertThat(mlp.get("name").asText()).isEqualTo("mlp");
        assertThat(mlp.get("version").asText()).isEqualTo("1");
        assertThat(mlp.get("device").asText()).isEqualTo("cpu");
        assertThat(mlp.get("configured")).isEmpty();
        assertThat(mlp.at("/batching/batched").asBoolean()).isTrue();
        assertThat(mlp.at("/batching/reason").asText()).startsWith("proved");
        List<Integer> rows = IntStream.range(0, mlp.get("curve").size())
                .mapToObj(i -> mlp.get("curve").get(i).get("rows").asInt())
                .toList();
        assertThat(rows).startsWith(1, 2, 4).isSorted();
        assertThat(rows).contains(mlp.get("knee_rows").asInt());
        JsonNode one = mlp.get("curve").get(0);
        assertThat(one.get("run_micros").asDouble()).isPositive();
        assertThat(one.get("rows_per_second").asDouble())
                .isCloseTo(1e6 / one.get("run_micros").asDouble(), withPercentage(1));
        assertThat(Instant.parse(mlp.get("measured_at").asText()))
                .isBetween(Instant.now().minus(Duration.ofMinutes(10)), Instant.now());
        assertThat(mlp.get("reason").asText()).isNotEmpty();
    }

    @Test
    void theChoiceIsInTheMetricsToo() {
        JsonNode chosen = tuning("two-inputs").get("chosen");

        assertThat(metric("sluice_inline", "two-inputs")).isZero();
        assertThat(metric("sluice_inline", "gather")).isEqualTo(1);
        assertThat(metric("sluice_max_batch_rows", "two-inputs"))
                .isEqualTo(chosen.get("max_batch_size").asInt());
        assertThat(metric("sluice_tuning_checks_total", "two-inputs")).isGreaterThanOrEqualTo(0);
        assertThat(metric("sluice_tuning_changes_total", "two-inputs")).isZero();
    }

    @Test
    void everyChoiceCanBeOverridden() {
        JsonNode overridden = tuning("two-inputs");

        assertThat(overridden.get("chosen").toString())
                .isEqualTo("{\"execution\":\"queued\",\"max_batch_size\":3,\"parallel_runs\":1}");
        assertThat(overridden.get("configured").toString())
                .isEqualTo("[\"batching.max-batch-size\",\"batching.execution\",\"batching.parallel-runs\"]");
        assertThat(overridden.get("reason").asText()).isEqualTo("configured");
        assertThat(tuning("gather").at("/chosen/execution").asText()).isEqualTo("inline");
        assertThat(tuning("gather").get("configured").toString()).isEqualTo("[\"batching.execution\"]");
        assertThat(calls.get("/v2/models/two-inputs/config")
                        .json()
                        .get("max_batch_size")
                        .asInt())
                .isEqualTo(3);
    }

    @Test
    void aSlowModelIsNotLetOntoTheLoopEvenWhereThatIsConfigured() {
        JsonNode slow = tuning("slow");

        assertThat(slow.at("/chosen/execution").asText()).isEqualTo("queued");
        assertThat(slow.get("reason").asText())
                .matches("inline is configured, but a full batch takes [0-9]+ ms, more than 10 ms");
    }

    @Test
    void aModelThatIsNotBatchedHasACurveOfOneRow() {
        JsonNode fixed = tuning("fixed");

        assertThat(fixed.at("/batching/batched").asBoolean()).isFalse();
        assertThat(fixed.get("curve")).hasSize(1);
        assertThat(fixed.at("/chosen/max_batch_size").asInt()).isEqualTo(1);
    }

    @Test
    void runsGiveTheSameAnswersWhereverTheyTakePlace() {
        String rows = "[" + "1,2,3,4,".repeat(6) + "1,2,3,4]";
        InferBody body = new InferBody().json("a", "FP32", "[7,4]", rows).json("b", "FP32", "[7,4]", rows);
        // Seven rows, at most three a run.
        JsonNode sum = InferAnswer.of(body.postTo(calls, "two-inputs"))
                .json()
                .get("outputs")
                .get(0)
                .get("data");
        JsonNode gathered = InferAnswer.of(new InferBody()
                        .json("indices", "INT64", "[2,1]", "[3,9]")
                        .postTo(calls, "gather"))
                .json()
                .get("outputs")
                .get(0)
                .get("data");

        assertThat(sum).hasSize(28);
        assertThat(sum.get(27).asDouble()).isEqualTo(8);
        assertThat(gathered.toString()).isEqualTo("[3.0,3.25,3.5,3.75,9.0,9.25,9.5,9.75]");
    }

    @Test
    void answersLikeTheMetadataWhereThereIsNoSuchVersion() {
        assertThat(tuning("mlp/versions/1")).isEqualTo(tuning("mlp"));
        assertThat(calls.get("/v2/models/mlp/versions/2/tuning").status()).isEqualTo(404);
        assertThat(calls.get("/v2/models/nope/tuning").status()).isEqualTo(404);
        assertThat(calls.get("/v2/models/broken-text/tuning").status()).isEqualTo(503);
        assertThat(calls.get("/v2/models/broken-text/tuning").error())
                .isEqualTo(calls.get("/v2/models/broken-text").error());
        assertThat(calls.send("POST", "/v2/models/mlp/tuning").status()).isEqualTo(405);
    }

    @Test
    void isDescribedToOpenApi() {
        JsonNode document = calls.get("/v2/models/mlp/openapi.json").json();

        assertThat(document.at("/paths").has("/v2/models/mlp/tuning")).isTrue();
        assertThat(document.at("/components/schemas/Tuning/properties").has("curve"))
                .isTrue();
    }
}
