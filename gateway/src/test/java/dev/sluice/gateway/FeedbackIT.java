package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Labels for predictions, over HTTP. */
class FeedbackIT {
    private static final String MODEL = "flight-delay";
    private static final String FEEDBACK = "/v2/models/" + MODEL + "/feedback";
    private static final String ENABLED = "models." + MODEL + ".feedback.enabled=true";
    private static final String ROW = """
            {"day_of_week": 1, "hour": 17, "distance": 944, "origin": 0, "carrier": 1, "temp": 64.0, "dewp": 62.1,
             "humid": 93.5, "wind_dir": 200, "wind_speed": 10.4, "wind_gust": null, "precip": 0.01, "pressure": null,
             "visib": 2.0}
            """;

    @TempDir
    static Path repository;

    private static RunningGateway gateway;
    private static HttpCalls calls;

    @BeforeAll
    static void start() {
        Repositories.copyExample(repository, MODEL);
        Repositories.copyVersion(repository, "mlp", "other", 1);
        Repositories.configure(repository, "other", "feedback:\n  enabled: true\n");
        Repositories.copyVersion(repository, "mlp", "silent", 1);
        gateway = RunningGateway.start(repository, ENABLED, "feedback.late-after=1h");
        calls = gateway.calls();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    /** Predicts so many rows; the id of the prediction. */
    private static String predict(HttpCalls server, int rows) {
        String body = "[" + (ROW + ",").repeat(rows - 1) + ROW + "]";
        HttpCalls.Answer answer = server.post("/v2/models/" + MODEL + "/predict", body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.header("sluice-prediction-id");
    }

    private static String label(String id, int row, String label) {
        return "{\"prediction_id\": \"" + id + "\", \"row\": " + row + ", \"label\": " + label + "}";
    }

    private static JsonNode accepted(HttpCalls.Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }

    private static void assertRefused(HttpCalls.Answer answer, String message) {
        assertThat(answer.error()).isEqualTo(message);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().get("code").asText()).isEqualTo("INVALID_INPUT");
    }

    @Test
    void joinsALabelThatComesRightAfterItsPrediction() {
        String id = predict(calls, 1);

        JsonNode answer = accepted(calls.post(FEEDBACK, "{\"prediction_id\": \"" + id + "\", \"label\": \"delayed\"}"));

        assertThat(answer)
                .hasToString("{\"received\":1,\"joined\":1,\"late\":0,\"duplicate\":0,\"corrected\":0,\"orphan\":0,"
                        + "\"wrong_model\":0,\"invalid\":0,\"errors\":[]}");
    }

    @Test
    void takesABatchAndSaysWhatIsWrongWithSomeOfIt() {
        String id = predict(calls, 3);

        JsonNode answer = accepted(calls.post(
                FEEDBACK,
                "[" + label(id, 0, "1") + "," + label(id, 0, "1.0") + "," + label(id, 0, "0") + ","
                        + "{\"prediction_id\": \"" + id
                        + "#2\", \"label\": {\"ranked\": [\"a\", \"b\"], \"chosen\": \"b\"}},"
                        + label(id, 3, "1") + "," + label("ffff", 0, "true") + ", 7]"));

        assertThat(answer.get("received").asInt()).isEqualTo(7);
        assertThat(answer.get("joined").asInt()).isEqualTo(2);
        assertThat(answer.get("duplicate").asInt()).isEqualTo(1);
        assertThat(answer.get("corrected").asInt()).isEqualTo(1);
        assertThat(answer.get("orphan").asInt()).isEqualTo(1);
        assertThat(answer.get("invalid").asInt()).isEqualTo(2);
        assertThat(answer.get("errors").toString())
                .isEqualTo(
                        "[{\"index\":4,\"error\":\"'row' must be between 0 and 2, the prediction had 3 rows, got 3\"},"
                                + "{\"index\":6,\"error\":\"a label must be a JSON object such as"
                                + " {\\\"prediction_id\\\": \\\"…\\\", \\\"label\\\": 1}, got 7\"}]");
    }

    @Test
    void takesALabelInEachLine() {
        String id = predict(calls, 2);

        JsonNode answer = accepted(calls.post(
                FEEDBACK,
                label(id, 0, "1") + "\n\n" + label(id, 1, "2") + "\r\nnot json\n",
                "content-type",
                "application/x-ndjson; charset=utf-8"));

        assertThat(answer.get("received").asInt()).isEqualTo(3);
        assertThat(answer.get("joined").asInt()).isEqualTo(2);
        assertThat(answer.at("/errors/0/index").asInt()).isEqualTo(2);
        assertThat(answer.at("/errors/0/error").asText()).startsWith("the line is not JSON: ");
    }

    @Test
    void takesALargeCompressedBatch() throws IOException {
        String id = predict(calls, 200);
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 9_999; i++) {
            lines.append(label(id, i % 200, "\"" + "x".repeat(20) + i % 200 + "\""))
                    .append('\n');
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(body)) {
            gzip.write(lines.toString().getBytes(StandardCharsets.UTF_8));
        }

        JsonNode answer = accepted(calls.post(
                FEEDBACK, body.toByteArray(), "content-type", "application/jsonl", "content-encoding", "gzip"));

        assertThat(answer.get("joined").asInt()).isEqualTo(200);
        assertThat(answer.get("duplicate").asInt()).isEqualTo(9_799);
    }

