package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients of a model that takes its time to be loaded, which are late, impatient or too many. */
class OnDemandWaitIT {
    private static final String INFER = "/v2/models/slow/infer";
    private static final String ROW =
            "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,8],\"data\":[1,1,1,1,1,1,1,1]}]}";

    @TempDir
    Path repository;

    @BeforeEach
    void copyModels() {
        TestModels.copy(repository, "slow", "mlp");
        // One run takes 60 ms and more, and its load takes dozens.
        Repositories.configure(repository, "slow", "on-demand: true\n");
    }

    private static double waiting(RunningGateway gateway) {
        return MetricsPage.of(gateway).value("sluice_load_waiting");
    }

    @Test
    void aQuestionAboutAModelWaitsNoLongerThanARequestMay() {
        try (RunningGateway gateway = RunningGateway.start(repository, "limits.request-timeout=20ms")) {
            HttpCalls.Answer late = gateway.calls().get("/v2/models/slow");

            assertThat(late.status()).as(late.text()).isEqualTo(504);
            assertThat(late.json().path("code").asText()).isEqualTo("DEADLINE_EXCEEDED");
            assertThat(late.error()).isEqualTo("the deadline passed while a version of model 'slow' was being loaded");
            Await.until(
                    "the load has ended all the same",
                    () -> gateway.calls().get("/v2/models/slow").status() == 200);
        }
    }

    @Test
    void clientsThatLeaveWaitNoMore() throws IOException {
        try (RunningGateway gateway = RunningGateway.start(repository)) {
            try (RawHttp request = new RawHttp(gateway.port());
                    RawHttp question = new RawHttp(gateway.port())) {
                request.send(RawHttp.post(INFER, ROW));
                question.send("GET /v2/models/slow/config HTTP/1.1\r\nHost: t\r\n\r\n");
                Await.until("both wait", () -> waiting(gateway) == 2);
            }

            Await.until("nobody waits", () -> waiting(gateway) == 0);
            MetricsPage page = MetricsPage.of(gateway);
            assertThat(page.value("sluice_version_state", "model", "slow", "state", "loading"))
                    .as("the load goes on")
                    .isEqualTo(1);
            assertThat(page.value("sluice_admitted_requests")).isZero();
            assertThat(page.value("sluice_body_bytes")).isZero();
        }
    }

    @Test
    void aCrowdBeforeAColdModelTakesNothingFromOthers() throws IOException {
        try (RunningGateway gateway = RunningGateway.start(repository, "limits.concurrent-requests=4");
                RawHttp first = new RawHttp(gateway.port())) {
            first.send(RawHttp.post(INFER, ROW));
            Await.until("it waits", () -> waiting(gateway) == 1);

            HttpCalls.Answer refused = gateway.calls().post(INFER, ROW);
            HttpCalls.Answer other =
                    new InferBody().binary("x", "FP32", "[1,16]", new byte[64]).postTo(gateway.calls(), "mlp");

            assertThat(refused.status()).as(refused.text()).isEqualTo(503);
            assertThat(refused.header("retry-after")).isEqualTo("1");
            assertThat(refused.json().path("code").asText()).isEqualTo("OVERLOADED");
            assertThat(refused.error())
                    .isEqualTo("the server is at its limit of 1 requests that wait for models to be loaded;"
                            + " try again later");
            assertThat(other.status()).isEqualTo(200);
            MetricsPage page = MetricsPage.of(gateway);
            assertThat(page.value("sluice_load_waiting_limit")).isEqualTo(1);
            assertThat(page.value("sluice_load_waiting_refusals_total")).isEqualTo(1);
            assertThat(first.read().status()).isEqualTo(200);
        }
    }
}
