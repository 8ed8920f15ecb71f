package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows by feature name, as people write them. */
class PredictIT {
    private static final String FLIGHT = """
            {"day_of_week": 1, "hour": 17, "distance": 944, "origin": 0, "carrier": 1, "temp": 64.0, "dewp": 62.1,
             "humid": 93.5, "wind_dir": 200, "wind_speed": 10.4, "wind_gust": null, "precip": 0.01, "pressure": null,
             "visib": 2.0}
            """;
    private static final String FEATURES = "'day_of_week', 'hour', 'distance', 'origin', 'carrier', 'temp', 'dewp',"
            + " 'humid', 'wind_dir', 'wind_speed' and 4 more";

    @TempDir
    static Path repository;

    private static RunningGateway gateway;

    private static HttpCalls calls;

    @BeforeAll
    static void start() {
        Repositories.copyExample(repository, "flight-delay");
        TestModels.copy(
                repository,
                "mixed-inputs",
                "exports/sklearn-pipeline-string-labels",
                "exports/xgboost-multiclass",
                "mlp");
        String features = "features: [sepal_length, sepal_width, petal_length, petal_width]\n";
        Repositories.configure(repository, "sklearn-pipeline-string-labels", features);
        Repositories.configure(repository, "xgboost-multiclass", features);
        gateway = RunningGateway.start(repository);
        calls = gateway.calls();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static JsonNode predict(String model, String body) {
        HttpCalls.Answer answer = calls.post("/v2/models/" + model + "/predict", body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.json().get("prediction_id").asText()).isEqualTo(answer.header("sluice-prediction-id"));
        return answer.json();
    }

    private static HttpCalls.Answer refused(String model, String body) {
        HttpCalls.Answer answer = calls.post("/v2/models/" + model + "/predict", body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.json().get("code").asText()).isEqualTo("INVALID_INPUT");
        return answer;
    }

    @Test
    void answersTheExampleOfTheDocumentation() throws IOException {
        JsonNode one =
                predict("flight-delay", Files.readString(Repositories.example("requests/flight-delay-predict.json")));
        JsonNode both =
                predict("flight-delay", Files.readString(Repositories.example("requests/flight-delay-rows.json")));

        assertThat(one.get("model_name").asText()).isEqualTo("flight-delay");
        assertThat(one.get("model_version").asText()).isEqualTo("2");
        JsonNode late = one.get("predictions").get(0);
        assertThat(one.get("predictions")).hasSize(1);
        assertThat(late.get("label").asText()).isEqualTo("delayed");
        assertThat(late.get("probabilities").get("delayed").asDouble()).isCloseTo(0.795889, within(1e-6));
        assertThat(both.get("predictions")).hasSize(2);
        assertThat(both.get("predictions").get(0).get("probabilities")).isEqualTo(late.get("probabilities"));
        JsonNode inTime = both.get("predictions").get(1);
        assertThat(inTime.get("label").asText()).isEqualTo("on_time");
        assertThat(inTime.get("probabilities").get("delayed").asDouble()).isCloseTo(0.150886, within(1e-6));
    }

    @Test
    void answersTheVersionAskedFor() throws IOException {
        String body = Files.readString(Repositories.example("requests/flight-delay-predict.json"));

        HttpCalls.Answer pinned = calls.post("/v2/models/flight-delay/versions/1/predict", body);

        assertThat(pinned.json().get("model_version").asText()).isEqualTo("1");
        assertThat(pinned.header("sluice-arm")).isEqualTo("pinned");
        assertThat(pinned.json().at("/predictions/0/label").asText()).isEqualTo("on_time");
        assertThat(pinned.json().at("/predictions/0/probabilities/delayed").asDouble())
                .isCloseTo(0.374318, within(1e-6));
        assertThat(calls.post("/v2/models/flight-delay/versions/3/predict", body)
                        .error())
                .isEqualTo("model 'flight-delay' has no version 3; versions ready: [1, 2]");
    }

    @Test
    void numbersTheRowsOfAPrediction() {
        JsonNode answer = predict("flight-delay", "[" + FLIGHT + "," + FLIGHT + "," + FLIGHT + "]");
        String id = answer.get("prediction_id").asText();

        assertThat(answer.get("predictions"))
                .extracting(row -> row.get("id").asText())
                .containsExactly(id + "#0", id + "#1", id + "#2");
        assertThat(answer.get("predictions").get(0).get("probabilities"))
                .isEqualTo(answer.get("predictions").get(2).get("probabilities"));
    }

    @Test
    void takesFeaturesInAnyOrder() {
        JsonNode ordered =
                predict("mixed-inputs", "{\"age\":40,\"income\":1000,\"city\":\"Graz\",\"member\":true,\"visits\":3}");
        JsonNode reversed =
                predict("mixed-inputs", "{\"visits\":3,\"member\":true,\"city\":\"Graz\",\"income\":1000,\"age\":40}");

        JsonNode row = ordered.get("predictions").get(0);
        assertThat(row.get("score").asDouble()).isCloseTo(37.0, within(1e-4));
        assertThat(row.get("city_out").asText()).isEqualTo("Graz");
        assertThat(reversed.get("predictions").get(0).get("score")).isEqualTo(row.get("score"));
    }

    @Test
    void takesNullAsAMissingNumber() {
        JsonNode withNull = predict("flight-delay", FLIGHT);
        JsonNode withNaN = predict("flight-delay", FLIGHT.replace("null", "\"NaN\""));
        JsonNode measured = predict("flight-delay", FLIGHT.replace("null", "1010.5"));

        assertThat(withNull.at("/predictions/0/probabilities")).isEqualTo(withNaN.at("/predictions/0/probabilities"));
        assertThat(withNull.at("/predictions/0/probabilities"))
                .isNotEqualTo(measured.at("/predictions/0/probabilities"));
    }

    @Test
    void namesTheClassesOfAClassifier() {
        String setosa = "{\"sepal_length\":5.1,\"sepal_width\":3.5,\"petal_length\":1.4,\"petal_width\":0.2}";

        JsonNode texts = predict("sklearn-pipeline-string-labels", setosa).at("/predictions/0");
        JsonNode numbers = predict("xgboost-multiclass", "[" + setosa + "]").at("/predictions/0");

        assertThat(texts.get("label").asText()).isEqualTo("setosa");
        assertThat(texts.get("output_label").asText()).isEqualTo("setosa");
        assertThat(texts.get("output_probability").fieldNames())
                .toIterable()
                .containsExactly("setosa", "versicolor", "virginica");
        assertThat(texts.get("output_probability").get("setosa").asDouble()).isCloseTo(0.9847031, within(1e-6));
        assertThat(numbers.get("label").asInt()).isZero();
    }

    @Test
    void namesFeaturesThatItDoesNotKnow() {
        HttpCalls.Answer answer = refused("flight-delay", FLIGHT.replace("wind_gust", "wind_guts"));

        assertThat(answer.error())
                .isEqualTo("unknown feature 'wind_guts'; did you mean 'wind_gust'? expected " + FEATURES);
    }

    @Test
    void namesFeaturesThatAreMissing() {
        String shortened = FLIGHT.replace("\"hour\": 17,", "").replace("\"temp\": 64.0,", "");

        assertThat(refused("flight-delay", shortened).error()).isEqualTo("missing features 'hour', 'temp'");
        assertThat(refused("flight-delay", "[" + FLIGHT + "," + shortened + "]").error())
                .isEqualTo("row 1: missing features 'hour', 'temp'");
    }

    @Test
    void namesFeaturesThatAreMistyped() {
        for (List<String> wrong : List.of(
                List.of("\"monday\"", "string \"monday\""),
                List.of("true", "true"),
                List.of("[1]", "an array"),
                List.of("{}", "an object"))) {
            String row = FLIGHT.replace("\"day_of_week\": 1", "\"day_of_week\": " + wrong.get(0));

            assertThat(refused("flight-delay", row).error())
                    .isEqualTo("feature 'day_of_week' must be a number (FP32), got " + wrong.get(1));
        }
    }

    @Test
    void tellsWhatToDoWhereRowsDoNotFit() {
        assertThat(refused("mlp", "{}").error())
                .isEqualTo("this model cannot be called with rows: input 'x' FP32 [-1, 16] is not one feature, [N] or"
                        + " [N, 1]; list the names of its columns as features in model.yaml. Use an infer request with"
                        + " tensors instead");
    }
}
