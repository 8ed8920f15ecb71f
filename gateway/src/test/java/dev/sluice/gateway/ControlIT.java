package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Load, unload, reload, labels and rollback through the control port, seen by clients of the data port. */
class ControlIT {
    private static final String MODEL = "/v2/repository/models/m";

    @TempDir
    Path repository;

    @TempDir
    Path state;

    private RunningGateway gateway;
    private HttpCalls control;

    @BeforeEach
    void start() {
        version(1);
        version(2);
        restart();
    }

    private void version(int number) {
        Repositories.copyVersion(repository, "mlp", "m", number);
    }

    private void brokenVersion(int number) {
        Repositories.write(repository.resolve("m/" + number + "/model.onnx"), "this is no model");
    }

    private void restart(String... settings) {
        stop();
        List<String> all = new ArrayList<>(List.of("state-dir=" + state));
        all.addAll(List.of(settings));
        gateway = RunningGateway.start(repository, all.toArray(String[]::new));
        control = gateway.control();
    }

    @AfterEach
    void stop() {
        if (gateway != null) {
            gateway.close(); // a second time does nothing
        }
    }

    private HttpCalls.Answer infer(String path) {
        return new InferBody().binary("x", "FP32", "[1,16]", new byte[64]).postTo(gateway.calls(), path);
    }

    /** The version that answers a request without one. */
    private String served() {
        HttpCalls.Answer answer = infer("m");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.header("sluice-version");
    }

    private HttpCalls.Answer done(HttpCalls.Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer;
    }

    private static void assertFailed(HttpCalls.Answer answer, int status, String code, String message) {
        assertThat(answer.json().path("error").asText()).contains(message);
        assertThat(answer.json().path("code").asText()).isEqualTo(code);
        assertThat(answer.status()).isEqualTo(status);
    }

    private JsonNode indexed(String version) {
        for (JsonNode entry : done(control.post("/v2/repository/index", "")).json()) {
            if (entry.path("version").asText().equals(version)) {
                return entry;
            }
        }
        throw new AssertionError("version " + version + " is not in the index");
    }

    @Test
    void unloadTakesAModelAwayAndLoadBringsItBack() {
        assertThat(served()).isEqualTo("2");

        done(control.post(MODEL + "/unload", ""));

        assertThat(infer("m").status()).isEqualTo(503);
        assertThat(infer("m").error()).contains("it was unloaded; loading it brings it back");
        assertThat(infer("m/versions/2").status()).isEqualTo(503);
        assertThat(gateway.calls().get("/v2/health/ready").status())
                .as("what is meant to be away keeps nobody from being ready")
                .isEqualTo(200);
        JsonNode entry = done(control.post("/v2/repository/index", "")).json().get(0);
        assertThat(entry.path("state").asText()).isEqualTo("UNAVAILABLE");
        assertThat(entry.path("reason").asText()).isEqualTo("it was unloaded; loading it brings it back");

        done(control.post(MODEL + "/load", ""));

        assertThat(served()).isEqualTo("2");
    }

    @Test
    void aModelThatWasUnloadedStaysSoOverARestart() {
        done(control.post(MODEL + "/unload", ""));

        restart();

        assertThat(infer("m").status()).isEqualTo(503);
        done(control.post(MODEL + "/load", ""));
        restart();
        assertThat(served()).isEqualTo("2");
    }

    @Test
    void loadsAVersionByNumberBesidesThatOfThePolicy() {
        assertThat(infer("m/versions/1").status()).isEqualTo(404);

        JsonNode loaded = done(control.post(MODEL + "/load", "{\"parameters\": {\"version\": \"1\"}}"))
                .json();

        assertThat(loaded.path("versions").findValuesAsText("version")).containsExactly("1", "2");
        assertThat(infer("m/versions/1").header("sluice-version")).isEqualTo("1");
        assertThat(served()).isEqualTo("2");
        restart();
        assertThat(infer("m/versions/1").header("sluice-version")).isEqualTo("1");
    }