    @Test
    void countsALabelOfAnotherModelsPrediction() {
        String id = predict(calls, 1);

        JsonNode answer = accepted(calls.post("/v2/models/other/feedback", label(id, 0, "1")));

        assertThat(answer.get("wrong_model").asInt()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"label\": 1} | 'prediction_id' is missing: it must be the id that came with the prediction",
                "{\"prediction_id\": 5, \"label\": 1} | 'prediction_id' must be text of 1 to 200 characters, got 5",
                "{\"prediction_id\": \"a#x\", \"label\": 1}"
                        + " | 'prediction_id' must be an id, or an id and a row such as 'id#0', got 'a#x'",
                "{\"prediction_id\": \"a#1\", \"row\": 2, \"label\": 1}"
                        + " | 'row' must be 1 as in 'prediction_id', got 2",
                "{\"prediction_id\": \"a\", \"row\": -1, \"label\": 1} | 'row' must be an integer of 0 or greater, got -1",
                "{\"prediction_id\": \"a\"} | 'label' is missing: it must say what was true",
                "{\"prediction_id\": \"a\", \"label\": null} | 'label' must be text, a number, a boolean or"
                        + " {\"ranked\": [\"a\", \"b\"], \"chosen\": \"b\"}, got null",
                "{\"prediction_id\": \"a\", \"label\": 1e999} | 'label': a label must be a finite number, got Infinity",
                "{\"prediction_id\": \"a\", \"label\": {\"ranked\": [\"a\"], \"chosen\": \"b\"}}"
                        + " | 'label.chosen' must be one of 'label.ranked', or its index from 0 to 0, got \"b\"",
                "{\"prediction_id\": \"a\", \"label\": {\"ranked\": \"a\", \"chosen\": 0}}"
                        + " | 'label.ranked' must be an array of 1 to 1000 texts, got \"a\"",
                "{\"prediction_id\": \"a\", \"label\": 1, \"at\": \"yesterday\"}"
                        + " | 'at' must be a time such as \"2026-01-31T12:00:00Z\" (RFC 3339), got \"yesterday\"",
                "{\"prediction_id\": \"a\", \"label\": 1, \"score\": 2}"
                        + " | 'score' is not a field; the fields are at, label, prediction_id, row",
                "[] | the body must hold at least one label",
                "[1, 2] | none of the 2 items is a label; item 0: a label must be a JSON object such as"
                        + " {\"prediction_id\": \"…\", \"label\": 1}, got 1",
                "{\"prediction_id\": \"a\", \"label\": 1} {} | the body must be one JSON value; labels in lines of their own"
                        + " need Content-Type application/x-ndjson",
                "5 | the body must be a JSON object or an array of them, got 5",
                "~~ | the body must be a JSON object or an array of them, got nothing",
            })
    void saysWhatIsWrong(String body, String message) {
        assertRefused(calls.post(FEEDBACK, body == null ? "" : body), message);
    }

    @Test
    void refusesABodyThatIsNotJson() {
        assertThat(calls.post(FEEDBACK, "{\"prediction_id\": nonsense}").error())
                .startsWith("the body is not JSON: ");
        assertThat(calls.post(FEEDBACK, "{}", "content-type", "text/csv").status())
                .isEqualTo(415);
    }

    @Test
    void refusesTooManyLabelsAsAWhole() {
        String id = predict(calls, 1);
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i <= 10_000; i++) {
            lines.append(label(id, 0, "1")).append('\n');
        }

