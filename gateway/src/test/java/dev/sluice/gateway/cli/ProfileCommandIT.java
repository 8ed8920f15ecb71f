package dev.sluice.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.canary.monitor.profile.Freshness;
import dev.sluice.canary.monitor.profile.GoldenRow;
import dev.sluice.canary.monitor.profile.ProfileException;
import dev.sluice.canary.monitor.profile.ProfileReader;
import dev.sluice.canary.monitor.profile.ReferenceProfile;
import dev.sluice.canary.monitor.profile.Sha256;
import dev.sluice.canary.monitor.profile.Tolerance;
import dev.sluice.gateway.TestModels;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command with real models, up to the file and the exit code. */
class ProfileCommandIT {
    private static final Path EXAMPLES = Path.of("..", "examples");

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void copyModels() {
        TestModels.copy(folder, "two-inputs", "exports/lightgbm-binary");
    }

    private Path version(String model) {
        return folder.resolve(model).resolve("1");
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private int profile(Object... options) {
        List<String> arguments = new ArrayList<>(List.of("profile"));
        for (Object option : options) {
            arguments.add(option.toString());
        }
        return SluiceCommand.run(
                new PrintWriter(out, true), new PrintWriter(err, true), arguments.toArray(String[]::new));
    }

    private ReferenceProfile written(String model) throws ProfileException {
        return ProfileReader.readIn(version(model)).orElseThrow();
    }

    @Test
    void writesFeaturesAndFactsBesideTheModel() throws IOException, ProfileException {
        int code = profile(
                "--minimal",
                "--model",
                version("lightgbm-binary"),
                "--features",
                "a,b,c,d,e,f",
                "--data-from=2026-01-01",
                "--data-to=2026-02-01T00:00:00+01:00",
                "--max-age=P90D",
                "--stale-policy=shadow-only");

        assertThat(err.toString()).isEmpty();
        assertThat(code).isEqualTo(ExitCode.OK);
        ReferenceProfile profile = written("lightgbm-binary");
        assertThat(profile.order().names()).containsExactly("a", "b", "c", "d", "e", "f");
        assertThat(profile.model().name()).contains("lightgbm-binary");
        assertThat(profile.model().version()).hasValue(1);
        assertThat(profile.model().sha256())
                .contains(Sha256.of(version("lightgbm-binary").resolve("model.onnx")));
        assertThat(profile.training().dataTo()).contains(Instant.parse("2026-01-31T23:00:00Z"));
        assertThat(profile.freshness().maxAge()).contains(Duration.ofDays(90));
        assertThat(profile.freshness().stalePolicy()).contains(Freshness.StalePolicy.SHADOW_ONLY);
        assertThat(profile.golden().rows()).isEmpty();
    }

    @Test
    void takesRowsByNameAndAsTensors() throws IOException, ProfileException {
        Path rows = write("rows.jsonl", """
                {"inputs": {"a": [1, 2, 3, 4], "b": [1, NaN, 1, 1]}, "outputs": {"sum": [2, NaN, 4, 5]}}
                {"inputs": [{"name": "b", "datatype": "FP32", "shape": [1, 4], "data": [0, 0, 0, 0]}, {"name": "a", "datatype": "FP32", "shape": [1, 4], "data": [1, 2, 3, 4]}], "outputs": [{"name": "difference", "datatype": "FP32", "shape": [1, 4], "data": [1, 2, 3, 4]}]}
                """);

        int code = profile("--minimal", "--model", version("two-inputs"), "--golden", rows, "--rtol=0", "--atol=0.5");

        assertThat(err.toString()).isEmpty();
        assertThat(code).isEqualTo(ExitCode.OK);
        assertThat(out.toString()).startsWith("golden: 2 rows from training agree, no difference");
        assertThat(written("two-inputs").golden().count(GoldenRow.Source.TRAINING))
                .isEqualTo(2);
        assertThat(written("two-inputs").golden().overall()).isEqualTo(new Tolerance(0, 0.5));
    }

    @Test
    void takesOutputsFromAFileOfTheirOwn() throws IOException, ProfileException {
        Path rows = write("rows.json", "[{\"a\": [1, 2, 3, 4], \"b\": [1, 1, 1, 1]}]");
        Path expected = write("expected.json", "[{\"sum\": [2, 3, 4, 5], \"difference\": [0, 1, 2, 3]}]");

        int code = profile("--minimal", "--model", version("two-inputs"), "--golden", rows, "--expected", expected);

        assertThat(err.toString()).isEmpty();
        assertThat(code).isEqualTo(ExitCode.OK);
        assertThat(written("two-inputs").golden().count(GoldenRow.Source.TRAINING))
                .isEqualTo(1);
    }

    @Test
    void writesNothingThatTheGateWouldRefuse() throws IOException {
        Path rows = write(
                "rows.json",
                "[{\"inputs\": {\"a\": [1, 2, 3, 4], \"b\": [1, 1, 1, 1]}, \"outputs\": {\"sum\": [2, 3, 4, 6]}}]");

        int code = profile("--minimal", "--model", version("two-inputs"), "--golden", rows);

        assertThat(code).isEqualTo(ExitCode.FINDING);
        assertThat(err.toString())
                .isEqualTo("sluice: step golden: golden row 0, output 'sum' element [0, 3]: expected 6.0, got 5.0,"
                        + " 1.00e+00 apart; allowed are 6.10e-04 (atol 1.0e-05 + rtol 1.0e-04); 1 of 1 rows differ\n");
        assertThat(version("two-inputs").resolve("profile.json")).doesNotExist();
    }

    @Test
    void marksRowsThatTheModelComputes() throws IOException, ProfileException {
        Path rows = write("rows.jsonl", "{\"a\": [1, 2, 3, 4], \"b\": [1, 1, 1, 1]}\n".repeat(3));

        int ofInputs = profile("--minimal", "--model", version("two-inputs"), "--golden", rows, "--self-derive=2");
        GoldenRow first = written("two-inputs").golden().rows().get(0);
        int madeUp = profile(
                "--minimal", "--model", version("two-inputs").resolve("model.onnx"), "--self-derive=5", "--force");

        assertThat(err.toString()).isEmpty();
        assertThat(List.of(ofInputs, madeUp)).containsOnly(ExitCode.OK);
        assertThat(first.source()).isEqualTo(GoldenRow.Source.SELF_DERIVED);
        assertThat(first.outputs()).contains("[2.0,3.0,4.0,5.0]").contains("[0.0,1.0,2.0,3.0]");
        assertThat(written("two-inputs").golden().count(GoldenRow.Source.SELF_DERIVED))
                .isEqualTo(5);
    }

    @Test
    void doesNotReplaceAFileUnlessAskedTo() throws IOException {
        Path file = Files.writeString(version("two-inputs").resolve("profile.json"), "{}");

        int code = profile("--minimal", "--model", version("two-inputs"));

        assertThat(code).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).endsWith("profile.json is there; --force replaces it\n");
        assertThat(file).hasContent("{}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``                           | 64 | sluice: only the minimal profile is offered: features in order and golden rows, no statistics; add --minimal
            --minimal --expected=x       | 64 | sluice: --expected needs --golden, the rows that it has outputs for
            --minimal --self-derive=101  | 64 | sluice: --self-derive must be between 0 and 100, got 101
            --minimal --rtol=-1          | 64 | sluice: rtol must be a finite number of 0 or greater, got -1.0
            --minimal --config=nothing   | 78 | sluice: nothing: no such file
            --minimal --golden=nothing   | 1  | sluice: nothing: no such file
            --minimal --features=a,c     | 1  | sluice: features name the columns of a single input, the model has 2: a, b
            --minimal --data-from=2026-02-01 --data-to=2026-01-01 | 64 | sluice: data_to must not be before data_from 2026-02-01T00:00:00Z, got 2026-01-01T00:00:00Z
            """)
    void saysWhatIsWrongWithTheCommand(String options, int code, String message) {
        List<Object> all = new ArrayList<>(List.of("--model", version("two-inputs")));
        for (String option : options.split(" ", -1)) {
            if (!option.isEmpty()) {
                all.add(option);
            }
        }

        assertThat(profile(all.toArray())).isEqualTo(code);
        assertThat(err.toString()).isEqualTo(message + "\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            [{"a": [1,2,3,4]}]                       | rows.json row 0: missing feature 'b'
            [{"a": [1,2,3,4], "bb": 1}]              | rows.json row 0: unknown feature 'bb'; expected a, b
            [{"a": [1,2,3], "b": [1,2,3,4]}]         | rows.json row 0: input 'a' must be FP32 [-1, 4], got FP32 [1, 3]
            [{"a": [1,[2],3,4], "b": [1,2,3,4]}]     | rows.json row 0: feature 'a': its lists must have the same length and depth
            [{"a": "x", "b": [1,2,3,4]}]             | rows.json row 0: feature 'a': its shape, with the row's dimension in front, is [1], the model declares [-1, 4]
            [{"a": [1,2,3,"x"], "b": [1,2,3,4]}]     | rows.json row 0: input 'a': data[3] must be a number (FP32), got string "x"
            [{"a": [1,2,3,4], "b": [1,2,3,4]}]       | rows.json: 1 rows have no outputs; give those of the training library (--expected), or let the model compute them (--self-derive), which does not satisfy require-golden
            [{"inputs": {"a": [1,2,3,4], "b": [1,2,3,4]}, "outputs": {"product": 1}}] | rows.json row 0: unknown output 'product'; expected sum, difference
            [1]                                      | rows.json row 0: must be an object, got NUMBER
            []                                       | rows.json: has no rows
            """)
    void namesTheRowThatDoesNotFit(String rows, String message) throws IOException {
        Path file = write("rows.json", rows);

        assertThat(profile("--minimal", "--model", version("two-inputs"), "--golden", file))
                .isEqualTo(ExitCode.FINDING);
        assertThat(err.toString()).isEqualTo("sluice: " + message + "\n");
    }

    /** The profiles of the examples are what the command makes of what LightGBM answered. */
    @ParameterizedTest
    @CsvSource({"1", "2"})
    void theProfilesOfTheExamplesComeFromTheirTrainingRun(String number) throws ProfileException {
        Path example = EXAMPLES.resolve("models").resolve("flight-delay").resolve(number);
        Path rows = EXAMPLES.resolve("training").resolve("golden").resolve("flight-delay-" + number + ".jsonl");

        int code = profile("--minimal", "--model", example, "--golden", rows, "-o", folder.resolve("profile.json"));

        assertThat(err.toString()).isEmpty();
        assertThat(code).isEqualTo(ExitCode.OK);
        ReferenceProfile again = ProfileReader.readIn(folder).orElseThrow();
        ReferenceProfile shipped = ProfileReader.readIn(example).orElseThrow();
        assertThat(again.order()).isEqualTo(shipped.order());
        assertThat(again.model()).isEqualTo(shipped.model());
        assertThat(again.golden()).isEqualTo(shipped.golden());
        assertThat(shipped.golden().count(GoldenRow.Source.TRAINING)).isEqualTo(20);
    }
}
