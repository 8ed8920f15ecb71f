package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is recorded of requests that come in by the front door, read from the files as any tool would. */
class InputLogIT {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String ROW = "[1, 8, 1089, 0, 3, 40.1, 30.9, 69.6, 270, 10.4, 17.3, 0, 1015.1, 10]";

    @TempDir
    Path folder;

    private @Nullable RunningGateway gateway;
    private int starts;

    @AfterEach
    void stop() {
        if (gateway != null) {
            gateway.close();
        }
    }

    private RunningGateway start(String yaml) {
        Path repository = Repositories.copyExample(folder.resolve("models-" + starts++), "flight-delay");
        Path config = repository.resolve("flight-delay").resolve("model.yaml");
        try {
            Repositories.write(config, Files.readString(config) + yaml);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        Repositories.copyVersion(repository, "gather", "gather", 1);
        Repositories.configure(repository, "gather", yaml);
        RunningGateway started = RunningGateway.start(
                repository, "log.dir=" + folder.resolve("log"), "log.flush=20ms", "log.rotated=plain");
        gateway = started;
        return started;
    }

    private List<JsonNode> lines(String type) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder.resolve("log"))) {
            for (Path file : files.sorted().toList()) {
                for (String line : Files.readAllLines(file)) {
                    JsonNode json = MAPPER.readTree(line);
                    if (json.path("type").asText().equals(type)) {
                        lines.add(json);
                    }
                }
            }
        }
        return lines;
    }

    private void stopGateway() {
        stop();
        gateway = null;
    }

    @Test
    void recordsRequestsThatCanBeSentAgainAsTheyAre() throws IOException {
        HttpCalls calls = start("log: {enabled: true}\n").calls();
        String input =
                calls.get("/v2/models/flight-delay").json().at("/inputs/0/name").asText();
        HttpCalls.Answer answer = calls.post(
                "/v2/models/flight-delay/infer",
                "{\"id\":\"mine\",\"inputs\":[{\"name\":\"" + input
                        + "\",\"datatype\":\"FP32\",\"shape\":[1,14],\"data\":" + ROW + "}]}",
                "traceparent",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        stopGateway();

        List<JsonNode> records = lines("prediction");
        assertThat(records).hasSize(1);
        JsonNode record = records.get(0);
        assertThat(record.path("prediction_id").asText()).isEqualTo(answer.header("sluice-prediction-id"));
        assertThat(record.path("client_id").asText()).isEqualTo("mine");
        assertThat(record.path("trace_id").asText()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
        assertThat(record.path("model").asText()).isEqualTo("flight-delay");
        assertThat(record.path("version").asText()).isEqualTo(answer.header("sluice-version"));
        assertThat(record.path("arm").asText()).isEqualTo(answer.header("sluice-arm"));
        assertThat(record.at("/sampling/probability").asDouble()).isEqualTo(1);
        assertThat(record.at("/response/outputs")).isEqualTo(answer.json().path("outputs"));

        HttpCalls.Answer again = start("")
                .calls()
                .post("/v2/models/flight-delay/infer", record.path("request").toString());
        assertThat(again.json().path("outputs")).isEqualTo(answer.json().path("outputs"));
    }

    @Test
    void recordsRowsAsTheTensorsThatTheyBecame() throws IOException {
        HttpCalls calls = start("log: {enabled: true}\n").calls();
        HttpCalls.Answer answer = calls.post(
                "/v2/models/flight-delay/predict",
                "[{\"day_of_week\":1,\"hour\":8,\"distance\":1089,\"origin\":0,\"carrier\":3,\"temp\":40.1,"
                        + "\"dewp\":30.9,\"humid\":69.6,\"wind_dir\":270,\"wind_speed\":10.4,\"wind_gust\":null,"
                        + "\"precip\":0,\"pressure\":1015.1,\"visib\":10}]");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        stopGateway();

        JsonNode request = lines("prediction").get(0).path("request");
        assertThat(request.at("/inputs/0/shape").toString()).isEqualTo("[1,14]");
        assertThat(request.at("/inputs/0/data/10").asText()).isEqualTo("NaN");
    }

    @Test
    void recordsFailuresWhateverTheShareAndSaysWhy() throws IOException {
        HttpCalls calls = start("log: {enabled: true, share: 0}\n").calls();
        assertThat(new InferBody()
                        .json("indices", "INT64", "[1,1]", "[3]")
                        .postTo(calls, "gather")
                        .status())
                .isEqualTo(200);
        assertThat(new InferBody()
                        .json("indices", "INT64", "[1,1]", "[99]")
                        .postTo(calls, "gather")
                        .status())
                .isEqualTo(500);
        assertThat(new InferBody()
                        .json("indices", "INT32", "[1,1]", "[3]")
                        .postTo(calls, "gather")
                        .status())
                .isEqualTo(400);
        assertThat(calls.post("/v2/models/gather/infer", "{\"inputs\":").status())
                .isEqualTo(400);
        stopGateway();

        List<JsonNode> records = lines("prediction");
        assertThat(records.stream().map(record -> record.at("/error/code").asText()))
                .containsExactly("MODEL_FAILED", "INVALID_INPUT", "INVALID_INPUT");
        assertThat(records.stream().map(record -> record.has("request"))).containsExactly(true, true, false);
        JsonNode window = lines("window").get(0);
        assertThat(window.path("received").asLong()).isEqualTo(4);
        assertThat(window.path("logged").asLong()).isEqualTo(3);
        assertThat(window.path("sampled_out").asLong()).isEqualTo(1);
    }

    @Test
    void addsUpOnTheMetricsPageAsInTheFiles() throws IOException {
        RunningGateway running = start("log: {enabled: true, share: 0.5}\n");
        HttpCalls calls = running.calls();
        for (int i = 0; i < 200; i++) {
            new InferBody().json("indices", "INT64", "[1,1]", "[3]").postTo(calls, "gather");
        }
        MetricsPage page = MetricsPage.of(running);
        while (page.value("sluice_log_pending", "channel", "file") > 0) {
            page = MetricsPage.of(running);
        }
        double logged = page.value("sluice_log_logged_total", "channel", "file");
        double sampledOut = page.value("sluice_log_sampled_out_total", "channel", "file");
        assertThat(page.value("sluice_log_received_total", "channel", "file")).isEqualTo(200);
        assertThat(logged + sampledOut).isEqualTo(200);
        assertThat(logged).isBetween(60.0, 140.0);
        stopGateway();

        assertThat(lines("prediction")).hasSize((int) logged);
        assertThat(lines("window").stream()
                        .mapToLong(window -> window.path("received").asLong())
                        .sum())
                .isEqualTo(200);
    }

    @Test
    void keepsItsFilesToItsOwner() throws IOException {
        HttpCalls calls = start("log: {enabled: true}\n").calls();
        new InferBody().json("indices", "INT64", "[1,1]", "[3]").postTo(calls, "gather");
        stopGateway();

        try (Stream<Path> files = Files.list(folder.resolve("log"))) {
            assertThat(files.toList())
                    .isNotEmpty()
                    .allSatisfy(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                            .isEqualTo("rw-------"));
        }
    }

    @Test
    void writesNothingWhereNoModelAsksForIt() {
        HttpCalls calls = start("").calls();
        new InferBody().json("indices", "INT64", "[1,1]", "[3]").postTo(calls, "gather");
        stopGateway();

        assertThat(folder.resolve("log")).doesNotExist();
    }
}
