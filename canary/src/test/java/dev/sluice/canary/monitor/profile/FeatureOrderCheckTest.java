package dev.sluice.canary.monitor.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.model.DataType;
import dev.sluice.model.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureOrderCheckTest {
    private static final List<String> SIX = List.of("a", "b", "c", "age", "d", "e");

    @TempDir
    Path folder;

    private static ReferenceProfile profile(FeatureOrder order, Optional<String> sha256) {
        return new ReferenceProfile(
                new ProfiledModel(Optional.empty(), OptionalLong.empty(), sha256),
                Instant.EPOCH,
                "test",
                Training.UNKNOWN,
                Freshness.UNKNOWN,
                order,
                GoldenRows.NONE);
    }

    private static FeatureOrder columns(CandidateFixture fixture, List<String> names) {
        return FeatureOrder.of(fixture.signature(), names);
    }

    private static FeatureOrder whole(String tensor, DataType type, long... shape) {
        return new FeatureOrder(List.of(new Feature(tensor, tensor, Feature.WHOLE, type, Shape.of(shape))));
    }

    private static String check(CandidateFixture fixture, FeatureOrder order, List<String> configured)
            throws ModelLoadException {
        fixture.write(ProfileWriter.write(profile(order, Optional.empty())));
        return ProfileChecks.features().check(fixture.candidate(configured, false));
    }

    @Test
    void passesAVersionWithoutAProfile() throws ModelLoadException {
        try (CandidateFixture fixture = new CandidateFixture(folder, "mlp")) {
            assertThat(ProfileChecks.features().check(fixture.candidate(List.of(), false)))
                    .isEqualTo("no profile");
        }
    }

    @Test
    void passesTheSameOrderOfColumns() throws ModelLoadException {
        try (CandidateFixture fixture = new CandidateFixture(folder, "exports/lightgbm-binary")) {
            assertThat(check(fixture, columns(fixture, SIX), SIX)).isEqualTo("6 features in the order of training");
            assertThat(check(fixture, columns(fixture, SIX), List.of())).isEqualTo("6 features as in training");
        }
    }

    @Test
    void namesTheFirstColumnThatIsAnotherInTheConfiguration() {
        try (CandidateFixture fixture = new CandidateFixture(folder, "exports/lightgbm-binary")) {
            FeatureOrder order = columns(fixture, List.of("a", "b", "c", "amount", "age", "e"));

            assertThatThrownBy(() -> check(fixture, order, SIX))
                    .isInstanceOf(ModelLoadException.class)
                    .hasMessage("feature 3 is 'amount' in profile.json and 'age' in model.yaml features")
                    .extracting(failure -> ((ModelLoadException) failure).step())
                    .isEqualTo("features");
            assertThatThrownBy(() -> check(fixture, columns(fixture, SIX), SIX.subList(0, 5)))
                    .hasMessage("feature 5 is 'e' in profile.json and missing in model.yaml features");
        }
    }

    @Test
    void comparesFeaturesThatAreInputsWithTheInputs() throws ModelLoadException {
        try (CandidateFixture fixture = new CandidateFixture(folder, "two-inputs")) {
            FeatureOrder order = FeatureOrder.of(fixture.signature(), List.of());
            FeatureOrder swapped = new FeatureOrder(
                    List.of(order.features().get(1), order.features().get(0)));

            assertThat(check(fixture, order, List.of())).isEqualTo("2 features in the order of training");
            assertThatThrownBy(() -> check(fixture, swapped, List.of()))
                    .hasMessage("feature 0 is 'b' in profile.json and 'a' in the model's inputs");
            assertThatThrownBy(() -> check(fixture, whole("a", DataType.FP32, -1, 4), List.of()))
                    .hasMessage("no feature of profile.json lies in input 'b' of the model");
        }
    }

    @Test
    void comparesTensorsTypesAndShapesWithTheModel() {
        try (CandidateFixture fixture = new CandidateFixture(folder, "mlp")) {
            assertThatThrownBy(() -> check(fixture, whole("z", DataType.FP32, -1, 16), List.of()))
                    .hasMessage("feature 0 'z' of profile.json lies in input 'z', the model has 'x'");
            assertThatThrownBy(() -> check(fixture, whole("x", DataType.FP64, -1, 16), List.of()))
                    .hasMessage("feature 0 'x' of profile.json is FP64, input 'x' of the model is FP32");
            assertThatThrownBy(() -> check(fixture, whole("x", DataType.FP32, -1, 17), List.of()))
                    .hasMessage(
                            "feature 0 'x' of profile.json lies in an input of shape [-1, 17], input 'x' of the model"
                                    + " has [-1, 16]");
        }
    }

    @Test
    void refusesFewerColumnsThanTheInputHas() {
        try (CandidateFixture fixture = new CandidateFixture(folder, "mlp")) {
            FeatureOrder two = new FeatureOrder(List.of(
                    new Feature("a", "x", 0, DataType.FP32, Shape.of(-1, -1)),
                    new Feature("b", "x", 1, DataType.FP32, Shape.of(-1, -1))));

            assertThatThrownBy(() -> check(fixture, two, List.of()))
                    .hasMessage("profile.json has 2 features in input 'x', which has 16 columns");
        }
    }

    @Test
    void refusesTheProfileOfAnotherModel() throws IOException, ModelLoadException {
        try (CandidateFixture fixture = new CandidateFixture(folder, "mlp")) {
            FeatureOrder order = columns(fixture, List.of());
            String mine = Sha256.of(fixture.files().modelFile());
            String other = "0".repeat(64);

            fixture.write(ProfileWriter.write(profile(order, Optional.of(mine))));
            assertThat(ProfileChecks.features().check(fixture.candidate(List.of(), false)))
                    .isEqualTo("1 features in the order of training");

            fixture.write(ProfileWriter.write(profile(order, Optional.of(other))));
            assertThatThrownBy(() -> ProfileChecks.features().check(fixture.candidate(List.of(), false)))
                    .hasMessage("profile.json is of another model: it was written for a file with SHA-256 " + other
                            + ", model.onnx has " + mine);
        }
    }

    @Test
    void refusesAProfileThatCannotBeRead() {
        try (CandidateFixture fixture = new CandidateFixture(folder, "mlp")) {
            fixture.write("{\"schema\": 7}");

            assertThatThrownBy(() -> ProfileChecks.features().check(fixture.candidate(List.of(), false)))
                    .isInstanceOf(ModelLoadException.class)
                    .hasMessage(
                            "profile.json line 1: schema must be 1, which is what this version of Sluice reads, got 7");
        }
    }
}
