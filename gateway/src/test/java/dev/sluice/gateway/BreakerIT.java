package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A version that fails for some inputs again and again is taken out, and another answers; all through the front door. */
class BreakerIT {
    private static final String BREAKER =
            "breaker: {window: 10, minimum-calls: 4, failure-percent: 50, trial-calls: 2, ";

    @TempDir
    static Path repository;

    private static RunningGateway gateway;
    private static HttpCalls calls;

    @BeforeAll
    static void start() {
        for (String model : new String[] {"kept-out", "tried", "tried-in-vain"}) {
            Repositories.copyVersion(repository, "gather", model, 1);
            Repositories.copyVersion(repository, "gather", model, 2);
        }
        Repositories.copyVersion(repository, "gather", "alone", 1);
        // Version 1 is served only because it is the fallback.
        Repositories.configure(repository, "kept-out", "fallback: 1\n" + BREAKER + "pause: 1h}\n");
        Repositories.configure(repository, "alone", BREAKER + "pause: 1h}\n");
        Repositories.configure(repository, "tried", "fallback: 1\n" + BREAKER + "pause: 300ms}\n");
        Repositories.configure(repository, "tried-in-vain", "fallback: 1\n" + BREAKER + "pause: 300ms}\n");
        gateway = RunningGateway.start(repository);
        calls = gateway.calls();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    /** Row 3 of the table, or an index that the model cannot do. */
    private static HttpCalls.Answer ask(String model, boolean well) {
        return new InferBody()
                .json("indices", "INT64", "[1,1]", well ? "[3]" : "[99]")
                .postTo(calls, model);
    }

    private static void open(String model) {
        for (int i = 0; i < 2; i++) {
            assertThat(ask(model, true).status()).isEqualTo(200);
        }
        for (int i = 0; i < 2; i++) {
            assertThat(ask(model, false).status()).isEqualTo(500);
        }
    }

    private static JsonNode indexed(String model, String version) {
        for (JsonNode entry : calls.post("/v2/repository/index", "").json()) {
            if (entry.get("name").asText().equals(model)
                    && entry.get("version").asText().equals(version)) {
                return entry;
            }
        }
        throw new AssertionError("no version " + version + " of " + model + " in the index");
    }

    private static double metric(String name, String model, String... labels) {
        String[] all = new String[labels.length + 2];
        all[0] = "model";
        all[1] = model;
        System.arraycopy(labels, 0, all, 2, labels.length);
        return MetricsPage.of(gateway).value(name, all);
    }

    @Test
    void theFallbackAnswersWhileTheBreakerIsOpen() {
        assertThat(indexed("kept-out", "2").at("/breaker/state").asText()).isEqualTo("closed");
        open("kept-out");

        HttpCalls.Answer answer = ask("kept-out", true);

        assertThat(InferAnswer.of(answer).output("y").get("data").toString()).isEqualTo("[3.0,3.25,3.5,3.75]");
        assertThat(answer.header("sluice-version")).isEqualTo("1");
        assertThat(answer.header("sluice-arm")).isEqualTo("fallback");
        JsonNode entry = indexed("kept-out", "2");
        assertThat(entry.get("state").asText()).isEqualTo("READY");
        assertThat(entry.get("reason").asText())
                .matches("circuit breaker open since .*Z: 2 of the last 4 requests failed; falls back to version 1");
        assertThat(entry.at("/breaker/state").asText()).isEqualTo("open");
        assertThat(entry.at("/breaker/failed").asInt()).isEqualTo(2);
        assertThat(entry.at("/breaker/counted").asInt()).isEqualTo(4);
        assertThat(entry.at("/breaker/tried_at").asText()).isNotEmpty();
        assertThat(calls.get("/v2/models/kept-out")
                        .json()
                        .at("/properties/breaker")
                        .asText())
                .isEqualTo(entry.get("reason").asText());
        assertThat(calls.get("/v2/models/kept-out/ready").status()).isEqualTo(200);

        HttpCalls.Answer pinned =
                new InferBody().json("indices", "INT64", "[1,1]", "[3]").postTo(calls, "kept-out/versions/2");
        assertThat(pinned.status()).isEqualTo(503);
        assertThat(pinned.json().get("code").asText()).isEqualTo("MODEL_NOT_READY");
        assertThat(pinned.error())
                .isEqualTo("version 2 of model 'kept-out' is not ready: "
                        + entry.get("reason").asText());
        assertThat(Integer.parseInt(pinned.header("retry-after"))).isBetween(3000, 3600);
        assertThat(calls.get("/v2/models/kept-out/versions/2/ready").status()).isEqualTo(503);

        assertThat(metric("sluice_breaker_state", "kept-out", "version", "2", "state", "open"))
                .isEqualTo(1);
        assertThat(metric("sluice_breaker_state", "kept-out", "version", "1", "state", "closed"))
                .isEqualTo(1);
        assertThat(metric("sluice_breaker_transitions_total", "kept-out", "version", "2", "state", "open"))
                .isEqualTo(1);
        assertThat(metric("sluice_breaker_window_failures", "kept-out", "version", "2"))
                .isEqualTo(2);
        assertThat(metric("sluice_breaker_fallbacks_total", "kept-out", "version", "2"))
                .isEqualTo(1);
        assertThat(metric("sluice_breaker_refusals_total", "kept-out", "version", "2"))
                .isEqualTo(1);
    }

    @Test
    void withoutAFallbackTheModelIsNotReadyButTheServerIs() {
        open("alone");

        HttpCalls.Answer refused = ask("alone", true);

        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.error())
                .matches("version 1 of model 'alone' is not ready: circuit breaker open since .*Z: "
                        + "2 of the last 4 requests failed; there is no fallback");
        assertThat(Integer.parseInt(refused.header("retry-after"))).isBetween(3000, 3600);
        assertThat(calls.get("/v2/models/alone/ready").status()).isEqualTo(503);
        assertThat(calls.get("/v2/health/ready").status()).isEqualTo(200);
    }

    @Test
    void afterThePauseTheVersionIsTriedAndServesAgain() {
        open("tried");

        Await.until("version 2 answers again", () -> {
            HttpCalls.Answer answer = ask("tried", true);
            assertThat(answer.status()).isEqualTo(200);
            return answer.header("sluice-version").equals("2");
        });
        Await.until("the breaker is closed", () -> {
            ask("tried", true);
            return indexed("tried", "2").at("/breaker/state").asText().equals("closed");
        });

        HttpCalls.Answer answer = ask("tried", true);
        assertThat(answer.header("sluice-version")).isEqualTo("2");
        assertThat(answer.header("sluice-arm")).isEqualTo("default");
        assertThat(indexed("tried", "2").get("reason").asText()).isEmpty();
        assertThat(metric("sluice_breaker_transitions_total", "tried", "version", "2", "state", "half_open"))
                .isEqualTo(1);
        assertThat(metric("sluice_breaker_transitions_total", "tried", "version", "2", "state", "closed"))
                .isEqualTo(1);
    }

    @Test
    void trialsThatFailKeepTheVersionOutForAnotherPause() {
        open("tried-in-vain");

        Await.until(
                "it has been tried in vain",
                () -> ask("tried-in-vain", false).status() == 500
                        && metric("sluice_breaker_transitions_total", "tried-in-vain", "version", "2", "state", "open")
                                >= 2);

        assertThat(metric("sluice_breaker_transitions_total", "tried-in-vain", "version", "2", "state", "closed"))
                .isZero();
    }
}
