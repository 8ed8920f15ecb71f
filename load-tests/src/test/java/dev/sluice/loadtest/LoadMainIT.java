package dev.sluice.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadMainIT {
    @TempDir
    Path folder = Path.of("");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int load(FakeInferenceServer server, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "load", "--url", server.url().toString(), "--model", "m", "--duration", "2s", "--warmup", "100ms"));
        arguments.addAll(List.of(more));
        return LoadMain.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments.toArray(new String[0]));
    }

    @Test
    void metGoalsExit0WithALinePerSecondATableAndAReport() throws Exception {
        Path json = folder.resolve("out.json");
        try (FakeInferenceServer server = FakeInferenceServer.start()) {
            int exit = load(
                    server,
                    "--rate",
                    "100",
                    "--max-lateness",
                    "2s",
                    "--slo",
                    "p99=2s",
                    "--slo",
                    "errors=0",
                    "--json",
                    json.toString());

            assertThat(exit).as(out + "" + err).isZero();
            assertThat(out.toString()).contains("    1 s ", "    2 s ", "verdict                  ok");
            JsonNode report = new ObjectMapper().readTree(json.toFile());
            assertThat(report.path("verdict").asText()).isEqualTo("ok");
            assertThat(report.path("series")).hasSize(2);
        }
    }

    @Test
    void aMissedGoalExits1() throws Exception {
        try (FakeInferenceServer server = FakeInferenceServer.start((request, number, body) -> {
            if (number % 2 == 0) {
                FakeInferenceServer.ok(request);
            } else {
                FakeInferenceServer.fail(request, 503);
            }
        })) {
            int exit = load(server, "--rate", "100", "--max-lateness", "2s", "--slo", "errors=0");

            assertThat(exit).as(out + "" + err).isEqualTo(1);
            assertThat(out.toString()).contains("goal errors <= 0         MISSED");
        }
    }

    @Test
    void theWrongServerExits2() throws Exception {
        try (FakeInferenceServer server = FakeInferenceServer.start()) {
            int exit = load(server, "--server-name", "sluice");

            assertThat(exit).isEqualTo(2);
            assertThat(err.toString()).contains("must be the server 'sluice', but it says it is 'fake'");
        }
    }

    @Test
    void anOverwhelmedGeneratorExits2() throws Exception {
        try (FakeInferenceServer server = FakeInferenceServer.start()) {
            int exit = load(server, "--rate", "1000000", "--timeout", "500ms", "--max-connections", "8");

            assertThat(exit).as(out + "" + err).isEqualTo(2);
            assertThat(out.toString()).as(err.toString()).contains("NOT TRUSTED");
        }
    }
}
