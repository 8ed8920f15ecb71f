package dev.sluice.canary.monitor.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.model.TensorSet;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The real runtime with models that answer what they are asked, so that what differs is what the test wrote. */
class GoldenCheckTest {
    private static final String TWO_INPUTS =
            "[{\"name\":\"b\",\"datatype\":\"FP32\",\"shape\":[1,4],\"data\":[1,1,1,1]},"
                    + "{\"name\":\"a\",\"datatype\":\"FP32\",\"shape\":[1,4],\"data\":[1,2,3,4]}]";

    @TempDir
    Path folder;

    private static String tensor(String name, String type, String shape, String data) {
        return "[{\"name\":\"" + name + "\",\"datatype\":\"" + type + "\",\"shape\":" + shape + ",\"data\":" + data
                + "}]";
    }

    private static GoldenRow row(String inputs, String outputs) {
        return new GoldenRow(GoldenRow.Source.TRAINING, inputs, outputs);
    }

    private static GoldenRow self(GoldenRow row) {
        return new GoldenRow(GoldenRow.Source.SELF_DERIVED, row.inputs(), row.outputs());
    }

    private String check(String model, boolean requireGolden, GoldenRow... rows) throws ModelLoadException {
        return check(model, requireGolden, new GoldenRows(List.of(rows), Tolerance.DEFAULT, Map.of()));
    }

    private String check(String model, boolean requireGolden, GoldenRows golden) throws ModelLoadException {
        try (CandidateFixture fixture = new CandidateFixture(folder, model)) {
            fixture.write(ProfileWriter.write(new ReferenceProfile(
                    new ProfiledModel(Optional.empty(), OptionalLong.empty(), Optional.empty()),
                    Instant.EPOCH,
                    "test",
                    Training.UNKNOWN,
                    Freshness.UNKNOWN,
                    FeatureOrder.of(fixture.signature(), List.of()),
                    golden)));
            try {
                return ProfileChecks.golden().check(fixture.candidate(List.of(), requireGolden));
            } finally {
                assertThat(fixture.pool.bytesInUse()).as("memory given back").isZero();
            }
        }
    }

    @Test
    void passesAVersionThatAnswersAsExpected() throws ModelLoadException {
        GoldenRow near = row(tensor("x", "FP32", "[1,2]", "[1,1000]"), tensor("y", "FP32", "[1,2]", "[1,1000.0625]"));

        assertThat(check("identity-float32", true, near))
                .isEqualTo("1 rows from training agree, worst difference 6.25e-02 (output 'y')");
    }

    @Test
    void putsInputsInTheModelsOrderAndRunsTheOutputsThatAreGiven() throws ModelLoadException {
        assertThat(check("two-inputs", false, row(TWO_INPUTS, tensor("difference", "FP64", "[1,4]", "[0,1,2,3]"))))
                .isEqualTo("1 rows from training agree, no difference");
    }

    @Test
    void saysWhichRowWhichElementAndByHowMuch() {
        String inputs = tensor("x", "FP32", "[2,2]", "[1,2,3,4]");
        GoldenRow right = row(inputs, tensor("y", "FP32", "[2,2]", "[1,2,3,4]"));
        GoldenRow wrong = row(inputs, tensor("y", "FP32", "[2,2]", "[1,2,3.5,9]"));

        assertThatThrownBy(() -> check("identity-float32", false, right, wrong, wrong))
                .isInstanceOf(ModelLoadException.class)
                .hasMessage(
                        "golden row 1, output 'y' element [1, 0]: expected 3.5, got 3.0, 5.00e-01 apart; allowed are"
                                + " 3.60e-04 (atol 1.0e-05 + rtol 1.0e-04); 2 of 3 rows differ")
                .extracting(failure -> ((ModelLoadException) failure).step())
                .isEqualTo("golden");
    }

    @Test
    void takesTheToleranceOfTheOutputBeforeTheOverallOne() throws ModelLoadException {
        GoldenRow row = row(tensor("x", "FP32", "[1,1]", "[1]"), tensor("y", "FP32", "[1,1]", "[1.4]"));

        assertThat(check(
                        "identity-float32",
                        false,
                        new GoldenRows(List.of(row), new Tolerance(0, 0), Map.of("y", new Tolerance(0, 0.5)))))
                .startsWith("1 rows from training agree");
    }

