package dev.sluice.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as a process of its own: what it prints, what it writes, and each exit code. */
class LoadMainIT {
    @TempDir
    Path folder = Path.of("");

    private TestProcess load(String url, String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("--url", url, "--duration", "2s", "--warmup", "200ms", "--max-lateness", "2s"));
        arguments.addAll(List.of(more));
        return TestProcess.load(folder, arguments.toArray(new String[0]));
    }

    @Test
    void metGoalsExit0WithProgressATableAndEveryReport() throws Exception {
        Path json = folder.resolve("reports/load.json");
        Path junit = folder.resolve("reports/load.xml");
        Path html = folder.resolve("reports/load.html");
        try (FakeInferenceServer server = FakeInferenceServer.start()) {
            TestProcess load = load(
                    server.url().toString(),
                    "--model",
                    "m",
                    "--rate",
                    "100",
                    "--slo",
                    "p99=2s",
                    "--slo",
                    "errors=0",
                    "--header",
                    "Authorization: Bearer opensesame",
                    "--json",
                    json.toString(),
                    "--junit",
                    junit.toString(),
                    "--html",
                    html.toString());

            assertThat(load.exitCode()).as(load.toString()).isZero();
            assertThat(load.err()).contains("    1 s ");
            assertThat(load.out())
                    .contains("goal errors <= 0         met, got 0")
                    .endsWith("verdict                  ok (exit code 0)\n");
            JsonNode report = new ObjectMapper().readTree(json.toFile());
            assertThat(report.path("verdict").asText()).isEqualTo("ok");
            assertThat(report.path("series")).hasSize(2);
            assertThat(report.path("command_line").get(0).asText()).isEqualTo("load");
            assertThat(junit).content().contains("failures=\"0\" errors=\"0\"", "name=\"errors &lt;= 0\"");
            assertThat(List.of(json, junit, html))
                    .allSatisfy(file -> assertThat(file).content().doesNotContain("opensesame"));
            assertThat(html).content().startsWith("<!DOCTYPE html>").contains("Latency by percentile");
        }
    }

    @Test
    void aMissedGoalExits1() throws Exception {
        Path junit = folder.resolve("load.xml");
        try (FakeInferenceServer server = FakeInferenceServer.start((request, number, body) -> {
            if (number % 2 == 0) {
                FakeInferenceServer.ok(request);
            } else {
                FakeInferenceServer.fail(request, 503);
            }
        })) {
            TestProcess load = load(
                    server.url().toString(),
                    "--model",
                    "m",
                    "--rate",
                    "100",
                    "--slo",
                    "errors=0",
                    "--junit",
                    junit.toString());

            assertThat(load.exitCode()).as(load.toString()).isEqualTo(1);
            assertThat(load.out())
                    .contains("goal errors <= 0         MISSED")
                    .endsWith("verdict                  goal missed (exit code 1)\n");
            assertThat(junit).content().contains("failures=\"1\" errors=\"0\"", "type=\"goal missed\"");
        }
    }

    @Test
    void aRefusedConnectionExits2AndSaysSoInEveryReport() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        Path json = folder.resolve("load.json");
        Path junit = folder.resolve("load.xml");
        Path html = folder.resolve("load.html");

        TestProcess load = load(
                "http://127.0.0.1:" + port,
                "--model",
                "m",
                "--json",
                json.toString(),
                "--junit",
                junit.toString(),
                "--html",
                html.toString());

        assertThat(load.exitCode()).as(load.toString()).isEqualTo(2);
        assertThat(load.err()).startsWith("could not measure: http://127.0.0.1:" + port + " is not reachable");
        assertThat(json).content().contains("\"exit_code\" : 2", "is not reachable");
        assertThat(junit).content().contains("errors=\"1\"", "is not reachable");
        assertThat(html).content().contains("is not reachable");
    }

    @Test
    void theWrongModelTheWrongVersionAndTheWrongServerExit2() throws Exception {
        try (FakeInferenceServer server = FakeInferenceServer.start()) {
            String url = server.url().toString();
            TestProcess model = load(url, "--model", "nobody");
            TestProcess version = load(url, "--model", "m", "--model-version", "7");
            TestProcess alias = load(url, "--model", "liar");
            TestProcess name = load(url, "--model", "m", "--server-name", "sluice");

            assertThat(List.of(model.exitCode(), version.exitCode(), alias.exitCode(), name.exitCode()))
                    .containsOnly(2);
            assertThat(model.err())
                    .startsWith("could not measure: readiness of model 'nobody' must be answered with 200, got 404");
            assertThat(version.err()).startsWith("could not measure: readiness of version '7' of model 'm' must be");
            assertThat(alias.err())
                    .startsWith("could not measure: the answer must be by the model 'liar', but it is by 'another'");
            assertThat(name.err()).contains("must be the server 'sluice', but it says it is 'fake'");
        }
    }

    @Test
    void aSaturatedClientExits2() throws Exception {
        try (FakeInferenceServer server = FakeInferenceServer.start()) {
            TestProcess load = load(
                    server.url().toString(),
                    "--model",
                    "m",
                    "--rate",
                    "1000000",
                    "--timeout",
                    "500ms",
                    "--connections",
                    "8",
                    "--slo",
                    "p99=10s");

            assertThat(load.exitCode()).as(load.toString()).isEqualTo(2);
            assertThat(load.out())
                    .contains("NOT TRUSTED")
                    .endsWith("verdict                  not measured (exit code 2)\n");
        }
    }

    @Test
    void wrongUsageExits64() {
        TestProcess load = load("http://127.0.0.1:1", "--model", "m", "--slo", "soon");

        assertThat(load.exitCode()).isEqualTo(64);
        assertThat(load.err()).contains("a goal must be");
    }

    @Test
    void severalTargetsAndArgumentsFromAFile() throws Exception {
        Path arguments = Files.writeString(folder.resolve("mix.args"), """
                # three of four requests go to n
                --model m
                --slo m:p99=2s
                --model n --model-version 1 --weight 3 --rows 4 --binary
                --slo n@1:errors=0
                """);
        try (FakeInferenceServer server = FakeInferenceServer.start()) {
            TestProcess load = load(server.url().toString(), "--stages", "50x1s,50..150x1s", "@" + arguments);

            // The helper's own --duration contradicts stages: this is said, too.
            assertThat(load.exitCode()).as(load.toString()).isEqualTo(64);
            assertThat(load.err()).contains("--stages say their own durations");

            TestProcess again = TestProcess.load(
                    folder,
                    "--url",
                    server.url().toString(),
                    "--max-lateness",
                    "2s",
                    "--stages",
                    "50x1s,50..150x1s",
                    "@" + arguments);

            assertThat(again.exitCode()).as(again.toString()).isZero();
            assertThat(again.out())
                    .contains("models m, n version 1", "50..150/s for 1 s", "goal n@1: errors <= 0    met, got 0");
        }
    }

    @Test
    void findsARateAndPrintsEachStep() throws Exception {
        try (FakeInferenceServer server = FakeInferenceServer.start()) {
            TestProcess load = TestProcess.load(
                    folder,
                    "--url",
                    server.url().toString(),
                    "--model",
                    "m",
                    "--find-rate",
                    "20..40",
                    "--slo",
                    "p99=2s",
                    "--duration",
                    "1s",
                    "--warmup",
                    "100ms",
                    "--max-lateness",
                    "2s");

            assertThat(load.exitCode()).as(load.toString()).isZero();
            assertThat(load.err()).contains("step  1         20/s  probe    met", "step  3         40/s  confirm  met");
            assertThat(load.out())
                    .contains("highest rate             40/s (the highest rate that was to be tried meets");
        }
    }

    @Test
    void aReportThatCannotBeWrittenIsSaidBeforeTheRun() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");

        TestProcess load = load("http://127.0.0.1:1", "--model", "m", "--json", file + "/load.json");

        assertThat(load.exitCode()).isEqualTo(2);
        assertThat(load.err()).startsWith("could not measure: a report cannot be written: ");
    }
}
