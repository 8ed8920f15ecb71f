package dev.sluice.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.TestModels;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each version of the test model reserves 17 MiB. */
class ValidateCommandIT {
    private static final String ROOM_FOR_ONE = "--set=limits.model-memory=25MiB";
    private static final String ON_DEMAND = "on-demand: true\n";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path repository;

    @Test
    void loadsWhatIsLoadedOnDemandToo() throws IOException {
        version("broken", 1, cutOff());
        configure("broken", ON_DEMAND);

        assertThat(run()).isEqualTo(ExitCode.FINDING);
        assertThat(rows())
                .singleElement()
                .asString()
                .startsWith("broken")
                .contains("FAILED", "step files: 'model.onnx'");
        assertThat(out.toString()).endsWith("1 versions checked, 1 failed\n");
    }

    @Test
    void modelsLoadedOnDemandNeedNotFitTogether() throws IOException {
        for (String name : List.of("c", "a", "b")) {
            version(name, 1, model());
            configure(name, ON_DEMAND);
        }

        assertThat(run(ROOM_FOR_ONE)).as(out.toString()).isZero();
        assertThat(rows()).extracting(row -> row.substring(0, 1)).containsExactly("a", "b", "c");
        assertThat(out.toString()).endsWith("3 versions checked, 0 failed\n");
    }

    @Test
    void norNeedVersionsOfOneModel() throws IOException {
        for (int version = 1; version <= 3; version++) {
            version("m", version, model());
        }
        configure("m", ON_DEMAND + "versions: all\n");

        assertThat(run(ROOM_FOR_ONE)).as(out.toString()).isZero();
        assertThat(rows())
                .extracting(row -> row.replaceAll(" +", " ").substring(0, 7))
                .containsExactly("m 1 ok ", "m 2 ok ", "m 3 ok ");
    }

    @Test
    void theVersionThatWouldStandInIsLoadedAsWell() throws IOException {
        version("m", 1, model());
        version("m", 2, model());
        version("m", 3, cutOff());
        configure("m", ON_DEMAND);

        assertThat(run()).isEqualTo(ExitCode.FINDING);
        assertThat(rows())
                .extracting(row -> row.replaceAll(" +", " ").substring(0, 7))
                .containsExactly("m 2 ok ", "m 3 FAI");
        assertThat(out.toString()).endsWith("2 versions checked, 1 failed\n");
    }

    /** It would be refused in service, whenever it is asked for. */
    @Test
    void whatDoesNotFitBesideThoseThatAreAlwaysLoadedFails() throws IOException {
        version("always", 1, model());
        version("rarely", 1, model());
        configure("rarely", ON_DEMAND);

        assertThat(run(ROOM_FOR_ONE)).isEqualTo(ExitCode.FINDING);
        assertThat(rows().get(0)).startsWith("always").contains(" ok ");
        assertThat(rows().get(1)).startsWith("rarely").contains("FAILED", "step memory: it needs up to 17 MiB on cpu");
    }

    private static byte[] model() throws IOException {
        return Files.readAllBytes(TestModels.folder("mlp").resolve("1/model.onnx"));
    }

    private static byte[] cutOff() throws IOException {
        byte[] model = model();
        return Arrays.copyOf(model, model.length / 2);
    }

    private void version(String model, int version, byte[] file) throws IOException {
        Path folder = Files.createDirectories(repository.resolve(model).resolve(Integer.toString(version)));
        Files.write(folder.resolve("model.onnx"), file);
    }

    private void configure(String model, String yaml) throws IOException {
        Files.writeString(repository.resolve(model).resolve("model.yaml"), yaml);
    }

    private int run(String... options) {
        String[] all = Stream.concat(Stream.of("validate", repository.toString()), Stream.of(options))
                .toArray(String[]::new);
        return SluiceCommand.run(new PrintWriter(out, true), new PrintWriter(err, true), all);
    }

    /** The table without its head and the last line. */
    private List<String> rows() {
        List<String> lines = out.toString().lines().toList();
        return lines.subList(1, lines.size() - 1);
    }
}