    @Test
    void unloadsAVersionByNumberOnceAnotherServes() {
        done(control.post(MODEL + "/unload", "{\"parameters\": {\"version\": 2}}"));

        assertThat(served()).isEqualTo("1");
        assertThat(infer("m/versions/2").status()).isEqualTo(503);
        assertThat(indexed("2").path("state").asText()).isEqualTo("UNAVAILABLE");
        assertFailed(
                control.post(MODEL + "/unload", "{\"parameters\": {\"version\": 1}}"),
                409,
                "CONFLICT",
                "version 1 is the only one that can serve model 'm'; unload the model as a whole instead");

        done(control.post(MODEL + "/load", ""));
        assertThat(served()).isEqualTo("2");
    }

    @Test
    void findsANewVersionWhenAModelIsLoadedAgain() {
        version(3);

        done(control.post(MODEL + "/load", "{}"));

        assertThat(served()).isEqualTo("3");
    }

    @Test
    void saysAtWhichStepAndWhyAVersionCannotBeLoaded() {
        brokenVersion(3);

        HttpCalls.Answer answer = control.post(MODEL + "/load", "{}");

        assertFailed(answer, 400, "LOAD_FAILED", "version 3 of model 'm' is quarantined at step ");
        assertThat(served()).isEqualTo("2");
    }

    @Test
    void loadTriesAVersionAgainThatHasFailed() {
        brokenVersion(3);
        assertThat(control.post(MODEL + "/load", "").status()).isEqualTo(400);
        assertThat(control.post(MODEL + "/load", "").status()).isEqualTo(400);
        assertThat(served()).isEqualTo("2");
    }

    @Test
    void reloadsWhatServes() {
        String before = indexed("2").path("steps").toString();

        done(control.post(MODEL + "/reload", ""));

        assertThat(served()).isEqualTo("2");
        assertThat(indexed("2").path("steps").toString()).isNotEqualTo(before);
    }

    @Test
    void showsTheStepsOfTheGateInTheIndex() {
        JsonNode steps = indexed("2").path("steps");

        assertThat(steps).isNotEmpty();
        assertThat(steps).allSatisfy(step -> {
            assertThat(step.path("name").asText()).isNotEmpty();
            assertThat(step.path("ms").isNumber()).isTrue();
        });
    }

    @Test
    void movesALabelOnlyToAVersionThatIsReady() {
        brokenVersion(3);
        control.post(MODEL + "/load", "");

        assertFailed(
                control.put("/v2/models/m/labels/stable", "{\"version\": \"1\"}"),
                409,
                "CONFLICT",
                "label 'stable' moves only to a version that is ready, and version 1 of model 'm' is not loaded");
        assertFailed(
                control.put("/v2/models/m/labels/stable", "{\"version\": \"3\"}"),
                409,
                "CONFLICT",
                "and version 3 of model 'm' is quarantined at step ");
        assertFailed(
                control.put("/v2/models/m/labels/stable", "{\"version\": \"9\"}"),
                404,
                "MODEL_NOT_FOUND",
                "model 'm' has no version 9 in its folder; there are: [1, 2, 3]");
        assertFailed(
                control.put("/v2/models/m/labels/Stable", "{\"version\": \"2\"}"),
                400,
                "INVALID_INPUT",
                "a label must be a lower-case letter followed by at most 62 lower-case letters, digits or dashes");
        assertThat(infer("m/versions/stable").status()).isEqualTo(404);
    }

    @Test
    void aVersionThatNothingCanReplaceIsNotUnloadedAndCarriesALabelOverARestart() {
        brokenVersion(1);

        assertFailed(
                control.post(MODEL + "/unload", "{\"parameters\": {\"version\": 2}}"),
                400,
                "LOAD_FAILED",
                "version 2 of model 'm' still serves, because nothing can take its place: version 1 is quarantined");
        done(control.put("/v2/models/m/labels/stable", "{\"version\": \"2\"}"));

        restart();
        assertThat(served()).isEqualTo("2");
    }

