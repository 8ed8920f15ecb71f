package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Values that training did not know are counted, flagged or refused, whichever way they come. */
class ValidationIT {
    private static final String FEATURES = """
              features:
                age: {min: 0, max: 120, missing: false}
                income: {min: 0}
                city: {values: [Berlin, Bonn]}
                visits: {min: 0, max: 100}
            """;

    @TempDir
    static Path repository;

    private static RunningGateway gateway;

    private static HttpCalls calls;

    @BeforeAll
    static void start() {
        for (String policy : new String[] {"off", "count", "flag", "reject"}) {
            Repositories.copyVersion(repository, "mixed-inputs", policy, 1);
            Repositories.configure(repository, policy, "validation:\n  policy: " + policy + "\n" + FEATURES);
        }
        Repositories.copyVersion(repository, "mlp", "columns", 1);
        Repositories.configure(repository, "columns", """
                features: [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p]
                validation: {policy: reject, features: {b: {max: 1}}}
                """);
        Repositories.copyVersion(repository, "mixed-inputs", "misspelt", 1);
        Repositories.configure(
                repository, "misspelt", "validation: {policy: count, features: {age: {max: 120}, citty: {}}}\n");
        Repositories.copyVersion(repository, "mixed-inputs", "impossible", 1);
        Repositories.configure(repository, "impossible", "validation: {features: {city: {min: 3}}}\n");
        Repositories.copyVersion(repository, "mixed-inputs", "unreadable", 1);
        Repositories.configure(repository, "unreadable", "validation: {features: {age: {max: old}}}\n");
        gateway = RunningGateway.start(repository, "readiness.strict=false");
        calls = gateway.calls();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static InferBody person(String age, String city) {
        return new InferBody()
                .json("age", "FP32", "[2,1]", "[30," + age + "]")
                .json("income", "FP32", "[2,1]", "[1000,2000]")
                .json("city", "BYTES", "[2,1]", "[\"Bonn\",\"" + city + "\"]")
                .json("member", "BOOL", "[2,1]", "[true,false]")
                .json("visits", "INT64", "[2,1]", "[1,2]");
    }

    private static String row(String age, String city) {
        return "{\"age\":" + age + ",\"income\":1,\"city\":\"" + city + "\",\"member\":true,\"visits\":1}";
    }

    private static double requests(String model, String verdict) {
        return MetricsPage.of(gateway)
                .value("sluice_validation_requests_total", "model", model, "version", "1", "verdict", verdict);
    }

    private static double values(String model, String feature, String kind) {
        return MetricsPage.of(gateway)
                .valueOrZero("sluice_validation_values_total", "model", model, "feature", feature, "kind", kind);
    }

    private static void assertRefused(HttpCalls.Answer answer, String message) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.json().get("error").asText()).isEqualTo(message);
        assertThat(answer.json().get("code").asText()).isEqualTo("INVALID_INPUT");
    }

    private static String reason(String model) {
        for (JsonNode entry : calls.post("/v2/repository/index", "{}").json()) {
            if (entry.get("name").asText().equals(model)) {
                assertThat(entry.get("state").asText()).isEqualTo("UNAVAILABLE");
                return entry.get("reason").asText();
            }
        }
        throw new AssertionError("no model " + model);
    }

    @Test
    void countingLetsEveryRequestPass() {
        InferAnswer.of(person("250", "Bonn").postTo(calls, "count"));
        InferAnswer.of(person("50", "Paris").postTo(calls, "count"));
        InferAnswer.of(person("50", "Berlin").postTo(calls, "count"));

        assertThat(values("count", "age", "out_of_range")).isEqualTo(1);
        assertThat(values("count", "city", "not_in_domain")).isEqualTo(1);
        assertThat(requests("count", "passed")).isEqualTo(1);
        assertThat(requests("count", "flagged")).isEqualTo(2);
        assertThat(requests("count", "rejected")).isZero();
        assertThat(MetricsPage.of(gateway).all("sluice_validation_values_total", "model", "count"))
                .hasSize(2);
    }

    @Test
    void flaggingLetsEveryRequestPassOverPredictToo() {
        HttpCalls.Answer answer =
                calls.post("/v2/models/flag/predict", "[" + row("null", "Bonn") + "," + row("-1", "Rom") + "]");

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(values("flag", "age", "missing")).isEqualTo(1);
        assertThat(values("flag", "age", "out_of_range")).isEqualTo(1);
        assertThat(values("flag", "city", "not_in_domain")).isEqualTo(1);
        assertThat(requests("flag", "flagged")).isEqualTo(1);
    }

    @Test
    void refusalsNameTheFirstValueThatDoesNotFit() {
        assertRefused(
                person("250", "Bonn").postTo(calls, "reject"), "input 'age' row 1: must be between 0 and 120, got 250");
        assertRefused(
                person("25", "Rom").postTo(calls, "reject"),
                "input 'city' row 1: must be one of 'Berlin', 'Bonn', got 'Rom'");
        assertRefused(
                calls.post("/v2/models/reject/predict", row("null", "Bonn")),
                "input 'age' row 0: must not be missing, got NaN");
        InferAnswer.of(person("25", "Berlin").postTo(calls, "reject"));

        assertThat(requests("reject", "rejected")).isEqualTo(3);
        assertThat(requests("reject", "passed")).isEqualTo(1);
    }

    @Test
    void columnsAreNamedByTheirFeatures() {
        String zeros = "0,0,0,0,0,0,0,0,0,0,0,0,0,0";
        InferBody body = new InferBody().json("x", "FP32", "[2,16]", "[0,1," + zeros + ",0,1.5," + zeros + "]");

        assertRefused(body.postTo(calls, "columns"), "input 'x' row 1, feature 'b': must be at most 1, got 1.5");
    }

    @Test
    void whatTheSignatureRefusesIsRefusedAsBefore() {
        InferBody wrongType = new InferBody().json("x", "FP64", "[1,2]", "[250,250]");

        HttpCalls.Answer answer = wrongType.postTo(calls, "columns");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().get("error").asText()).contains("expected FP32 [-1, 16], got FP64 [1, 2]");
    }

    @Test
    void aModelThatIsNotLookedAtHasNoSuchMeters() {
        InferAnswer.of(person("250", "Rom").postTo(calls, "off"));

        assertThat(MetricsPage.of(gateway).all("sluice_validation_requests_total", "model", "off"))
                .isEmpty();
    }

    @Test
    void aSchemaThatDoesNotFitTheModelKeepsItFromServing() {
        assertThat(reason("misspelt"))
                .isEqualTo("step validation: validation.features must name features of the model, which are 'age',"
                        + " 'income', 'city', 'member', 'visits', got 'citty'; did you mean 'city'?");
        assertThat(reason("impossible"))
                .isEqualTo("step validation: validation.features.city.min must not be set: the feature is BYTES, which"
                        + " may have values and missing, got 3");
    }

    @Test
    void aSchemaThatCannotBeReadKeepsItsModelFromServing() {
        HttpCalls.Answer answer = person("25", "Bonn").postTo(calls, "unreadable");

        assertThat(answer.status()).as(answer.text()).isEqualTo(503);
        assertThat(answer.text()).contains("model.yaml:1: validation.features: age.max must be a number, got old");
    }
}
