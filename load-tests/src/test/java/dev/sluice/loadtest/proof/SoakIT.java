package dev.sluice.loadtest.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The soak against a server process of its own, a few seconds long. */
class SoakIT {
    @TempDir
    Path folder = Path.of("");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int soak(List<String> serverCommand, String... more) {
        List<String> arguments = new ArrayList<>(List.of("soak", "--model", "m", "--out", folder.toString()));
        serverCommand.forEach(word -> arguments.add("--server-command=" + word));
        arguments.addAll(List.of(more));
        return ProofMain.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments.toArray(new String[0]));
    }

    private List<String> fakeServer(int leakBytes) throws IOException {
        // An argument file, because a class path of many jars makes a long command line.
        Path classPath = folder.resolve("class-path");
        Files.writeString(classPath, "-cp \"" + System.getProperty("java.class.path") + "\"");
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + classPath,
                FakeServerMain.class.getName(),
                Integer.toString(leakBytes));
    }

    @Test
    void aSteadyServerIsProvenAndTheEvidenceIsKept() throws Exception {
        int exit =
                soak(fakeServer(0), "--duration", "6s", "--load-fraction", "0.2", "--java-options", "-Xmx64m -Xms64m");

        assertThat(exit).as(out + "" + err).isZero();
        assertThat(out.toString()).contains("capacity with   4 connections", "soak: ok");
        JsonNode result =
                new ObjectMapper().readTree(folder.resolve("result.json").toFile());
        assertThat(result.path("verdict").asText()).isEqualTo("ok");
        assertThat(result.path("capacity_per_second_by_connections")).hasSize(4);
        assertThat(result.at("/load/failed").asLong(-1)).isZero();
        assertThat(Files.readAllLines(folder.resolve("samples.csv"))).hasSize(7);
        assertThat(folder.resolve("plot.svg")).content().contains(">resident<", "p99, ms");
        assertThat(folder.resolve("server.log")).content().contains("a line before it");
        assertThat(folder.resolve("table.txt")).content().contains("soak: ok");
    }

    @Test
    void aLeakIsRefuted() throws Exception {
        int exit = soak(
                fakeServer(1 << 20),
                "--duration",
                "6s",
                "--rate",
                "50",
                "--java-options",
                "-Xmx64m -XX:MaxDirectMemorySize=2g");

        assertThat(exit).as(out + "" + err).isEqualTo(1);
        assertThat(out.toString()).contains("direct memory grows: ", "soak: goal missed");
    }

    @Test
    void aServerThatDoesNotStartCannotBeMeasured() {
        int exit = soak(List.of("false"), "--duration", "6s");

        assertThat(exit).isEqualTo(2);
        assertThat(err.toString())
                .contains("could not measure: the server did not start: it ended before it said where it listens");
    }

    @Test
    void aServerCommandThatDoesNotExistCannotBeMeasured() {
        int exit = soak(List.of("does-not-exist-anywhere"), "--duration", "6s");

        assertThat(exit).isEqualTo(2);
        assertThat(err.toString()).contains("could not measure: ");
    }
}
