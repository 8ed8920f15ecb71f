package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.canary.monitor.profile.Feature;
import dev.sluice.canary.monitor.profile.FeatureOrder;
import dev.sluice.canary.monitor.profile.Freshness;
import dev.sluice.canary.monitor.profile.GoldenRow;
import dev.sluice.canary.monitor.profile.GoldenRows;
import dev.sluice.canary.monitor.profile.ProfileWriter;
import dev.sluice.canary.monitor.profile.ProfiledModel;
import dev.sluice.canary.monitor.profile.ReferenceProfile;
import dev.sluice.canary.monitor.profile.Tolerance;
import dev.sluice.canary.monitor.profile.Training;
import dev.sluice.model.DataType;
import dev.sluice.model.Shape;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A version that is not what its profile says does not serve, and the one before it does. */
class ProfileGateIT {
    private static final String INPUTS = "[{\"name\":\"a\",\"datatype\":\"FP32\",\"shape\":[1,4],\"data\":[1,2,3,4]},"
            + "{\"name\":\"b\",\"datatype\":\"FP32\",\"shape\":[1,4],\"data\":[1,1,1,1]}]";

    @TempDir
    Path repository;

    private static String sums(String data) {
        return "[{\"name\":\"sum\",\"datatype\":\"FP64\",\"shape\":[1,4],\"data\":" + data + "}]";
    }

    private static FeatureOrder inputs(String... names) {
        return new FeatureOrder(List.of(names).stream()
                .map(name -> new Feature(name, name, Feature.WHOLE, DataType.FP32, Shape.of(-1, 4)))
                .toList());
    }

    private static String profile(FeatureOrder order, GoldenRow.Source source, String expected) {
        return ProfileWriter.write(new ReferenceProfile(
                new ProfiledModel(Optional.empty(), OptionalLong.empty(), Optional.empty()),
                Instant.EPOCH,
                "test",
                Training.UNKNOWN,
                Freshness.UNKNOWN,
                order,
                new GoldenRows(List.of(new GoldenRow(source, INPUTS, expected)), Tolerance.DEFAULT, Map.of())));
    }

    /** Version 1 has a good profile, version 2 this one. */
    private RunningGateway serve(String second, String yaml) {
        for (int version = 1; version <= 2; version++) {
            Repositories.copyVersion(repository, "two-inputs", "m", version);
        }
        Path model = repository.resolve("m");
        Repositories.write(
                model.resolve("1").resolve("profile.json"),
                profile(inputs("a", "b"), GoldenRow.Source.TRAINING, sums("[2,3,4,5]")));
        Repositories.write(model.resolve("2").resolve("profile.json"), second);
        Repositories.configure(repository, "m", yaml);
        return RunningGateway.start(repository);
    }

    private static void assertQuarantined(RunningGateway gateway, String reason) {
        HttpCalls calls = gateway.calls();
        InferBody body =
                new InferBody().json("a", "FP32", "[1,4]", "[1,2,3,4]").json("b", "FP32", "[1,4]", "[1,1,1,1]");
        JsonNode answer = InferAnswer.of(body.postTo(calls, "m")).json();

        assertThat(answer.get("model_version").asText()).isEqualTo("1");
        JsonNode index = calls.post("/v2/repository/index", "{}").json();
        assertThat(index).hasSize(2);
        for (JsonNode entry : index) {
            boolean first = entry.get("version").asText().equals("1");
            assertThat(entry.get("state").asText()).isEqualTo(first ? "READY" : "UNAVAILABLE");
            assertThat(entry.get("reason").asText()).isEqualTo(first ? "" : reason);
        }
        assertThat(calls.get("/v2/models/m/versions/2/ready").status()).isEqualTo(503);
    }

    @Test
    void aVersionThatAnswersAsExpectedServes() {
        String good = profile(inputs("a", "b"), GoldenRow.Source.TRAINING, sums("[2,3,4,5]"));

        try (RunningGateway gateway = serve(good, "require-golden: true\n")) {
            assertThat(gateway.calls().get("/v2/models/m/versions/2/ready").status())
                    .isEqualTo(200);
        }
    }

    @Test
    void aGoldenMismatchQuarantinesTheVersion() {
        String wrong = profile(inputs("a", "b"), GoldenRow.Source.TRAINING, sums("[2,3,4.5,5]"));

        try (RunningGateway gateway = serve(wrong, "versions: all\n")) {
            assertQuarantined(
                    gateway,
                    "step golden: golden row 0, output 'sum' element [0, 2]: expected 4.5, got 4.0, 5.00e-01 apart;"
                            + " allowed are 4.60e-04 (atol 1.0e-05 + rtol 1.0e-04); 1 of 1 rows differ");
        }
    }

    @Test
    void anotherOrderOfFeaturesQuarantinesTheVersion() {
        String swapped = profile(inputs("b", "a"), GoldenRow.Source.TRAINING, sums("[2,3,4,5]"));

        try (RunningGateway gateway = serve(swapped, "versions: all\n")) {
            assertQuarantined(gateway, "step features: feature 0 is 'b' in profile.json and 'a' in the model's inputs");
        }
    }

    @Test
    void rowsThatTheModelComputedItselfDoNotSatisfyAGateThatRequiresThem() {
        String self = profile(inputs("a", "b"), GoldenRow.Source.SELF_DERIVED, sums("[2,3,4,5]"));

        try (RunningGateway gateway = serve(self, "versions: all\nrequire-golden: true\n")) {
            assertQuarantined(
                    gateway,
                    "step golden: require-golden is set, which needs golden rows from the training side, but all golden"
                            + " rows (1) are self-derived, and a gate must not test itself: what they expect was computed"
                            + " by the model that they would test");
        }
    }
}