    @Test
    void aVersionThatWasUnloadedGetsNoLabel() {
        done(control.post(MODEL + "/unload", "{\"parameters\": {\"version\": 2}}"));

        assertFailed(
                control.put("/v2/models/m/labels/stable", "{\"version\": \"2\"}"),
                409,
                "CONFLICT",
                "label 'stable' moves only to a version that stays, and version 2 of model 'm' was unloaded; load it"
                        + " first");
    }

    @Test
    void reloadsAnOlderVersionThatStandsInForOneThatWasRefused() {
        version(3);
        done(control.post(MODEL + "/load", ""));
        brokenVersion(4);
        assertThat(control.post(MODEL + "/load", "").status()).isEqualTo(400);

        done(control.post(MODEL + "/reload", ""));

        assertThat(served()).isEqualTo("3");
    }

    @Test
    void rollbackLeavesAStableVersionThatFailedAfterARestart() {
        version(3);
        done(control.post(MODEL + "/load", ""));
        done(control.put("/v2/models/m/labels/stable", "{\"version\": \"3\"}"));
        stop();
        brokenVersion(3);
        restart();
        assertThat(infer("m").status()).isEqualTo(503);

        JsonNode back = done(control.post("/v2/models/m/rollback", "")).json();

        assertThat(back.path("from").asText()).isEqualTo("3");
        assertThat(back.path("to").asText()).isEqualTo("2");
        assertThat(served()).isEqualTo("2");
    }

    @Test
    void aLoadOnDemandThatFindsNoMemorySaysSo() {
        Repositories.configure(repository, "m", "on-demand: true\n");
        restart("limits.model-memory=2MiB");

        assertFailed(
                control.post(MODEL + "/load", ""),
                400,
                "LOAD_FAILED",
                "loading version 2 of model 'm' failed at step memory: it needs up to ");
        assertThat(indexed("2").path("state").asText()).isEqualTo("UNAVAILABLE");
    }

    @Test
    void aLabelRoutesAndStableIsTheDefault() {
        done(control.post(MODEL + "/load", "{\"parameters\": {\"version\": \"1\"}}"));

        JsonNode set = done(control.put("/v2/models/m/labels/stable", "{\"version\": \"1\"}"))
                .json();
        done(control.put("/v2/models/m/labels/candidate", "{\"version\": 2}"));

        assertThat(set.toString()).isEqualTo("{\"model\":\"m\",\"label\":\"stable\",\"from\":null,\"to\":\"1\"}");
        assertThat(served()).isEqualTo("1");
        assertThat(infer("m/versions/stable").header("sluice-version")).isEqualTo("1");
        assertThat(infer("m/versions/candidate").header("sluice-version")).isEqualTo("2");
        JsonNode labels = done(control.get("/v2/models/m/labels")).json().path("labels");
        assertThat(labels.path("stable").path("version").asText()).isEqualTo("1");
        assertThat(labels.path("candidate").path("set_at").asText()).isNotEmpty();
        assertThat(indexed("1").path("labels").toString()).isEqualTo("[\"stable\"]");

        restart();
        assertThat(served()).isEqualTo("1");
        assertThat(infer("m/versions/candidate").header("sluice-version")).isEqualTo("2");

        done(control.send("DELETE", "/v2/models/m/labels/stable"));
        assertThat(served()).isEqualTo("2");
        assertThat(infer("m/versions/stable").status()).isEqualTo(404);
        assertThat(control.send("DELETE", "/v2/models/m/labels/stable").status())
                .isEqualTo(404);
    }

    @Test
    void aVersionWithALabelIsNotUnloaded() {
        done(control.put("/v2/models/m/labels/gold", "{\"version\": \"2\"}"));

        assertFailed(
                control.post(MODEL + "/unload", "{\"parameters\": {\"version\": \"2\"}}"),
                409,
                "CONFLICT",
                "version 2 of model 'm' carries the label gold; move or remove that before it is unloaded");
    }