    @Test
    void nanEqualsNanAndInfinitiesAreExact() throws ModelLoadException {
        String values = "[\"NaN\",\"Infinity\",\"-Infinity\"]";

        assertThat(check(
                        "identity-float64",
                        false,
                        row(tensor("x", "FP64", "[1,3]", values), tensor("y", "FP64", "[1,3]", values))))
                .isEqualTo("1 rows from training agree, no difference");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            identity-int64   | INT64  | 9223372036854775807 | 9223372036854775806
            identity-uint64  | UINT64 | 18446744073709551615 | 18446744073709551614
            identity-int32   | INT32  | -5     | -4
            identity-uint32  | UINT32 | 4294967295 | 1
            identity-int16   | INT16  | -5     | -4
            identity-uint16  | UINT16 | 65535  | 1
            identity-int8    | INT8   | -5     | -4
            identity-uint8   | UINT8  | 255    | 1
            identity-bool    | BOOL   | true   | false
            identity-string  | BYTES  | "on time" | "late"
            """)
    void comparesEverythingButFloatsExactly(String model, String type, String value, String other)
            throws ModelLoadException {
        String inputs = tensor("x", type, "[1,2]", "[" + value + "," + value + "]");
        GoldenRow right = row(inputs, tensor("y", type, "[1,2]", "[" + value + "," + value + "]"));
        GoldenRow wrong = row(inputs, tensor("y", type, "[1,2]", "[" + value + "," + other + "]"));

        assertThat(check(model, false, right)).isEqualTo("1 rows from training agree, no difference");
        assertThatThrownBy(() -> check(model, false, wrong))
                .hasMessage("golden row 0, output 'y' element [0, 1]: expected " + other.replace('"', '\'') + ", got "
                        + value.replace('"', '\'') + " (" + type + " must be equal); 1 of 1 rows differ");
    }

    @Test
    void comparesShapesExactly() {
        GoldenRow row = row(tensor("x", "FP32", "[1,2]", "[1,2]"), tensor("y", "FP32", "[2,1]", "[1,2]"));

        assertThatThrownBy(() -> check("identity-float32", false, row))
                .hasMessage("golden row 0, output 'y': expected shape [2, 1], got [1, 2]; 1 of 1 rows differ");
    }

    @Test
    void aGateMustNotTestItself() {
        GoldenRow row = row(tensor("x", "FP32", "[1,1]", "[1]"), tensor("y", "FP32", "[1,1]", "[1]"));

        assertThatThrownBy(() -> check("identity-float32", true, self(row)))
                .hasMessage("require-golden is set, which needs golden rows from the training side, but all golden rows"
                        + " (1) are self-derived, and a gate must not test itself: what they expect was computed by the"
                        + " model that they would test");
    }

    @Test
    void requiredGoldenRowsMustBeThere() {
        assertThatThrownBy(() -> check("identity-float32", true))
                .hasMessage(
                        "require-golden is set, which needs golden rows from the training side, but profile.json has"
                                + " no golden rows");
    }

    @Test
    void checksSelfDerivedRowsToo() throws ModelLoadException {
        GoldenRow right = row(tensor("x", "FP32", "[1,1]", "[1]"), tensor("y", "FP32", "[1,1]", "[1]"));
        GoldenRow wrong = row(tensor("x", "FP32", "[1,1]", "[1]"), tensor("y", "FP32", "[1,1]", "[2]"));

        assertThat(check("identity-float32", true, right, self(right)))
                .isEqualTo("1 rows from training and 1 self-derived agree, no difference");
        assertThatThrownBy(() -> check("identity-float32", true, right, self(wrong)))
                .hasMessageEndingWith("1 of 2 rows differ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            x | FP64 | [1,1] | y | FP32 | input 'x' must be FP32 [-1, -1], got FP64 [1, 1]
            x | FP32 | [1]   | y | FP32 | input 'x' must be FP32 [-1, -1], got FP32 [1]
            z | FP32 | [1,1] | y | FP32 | input 'x' is missing
            x | FP32 | [1,1] | z | FP32 | the model has no output 'z', it has 'y'
            x | FP32 | [1,1] | y | INT64 | output 'y' must be FP32 or another floating-point type, got INT64
            x | FP32 | [1,1] | y | FP33 | output 'y': datatype must be one of [BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, FP16, BF16, FP32, FP64, BYTES], got 'FP33'
            """)
    void refusesRowsThatDoNotFitTheModel(
            String input, String inputType, String shape, String output, String outputType, String message) {
        GoldenRow row = row(
                tensor(input, inputType, shape, "[1]"),
                "[{\"name\":\"" + output + "\",\"datatype\":\"" + outputType + "\",\"shape\":[1,1],\"data\":[1]}]");

        assertThatThrownBy(() -> check("identity-float32", false, row))
                .hasMessage("golden row 0 cannot be run: " + message);
    }

    @Test
    void passesAVersionWithoutAProfileUnlessRowsAreRequired() throws ModelLoadException {
        try (CandidateFixture fixture = new CandidateFixture(folder, "mlp")) {
            assertThat(ProfileChecks.golden().check(fixture.candidate(List.of(), false)))
                    .isEqualTo("no profile");
            assertThatThrownBy(() -> ProfileChecks.golden().check(fixture.candidate(List.of(), true)))
                    .hasMessage("require-golden is set, which needs golden rows from the training side, but there is no"
                            + " profile.json");
        }
    }

    @Test
    void writesTensorsSoThatTheyReadBack() {
        try (CandidateFixture fixture = new CandidateFixture(folder, "mixed-inputs")) {
            String text = "[{\"name\":\"age\",\"datatype\":\"FP32\",\"shape\":[1,1],\"data\":[0.1]},"
                    + "{\"name\":\"income\",\"datatype\":\"FP32\",\"shape\":[1,1],\"data\":[\"NaN\"]},"
                    + "{\"name\":\"city\",\"datatype\":\"BYTES\",\"shape\":[1,1],\"data\":[\"Zürich\"]},"
                    + "{\"name\":\"member\",\"datatype\":\"BOOL\",\"shape\":[1,1],\"data\":[true]},"
                    + "{\"name\":\"visits\",\"datatype\":\"INT64\",\"shape\":[1,1],\"data\":[-7]}]";
            TensorSet tensors = GoldenTensors.inputs(text, fixture.signature(), fixture.pool);

            assertThat(GoldenTensors.write(tensors.tensors())).isEqualTo(text);
            tensors.release();
        }
    }
}
