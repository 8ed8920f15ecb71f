package dev.sluice.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.TestModels;
import dev.sluice.loader.repository.VersionManifest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublishCommandIT {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path root;

    private Path repository = Path.of("");

    @BeforeEach
    void repository() throws IOException {
        repository = Files.createDirectories(root.resolve("models"));
    }

    @Test
    void publishesAVersionThatPassesTheGate() throws IOException {
        int exitCode = run(
                "--from=" + TestModels.folder("versions").resolve("2"), "--owner=payments", "--source-commit=9f2c1e7");

        assertThat(err.toString()).contains("validating");
        assertThat(exitCode).isZero();
        assertThat(out.toString()).startsWith("published times@1 at " + repository.resolve("times/1") + ": 1 file, ");
        VersionManifest manifest =
                VersionManifest.readIfPresent(repository.resolve("times/1")).orElseThrow();
        assertThat(manifest.lineage().owner()).contains("payments");
        assertThat(manifest.lineage().sourceCommit()).contains("9f2c1e7");
        assertThat(manifest.lineage().created()).isPresent();
    }

    @Test
    void publishesNothingThatDoesNotPassIt() throws IOException {
        Path from = cutOff();

        assertThat(run("--version=7", "--from=" + from)).isEqualTo(ExitCode.FINDING);
        assertThat(err.toString()).contains("sluice: not published: step ").contains("model.onnx");
        assertThat(names(repository.resolve("times"))).containsExactly(".publish.lock");
    }

    @Test
    void publishesItAllTheSameWhenTold() throws IOException {
        assertThat(run("--no-validate", "--from=" + cutOff())).isZero();
        assertThat(err.toString()).doesNotContain("validating");
        assertThat(repository.resolve("times/1/manifest.json")).exists();
    }

    @Test
    void validatesWithTheModelsOwnConfiguration() throws IOException {
        Files.createDirectories(repository.resolve("times"));
        Files.writeString(repository.resolve("times/model.yaml"), "model-file: other.onnx\n");

        assertThat(run("--from=" + TestModels.folder("versions").resolve("2"))).isEqualTo(ExitCode.FINDING);
        assertThat(err.toString())
                .contains("not published: step configuration: times: version 1 holds no file other.onnx");
    }

    @Test
    void refusesAVersionThatExists() throws IOException {
        String from = "--from=" + cutOff();
        assertThat(run("--no-validate", "--version=3", from)).isZero();

        assertThat(run("--no-validate", "--version=3", from)).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("not published: times@3 exists");
    }

    @Test
    void saysWhatIsWrongWithTheCommandLine() {
        assertThat(run()).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("--from");
        assertThat(run("--from=x", "--owner=")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("lineage: owner: must have between 1 and 1024 characters, got 0");
        assertThat(run("--from=x", "--set=http.port=x")).isEqualTo(ExitCode.CONFIGURATION);
    }

    private Path cutOff() throws IOException {
        byte[] model = Files.readAllBytes(TestModels.folder("versions").resolve("2/model.onnx"));
        Path folder = Files.createDirectories(root.resolve("cut-off"));
        Files.write(folder.resolve("model.onnx"), Arrays.copyOf(model, model.length / 2));
        return folder;
    }

    private int run(String... arguments) {
        List<String> all = Stream.concat(
                        Stream.of("publish", "--model=times", "--repository=" + repository), Stream.of(arguments))
                .toList();
        return SluiceCommand.run(new PrintWriter(out, true), new PrintWriter(err, true), all.toArray(String[]::new));
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> String.valueOf(entry.getFileName()))
                    .sorted()
                    .toList();
        }
    }
}
