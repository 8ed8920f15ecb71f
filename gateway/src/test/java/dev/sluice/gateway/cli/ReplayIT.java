package dev.sluice.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.gateway.RunningGateway;
import dev.sluice.gateway.TestModels;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Replays logs of {@code versions@1}, whose version N answers N times its input. */
class ReplayIT {
    private final ObjectMapper mapper = new ObjectMapper();

    @TempDir
    Path folder;

    private Path models = Path.of("");
    private Path log = Path.of("");
    private Path out = Path.of("");

    @BeforeEach
    void folders() throws IOException {
        models = TestModels.copy(Files.createDirectories(folder.resolve("models")), "versions");
        Files.move(models.resolve("versions"), models.resolve("times"));
        log = Files.createDirectories(folder.resolve("log"));
        out = folder.resolve("out.jsonl");
    }

    @Test
    void findsTheSameVersionEqual() throws IOException {
        new LogText().answered(1.5f).answered(-0.0f).answered(3e38f).window().write(log);

        CommandLineRun run = replay("--candidate=times@1", "--fail-on-difference=0");

        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .isEqualTo("times@1: replayed 3: 3 equal, 0 different, 0 failed; 0 beyond the tolerance; skipped 0\n");
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void setsBothAnswersSideBySide() throws IOException {
        new LogText().answered(1.5f).write(log);

        CommandLineRun run = replay("--candidate=times@2");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).isEqualTo("times@2: replayed 1: 0 equal, 1 different, 0 failed; skipped 0\n");
        JsonNode comparison = comparisons().get(0);
        assertThat(comparison.path("schema").asInt()).isOne();
        assertThat(comparison.path("type").asText()).isEqualTo("comparison");
        assertThat(comparison.path("prediction_id").asText()).isEqualTo("p-1");
        assertThat(comparison.path("version").asLong()).isOne();
        assertThat(comparison.path("candidate").asText()).isEqualTo("times@2");
        assertThat(comparison.path("equal").asBoolean(true)).isFalse();
        assertThat(comparison.path("outputs").toString())
                .isEqualTo(
                        "[{\"name\":\"y\",\"equal\":false,\"elements\":2,\"differing\":2,\"max_abs\":1.5,\"max_rel\":0.5}]");
        assertThat(comparison.at("/logged/response/outputs/0/data").toString()).isEqualTo("[1.5,1.5]");
        assertThat(comparison.at("/replayed/status").asText()).isEqualTo("answered");
        assertThat(comparison.at("/replayed/response/outputs/0/data").toString())
                .isEqualTo("[3.0,3.0]");
        assertThat(comparison.at("/replayed/latency_ns").asLong()).isPositive();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(out)))
                .isEqualTo("rw-------");
    }

    @Test
    void failsOnADifferenceWhenTold() throws IOException {
        new LogText().answered(0.001f).write(log);

        assertThat(replay("--candidate=times@2", "--fail-on-difference=0.01").exitCode())
                .isZero();
        CommandLineRun run = replay("--candidate=times@2", "--fail-on-difference=0.0001", "--force");
        assertThat(run.exitCode()).isEqualTo(ExitCode.FINDING);
        assertThat(run.out()).contains("1 different, 0 failed; 1 beyond the tolerance");
    }

    @Test
    void asksAServerAsItsClientsDid() throws IOException {
        new LogText().answered(1).answered(2).answered(3).answered(4).write(log);

        try (RunningGateway server = RunningGateway.start(models, "models.times.versions=all")) {
            String url = "http://localhost:" + server.port();

            assertThat(replay("--candidate=" + url + "/v2/models/times/versions/1", "--concurrency=4")
                            .out())
                    .contains("replayed 4: 4 equal");
            assertThat(comparisons().stream()
                            .map(each -> each.path("prediction_id").asText()))
                    .containsExactly("p-1", "p-2", "p-3", "p-4");
            assertThat(replay("--candidate=" + url, "--force", "--limit=3").out())
                    .contains("replayed 3: 0 equal, 3 different");
        }
    }

    @Test
    void replaysWhatAServerHasLogged() throws IOException {
        try (RunningGateway server = RunningGateway.start(
                models, "models.times.log.enabled=true", "log.dir=" + log, "models.times.versions=[3]")) {
            for (String data : List.of("[1.5,-0.0]", "[\"NaN\",\"Infinity\"]", "[3e38,1e-45]", "[1]")) {
                server.calls()
                        .post(
                                "/v2/models/times/infer",
                                "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,2],\"data\":" + data
                                        + "}],\"outputs\":[{\"name\":\"y\",\"parameters\":{\"binary_data\":true}}]}");
            }
        }

        CommandLineRun verified = CommandLineRun.of("log", "verify", log);
        assertThat(verified.exitCode()).as(verified.out()).isZero();
        assertThat(verified.out()).contains("received 4 = logged 4 + dropped 0 + sampled out 0");
        CommandLineRun run = replay("--candidate=times@3", "--fail-on-difference=0");
        assertThat(run.out())
                .isEqualTo("times@3: replayed 3: 3 equal, 0 different, 0 failed; 0 beyond the tolerance; skipped 1"
                        + " (unreadable 1)\n");
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void countsWhatCannotBeReplayed() throws IOException {
        new LogText()
                .answered(1)
                .with(",\"redacted\":true", 2)
                .raw(
                        "{\"schema\":1,\"type\":\"prediction\",\"prediction_id\":\"d\",\"time\":\"2026-03-01T12:00:00.000000Z\","
                                + "\"model\":\"times\",\"version\":1,\"input_digests\":[{\"name\":\"x\",\"datatype\":\"FP32\","
                                + "\"shape\":[1],\"bytes\":4,\"crc32c\":\"00000000\"}]}\n")
                .raw(
                        "{\"schema\":1,\"type\":\"prediction\",\"prediction_id\":\"u\",\"time\":\"2026-03-01T12:00:00.000000Z\","
                                + "\"model\":\"times\",\"version\":1,\"error\":{\"code\":\"INVALID_INPUT\",\"message\":\"no\"}}\n")
                .raw(
                        "{\"schema\":1,\"type\":\"prediction\",\"prediction_id\":\"o\",\"time\":\"2026-03-01T12:00:00.000000Z\","
                                + "\"model\":\"other\",\"version\":1,\"request\":{\"inputs\":[]}}\n")
                .write(log);

        CommandLineRun run = replay("--candidate=times@1");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .isEqualTo("times@1: replayed 1: 1 equal, 0 different, 0 failed; skipped 4 (digest 1, other_model 1,"
                        + " redacted 1, unreadable 1)\n");
    }

    @Test
    void tellsWhatFailsNowFromWhatFailedThen() throws IOException {
        String badInput =
                ",\"error\":{\"code\":\"INVALID_INPUT\",\"message\":\"no\"},\"request\":{\"inputs\":[{\"name\":\"z\","
                        + "\"datatype\":\"FP32\",\"shape\":[1,2],\"data\":[1,2]}]}}\n";
        String head =
                "{\"schema\":1,\"type\":\"prediction\",\"prediction_id\":\"b\",\"time\":\"2026-03-01T12:00:00.000000Z\","
                        + "\"model\":\"times\",\"version\":1";
        new LogText()
                .failed("DEADLINE_EXCEEDED", 1)
                .raw(head + badInput)
                .raw(head + badInput.replace("INVALID_INPUT", "MODEL_FAILED"))
                .write(log);

        CommandLineRun run = replay("--candidate=times@1");

        assertThat(run.exitCode()).isEqualTo(ExitCode.FINDING);
        assertThat(run.out())
                .isEqualTo(
                        "times@1: replayed 3: 0 equal, 0 different, 1 failed, 1 answered now that failed then, 1 failed as"
                                + " they did then; skipped 0\n");
        assertThat(run.err()).startsWith("sluice: the first that failed is b: INVALID_INPUT: ");
        assertThat(comparisons().stream().map(each -> each.path("outcome").asText()))
                .containsExactly("answered_now", "failed_alike", "failed");
    }

    @Test
    void saysWhenTheCandidateIsNotThere() throws IOException {
        new LogText().answered(1).write(log);
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }

        CommandLineRun run = replay("--candidate=http://localhost:" + port);

        assertThat(run.exitCode()).isEqualTo(ExitCode.INSUFFICIENT);
        assertThat(run.err()).contains("p-1: UNREACHABLE: ", "the candidate answered none of 1 requests");
    }

    @Test
    void saysWhenThereIsNothingToReplay() throws IOException {
        new LogText().with(",\"redacted\":true", 1).write(log);

        CommandLineRun run = replay("--candidate=times@1");

        assertThat(run.exitCode()).isEqualTo(ExitCode.INSUFFICIENT);
        assertThat(run.err())
                .isEqualTo(
                        "sluice: nothing was replayed: there are no records that the filters choose and that hold their"
                                + " requests\n");
    }

    @Test
    void saysWhyACandidateDoesNotServe() throws IOException {
        new LogText().answered(1).write(log);
        Files.writeString(models.resolve("times/3/model.onnx"), "no model");

        CommandLineRun run = replay("--candidate=times@3");

        assertThat(run.exitCode()).isEqualTo(ExitCode.FINDING);
        assertThat(run.err()).startsWith("sluice: not replayed: candidate times@3 does not serve: step ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--candidate=times@9 | --candidate: there is no version 9 of 'times' in MODELS; there is 1, 2, 3, 10",
                "--candidate=other@1 | --candidate: there is no version 1 of 'other' in MODELS; there is no such model",
                "--candidate=times | --candidate must be MODEL@VERSION, http://HOST:PORT or"
                        + " http://HOST:PORT/v2/models/MODEL[/versions/VERSION], got 'times'",
                "--candidate=times@1 --concurrency=0 | --concurrency must be between 1 and 256, got 0",
                "--candidate=times@1 --limit=-1 | --limit must be 0 or greater, got -1",
                "--candidate=times@1 --fail-on-difference=-1 | --fail-on-difference must be 0 or greater, got -1.0"
            })
    void refusesWhatMakesNoSense(String options, String message) throws IOException {
        new LogText().answered(1).write(log);

        CommandLineRun run = replay(options.split(" ", -1));

        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).isEqualTo("sluice: " + message.replace("MODELS", models.toString()) + "\n");
    }

    private CommandLineRun replay(String... options) {
        List<Object> arguments = new ArrayList<>(List.of("replay", "--models=" + models, "--out=" + out));
        arguments.addAll(List.of(options));
        arguments.add(log);
        return CommandLineRun.of(arguments.toArray());
    }

    private List<JsonNode> comparisons() throws IOException {
        List<JsonNode> read = new ArrayList<>();
        for (String line : Files.readAllLines(out)) {
            read.add(mapper.readTree(line));
        }
        return read;
    }
}
