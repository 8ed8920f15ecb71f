package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The control port, its state and the command line of the packaged jar. */
class ControlProcessIT {
    @TempDir
    Path repository;

    @TempDir
    Path work;

    @BeforeEach
    void copy() {
        Repositories.copyVersion(repository, "mlp", "m", 1);
        Repositories.copyVersion(repository, "mlp", "m", 2);
    }

    private SluiceProcess serve() {
        return SluiceProcess.serve(repository, "state-dir=" + work.resolve("state"));
    }

    private static SluiceProcess.Ended model(SluiceProcess server, String... arguments) {
        List<String> all = new java.util.ArrayList<>(List.of("model"));
        all.addAll(List.of(arguments));
        all.add("--control");
        all.add("http://127.0.0.1:" + server.controlPort());
        return SluiceProcess.run(all.toArray(String[]::new));
    }

    @Test
    void theCommandLineDoesWhatTheControlPortDoes() {
        try (SluiceProcess server = serve()) {
            assertThat(server.out()).contains("Control   http://127.0.0.1:" + server.controlPort() + "/v2/models");

            SluiceProcess.Ended loaded = model(server, "load", "m", "--version", "1");
            assertThat(loaded.err()).isEmpty();
            assertThat(loaded.exitCode()).isZero();
            assertThat(model(server, "label", "m", "stable", "1").out()).isEqualTo("m: stable is version 1 now\n");
            SluiceProcess.Ended list = model(server, "list");
            assertThat(list.out()).containsPattern("m +1 +READY +stable");
            assertThat(list.out()).containsPattern("m +2 +READY");
            assertThat(model(server, "unlabel", "m", "stable").out()).isEqualTo("m: stable is gone (was version 1)\n");
            SluiceProcess.Ended back = model(server, "rollback", "m");
            assertThat(back.out()).isEqualTo("m: from version 2 to version 1, at once\n");
            SluiceProcess.Ended refused = model(server, "unload", "m", "--version", "1");
            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.err()).startsWith("sluice: version 1 of model 'm' carries the label stable");
            assertThat(model(server, "unload", "m").exitCode()).isZero();
            assertThat(model(server, "label", "m", "stable").exitCode()).isEqualTo(64);
        }
        SluiceProcess.Ended nobody = SluiceProcess.run("model", "list", "--control", "http://127.0.0.1:1");
        assertThat(nobody.exitCode()).isEqualTo(2);
        assertThat(nobody.err()).startsWith("sluice: no answer from http://127.0.0.1:1: ");
    }

    @Test
    void whatWasSaidSurvivesAKill() {
        try (SluiceProcess server = serve()) {
            HttpCalls control = new HttpCalls(server.controlPort());
            control.post("/v2/repository/models/m/load", "{\"parameters\":{\"version\":\"1\"}}");
            assertThat(control.put("/v2/models/m/labels/stable", "{\"version\":\"1\"}")
                            .status())
                    .isEqualTo(200);
            server.kill();
            server.awaitEnd();
        }
        try (SluiceProcess server = serve()) {
            HttpCalls.Answer answer =
                    new InferBody().binary("x", "FP32", "[1,16]", new byte[64]).postTo(server.calls(), "m");

            assertThat(answer.header("sluice-version")).isEqualTo("1");
        }
    }

    @Test
    void doesNotStartWithAStateThatItCannotRead() throws IOException {
        Path file = Files.createDirectories(work.resolve("state")).resolve("state.db");
        Files.writeString(file, "no database at all");

        SluiceProcess.Ended ended = SluiceProcess.run(
                "serve",
                repository.toString(),
                "--set=http.port=0",
                "--set=metrics.port=0",
                "--set=control.port=0",
                "--state-dir",
                work.resolve("state").toString());

        assertThat(ended.exitCode()).isEqualTo(78);
        assertThat(ended.err()).contains(file + " is damaged (it is not a database)");
        assertThat(file).hasContent("no database at all");
    }

    @Test
    void serversOfTheSameFoldersHaveOneStateBetweenThem() {
        Map<String, String> home = Map.of("XDG_STATE_HOME", work.resolve("home").toString());
        try (SluiceProcess first = SluiceProcess.serve(List.of(), home, List.of(), repository);
                SluiceProcess second = SluiceProcess.serve(List.of(), home, List.of(), repository)) {
            assertThat(first.out()).doesNotContain("warning");
            assertThat(second.out())
                    .contains("warning    labels and unloads will not survive a restart: the folder ")
                    .contains("is in use by another server");
        }
    }

    @Test
    void isNotOpenToOtherMachinesWithoutAToken() {
        SluiceProcess.Ended ended = SluiceProcess.run(
                "serve",
                repository.toString(),
                "--set=http.port=0",
                "--set=metrics.port=0",
                "--set=control.host=0.0.0.0");

        assertThat(ended.exitCode()).isEqualTo(78);
        assertThat(ended.err())
                .contains("control.host: must be a loopback address such as 127.0.0.1 while the environment variable"
                        + " SLUICE_CONTROL_TOKEN is not set, got 0.0.0.0");
    }
}