    @Test
    void rollbackIsOneCallAndImmediate() {
        version(3);
        done(control.post(MODEL + "/load", ""));
        assertThat(served()).isEqualTo("3");

        JsonNode back = done(control.post("/v2/models/m/rollback", "")).json();

        assertThat(served()).isEqualTo("2");
        assertThat(back.toString()).isEqualTo("{\"model\":\"m\",\"from\":\"3\",\"to\":\"2\",\"immediate\":true}");
        restart();
        assertThat(served()).isEqualTo("2");
        assertThat(done(control.post("/v2/models/m/rollback", ""))
                        .json()
                        .path("to")
                        .asText())
                .as("the one that served before")
                .isEqualTo("3");
        assertThat(served()).isEqualTo("3");
    }

    @Test
    void rollbackLoadsTheVersionFirstWhereItIsNotResident() {
        Repositories.configure(repository, "m", "keep-previous: 0\n");
        version(3);
        done(control.post(MODEL + "/load", ""));
        Await.until("version 2 has gone", () -> infer("m/versions/2").status() != 200);

        JsonNode back = done(control.post("/v2/models/m/rollback", "")).json();

        assertThat(back.path("immediate").asBoolean(true)).isFalse();
        assertThat(served()).isEqualTo("2");
    }

    @Test
    void rollbackNeedsAVersionThatServedBefore() {
        assertFailed(
                control.post("/v2/models/m/rollback", ""),
                409,
                "CONFLICT",
                "model 'm' cannot go back: no other version has served before version 2");
    }

    @Test
    void theDataPortLoadsAndUnloadsForTritonsClientsWhereThatIsAllowed() {
        restart("http.repository-control=true");
        HttpCalls data = gateway.calls();

        done(data.post(MODEL + "/unload", "{\"parameters\":{\"unload_dependents\":false}}"));
        assertThat(infer("m").status()).isEqualTo(503);
        done(data.post(MODEL + "/load", "{}"));
        assertThat(served()).isEqualTo("2");
        assertFailed(
                data.post(MODEL + "/load", "{\"parameters\":{\"config\":\"{}\"}}"),
                400,
                "INVALID_INPUT",
                "parameter 'config' is not offered: a model's configuration and files come from its folder");
        assertThat(data.post("/v2/models/m/rollback", "").status()).isEqualTo(404);
    }

    @Test
    void answersMistakesAsTheDataPortDoes() {
        assertThat(control.get("/v2/nothing").status()).isEqualTo(404);
        HttpCalls.Answer method = control.get("/v2/models/m/labels/stable");
        assertThat(method.status()).isEqualTo(405);
        assertThat(method.header("allow")).isEqualTo("PUT, DELETE");
        assertThat(control.post(MODEL + "/load", "[]").status()).isEqualTo(400);
        assertThat(control.post(MODEL + "/load", "{").status()).isEqualTo(400);
        assertThat(control.post("/v2/repository/models/nobody/load", "").status())
                .isEqualTo(404);
        assertThat(control.put("/v2/models/m/labels/stable", "{}").status()).isEqualTo(400);
        assertThat(control.post(MODEL + "/load", "x".repeat(70_000)).status()).isEqualTo(413);
        assertThat(control.post(MODEL + "/load", "a: b", "content-type", "application/yaml")
                        .status())
                .isEqualTo(415);
        assertThat(control.get("/v2/models").json().path("models")).hasSize(1);
    }

    @Test
    void takesNoRequestsFromWebPages() {
        assertFailed(
                control.post(MODEL + "/unload", "", "origin", "https://evil.example"),
                403,
                "PERMISSION_DENIED",
                "the control port takes no requests from web pages");
        assertThat(control.post(
                                MODEL + "/reload",
                                "",
                                "origin",
                                "http://127.0.0.1:" + gateway.gateway().controlPort())
                        .status())
                .isEqualTo(200);
    }
}