        assertRefused(
                calls.post(FEEDBACK, lines.toString(), "content-type", "application/x-ndjson"),
                "the body must hold at most 10000 labels, got more; nothing was applied");
        assertThat(accepted(calls.post(FEEDBACK, label(id, 0, "1")))
                        .get("joined")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void refusesATimeInTheFuture() {
        String future = Instant.now().plus(Duration.ofHours(1)).toString();

        HttpCalls.Answer answer =
                calls.post(FEEDBACK, "{\"prediction_id\": \"a\", \"label\": 1, \"at\": \"" + future + "\"}");

        assertThat(answer.error()).startsWith("'at' must not be in the future, got " + future);
    }

    @Test
    void refusesModelsThatTakeNoFeedback() {
        HttpCalls.Answer silent = calls.post("/v2/models/silent/feedback", label("a", 0, "1"));
        assertThat(silent.status()).isEqualTo(409);
        assertThat(silent.error())
                .isEqualTo("model 'silent' takes no feedback: feedback.enabled is false in its configuration");

        assertThat(calls.post("/v2/models/unknown/feedback", label("a", 0, "1")).status())
                .isEqualTo(404);
        assertThat(calls.post("/v2/models/" + MODEL + "/versions/1/feedback", label("a", 0, "1"))
                        .status())
                .isEqualTo(404);
        HttpCalls.Answer deleted = calls.send("DELETE", FEEDBACK);
        assertThat(deleted.status()).isEqualTo(405);
        assertThat(deleted.header("allow")).isEqualTo("GET, HEAD, POST");
    }

    @Test
    void showsWhatHasCome() {
        String id = predict(calls, 2);
        accepted(calls.post(FEEDBACK, label(id, 0, "1")));

        JsonNode report = calls.get(FEEDBACK).json();
        assertThat(report.at("/labels/joined").asLong()).isPositive();
        assertThat(report.at("/predictions/waiting").asLong()).isPositive();
        assertThat(report.at("/coverage/0/version").asText()).isEqualTo("2");
        assertThat(report.at("/coverage/0/share").asDouble()).isBetween(0.0, 1.0);
        assertThat(report.at("/lag_seconds/p50").asDouble()).isBetween(0.0, 10.0);
        String page = gateway.metrics().get("/metrics").text();
        assertThat(page)
                .contains("sluice_feedback_labels_total{model=\"flight-delay\",outcome=\"joined\"} ")
                .contains("sluice_feedback_lag_seconds_bucket{model=\"flight-delay\",le=\"+Inf\"} ")
                .contains("sluice_feedback_coverage{model=\"flight-delay\",version=\"2\"} ");
        JsonNode paths =
                calls.get("/v2/models/" + MODEL + "/openapi.json").json().get("paths");
        assertThat(paths.has(FEEDBACK)).isTrue();
    }

    @Test
    void keepsPredictionsAndLabelsOverARestart(@TempDir Path state) {
        String id;
        try (RunningGateway first = RunningGateway.start(repository, ENABLED, "state-dir=" + state)) {
            id = predict(first.calls(), 2);
            accepted(first.calls().post(FEEDBACK, label(id, 0, "1")));
        }

        try (RunningGateway second = RunningGateway.start(repository, ENABLED, "state-dir=" + state)) {
            JsonNode answer =
                    accepted(second.calls().post(FEEDBACK, "[" + label(id, 0, "1") + "," + label(id, 1, "0") + "]"));

            assertThat(answer.get("duplicate").asInt()).isEqualTo(1);
            assertThat(answer.get("joined").asInt()).isEqualTo(1);
            JsonNode report = second.calls().get(FEEDBACK).json();
            assertThat(report.at("/labels/joined").asInt()).isEqualTo(2);
            assertThat(report.at("/predictions/total").asInt()).isEqualTo(2);
            assertThat(report.at("/predictions/waiting").asInt()).isZero();
        }
    }

    @Test
    void makesNoFileWhereNoModelTakesFeedback(@TempDir Path state) {
        try (RunningGateway quiet =
                RunningGateway.start(repository, "models.other.feedback.enabled=false", "state-dir=" + state)) {
            predict(quiet.calls(), 1);
            quiet.metrics().get("/metrics");
        }

        assertThat(state.resolve("feedback.db")).doesNotExist();
    }

    @Test
    void losesNoAcknowledgedLabelWhenTheServerIsKilled(@TempDir Path state) {
        String[] settings = {ENABLED, "state-dir=" + state};
        String id;
        try (SluiceProcess first = SluiceProcess.serve(repository, settings)) {
            id = predict(first.calls(), 3);
            accepted(first.calls().post(FEEDBACK, label(id, 0, "1")));
            accepted(first.calls().post(FEEDBACK, label(id, 2, "\"late\"")));
            first.kill();
            first.awaitEnd();
        }
        assertThat(Files.exists(state.resolve("feedback.db"))).isTrue();

        try (SluiceProcess second = SluiceProcess.serve(repository, settings)) {
            JsonNode answer = accepted(second.calls()
                    .post(
                            FEEDBACK,
                            "[" + label(id, 0, "1") + "," + label(id, 1, "1") + "," + label(id, 2, "\"late\"") + "]"));

            assertThat(answer.get("duplicate").asInt()).isEqualTo(2);
            assertThat(answer.get("joined").asInt()).isEqualTo(1);
        }
    }
}
