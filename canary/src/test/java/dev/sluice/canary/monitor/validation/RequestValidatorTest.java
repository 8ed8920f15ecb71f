package dev.sluice.canary.monitor.validation;

import static dev.sluice.canary.monitor.validation.Schemas.domain;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.canary.monitor.profile.Feature;
import dev.sluice.canary.monitor.profile.FeatureOrder;
import dev.sluice.canary.monitor.validation.ValidationCounts.Count;
import dev.sluice.loader.repository.FeatureDomain;
import dev.sluice.loader.repository.FieldRule;
import dev.sluice.loader.repository.LogConfig;
import dev.sluice.loader.repository.ValidationConfig.Policy;
import dev.sluice.model.DataType;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RequestValidatorTest {
    private static final double NAN = Double.NaN;
    private static final double INFINITY = Double.POSITIVE_INFINITY;

    /** Two columns, of which only the first has a domain. */
    private static Schemas people(DataType type) {
        return Schemas.x(type, -1, 2).columns("age", "income").domain("age", domain("min=0 max=120 missing=false"));
    }

    private static Verdict inspect(RequestValidator validator, Tensor... tensors) {
        return validator.inspect(Inputs.request(tensors).inputs());
    }

    private static Verdict x(RequestValidator validator, DataType type, Shape shape, double... values) {
        return inspect(validator, Inputs.numbers("x", type, shape, values));
    }

    @ParameterizedTest
    @EnumSource(names = {"FP16", "BF16", "FP32", "FP64"})
    void everyKindIsFoundInFloatingPointColumns(DataType type) {
        RequestValidator validator = people(type).validator();

        Verdict verdict = x(validator, type, Shape.of(5, 2), 0, 1e4, 120, -5, 121, 7, NAN, NAN, INFINITY, -INFINITY);

        assertThat(verdict.flags()).containsExactly("out_of_range:age", "missing:age", "not_finite:age");
        assertThat(validator.counts().counts())
                .containsExactlyInAnyOrder(
                        new Count("age", ValidationKind.OUT_OF_RANGE, 1),
                        new Count("age", ValidationKind.MISSING, 1),
                        new Count("age", ValidationKind.NOT_FINITE, 1),
                        new Count("income", ValidationKind.MISSING, 1),
                        new Count("income", ValidationKind.NOT_FINITE, 1));
    }

    @ParameterizedTest
    @EnumSource(names = {"UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16", "INT32", "INT64"})
    void rangesAndDomainsHoldForEveryIntegerType(DataType type) {
        RequestValidator validator = Schemas.x(type, -1, 2)
                .columns("age", "code")
                .domain("age", domain("min=1.5 max=100"))
                .domain("code", domain("", "3", "5.0", "70"))
                .validator();

        Verdict verdict = x(validator, type, Shape.of(3, 2), 1, 5, 2, 70, 101, 4);

        assertThat(verdict.flags()).containsExactly("out_of_range:age", "not_in_domain:code");
        assertThat(validator.counts().counts())
                .containsExactlyInAnyOrder(
                        new Count("age", ValidationKind.OUT_OF_RANGE, 2),
                        new Count("code", ValidationKind.NOT_IN_DOMAIN, 1));
    }

    @Test
    void negativeIntegersAreBelowZeroAndLargeUnsignedOnesAreNot() {
        RequestValidator signed = Schemas.x(DataType.INT64, -1)
                .domain("x", domain("min=0 max=9223372036854775807"))
                .validator();
        RequestValidator unsigned = Schemas.x(DataType.UINT64, -1)
                .domain("x", domain("min=0 max=18446744073709551614"))
                .policy(Policy.REJECT)
                .validator();

        assertThat(x(signed, DataType.INT64, Shape.of(1), -1).flags()).containsExactly("out_of_range:x");
        assertThat(x(unsigned, DataType.UINT64, Shape.of(1), -2).flags()).isEmpty();
        assertThat(x(unsigned, DataType.UINT64, Shape.of(1), -1).refusal())
                .isEqualTo("input 'x' row 0: must be between 0 and 18446744073709551614, got 18446744073709551615");
    }

    @Test
    void boundsAreRoundedLikeTheValuesAreThatClientsSend() {
        RequestValidator validator = Schemas.x(DataType.FP32, -1)
                .domain("x", domain("min=0.1 max=0.7", "0.1", "0.3", "0.7"))
                .validator();

        assertThat(x(validator, DataType.FP32, Shape.of(3), 0.1f, 0.3f, 0.7f).flags())
                .isEmpty();
        assertThat(x(validator, DataType.FP32, Shape.of(1), Math.nextUp(0.7f)).flags())
                .containsExactly("out_of_range:x");
    }

    @Test
    void fractionsAndUnknownNumbersAreFound() {
        RequestValidator validator = Schemas.x(DataType.FP64, -1, 2)
                .columns("rooms", "grade")
                .domain("rooms", domain("integer=true"))
                .domain("grade", domain("", "0", "0.5", "1"))
                .validator();

        Verdict verdict = x(validator, DataType.FP64, Shape.of(4, 2), 3, 0.5, 2.5, -0.0, NAN, 0.75, -4, NAN);

        assertThat(verdict.flags()).containsExactly("not_integer:rooms", "not_in_domain:grade");
        assertThat(validator.counts().counts())
                .contains(new Count("rooms", ValidationKind.MISSING, 1), new Count("grade", ValidationKind.MISSING, 1));
    }

    @Test
    void textsAreLookedUpAndEmptyOnesAreMissing() {
        Schemas countries = Schemas.of(new TensorSpec("country", DataType.BYTES, Shape.of(-1, 1)));
        RequestValidator lenient = countries
                .domain("country", domain("", "DE", "FR", "Österreich"))
                .validator();
        RequestValidator strict = countries
                .domain("country", domain("missing=false", "DE", "FR", "Österreich"))
                .validator();
        Tensor tensor = Inputs.texts("country", Shape.of(5, 1), "DE", "", "Österreich", "de", "FRA");

        assertThat(inspect(lenient, tensor).flags()).containsExactly("not_in_domain:country");
        assertThat(lenient.counts().counts())
                .containsExactlyInAnyOrder(
                        new Count("country", ValidationKind.MISSING, 1),
                        new Count("country", ValidationKind.NOT_IN_DOMAIN, 2));
        assertThat(inspect(strict, tensor).flags()).containsExactly("missing:country", "not_in_domain:country");
    }

    @Test
    void anEmptyTextThatIsAmongTheValuesIsNotMissing() {
        RequestValidator validator = Schemas.x(DataType.BYTES, -1)
                .domain("x", domain("missing=false", "", "a"))
                .validator();

        assertThat(inspect(validator, Inputs.texts("x", Shape.of(2), "", "a")).flags())
                .isEmpty();
        assertThat(validator.counts().counts()).isEmpty();
    }

    @Test
    void booleansHaveADomainToo() {
        RequestValidator validator = Schemas.x(DataType.BOOL, -1)
                .domain("x", domain("", "true"))
                .policy(Policy.REJECT)
                .validator();

        assertThat(x(validator, DataType.BOOL, Shape.of(2), 1, 1).isRefused()).isFalse();
        assertThat(x(validator, DataType.BOOL, Shape.of(2), 1, 0).refusal())
                .isEqualTo("input 'x' row 1: must be one of 'true', got false");
    }

    @Test
    void withoutAnyDomainValuesThatAreNotFiniteAreOnlyCounted() {
        RequestValidator validator =
                Schemas.x(DataType.FP32, -1, 3, 2).policy(Policy.REJECT).validator();

        Verdict verdict = x(validator, DataType.FP32, Shape.of(1, 3, 2), 1, NAN, 3, INFINITY, 5, NAN);

        assertThat(verdict).isEqualTo(Verdict.CLEAN);
        assertThat(validator.counts().counts())
                .containsExactly(
                        new Count("x", ValidationKind.MISSING, 2), new Count("x", ValidationKind.NOT_FINITE, 1));
        assertThat(validator.counts().passedCount()).isEqualTo(1);
    }

    @Test
    void aRefusalNamesInputRowFeatureRuleAndValue() {
        RequestValidator validator = people(DataType.FP32).policy(Policy.REJECT).validator();

        Verdict verdict = x(validator, DataType.FP32, Shape.of(4, 2), 1, 1, 1, 1, 1, 1, 250, 1);

        assertThat(verdict.refusal()).isEqualTo("input 'x' row 3, feature 'age': must be between 0 and 120, got 250");
        assertThat(verdict.flags()).containsExactly("out_of_range:age");
        assertThat(validator.counts().rejectedCount()).isEqualTo(1);
        assertThat(validator.counts().flaggedCount()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "min=0|-1|must be at least 0, got -1",
                "max=1.5|1.75|must be at most 1.5, got 1.75",
                "missing=false|NaN|must not be missing, got NaN",
                "min=0|Infinity|must be finite, got Infinity",
                "integer=true|0.1|must be a whole number, got 0.1",
                "max=1e30|2e30|must be at most 1E+30, got 2E+30"
            })
    void eachKindHasItsRefusal(String domain, double value, String message) {
        RequestValidator validator = Schemas.x(DataType.FP32, -1)
                .domain("x", domain(domain))
                .policy(Policy.REJECT)
                .validator();

        assertThat(x(validator, DataType.FP32, Shape.of(1), value).refusal()).isEqualTo("input 'x' row 0: " + message);
    }

    @Test
    void aRefusedTextIsShortAndPrintable() {
        RequestValidator validator = Schemas.x(DataType.BYTES, -1)
                .columns("country")
                .domain("country", domain("", "DE", "FR"))
                .policy(Policy.REJECT)
                .validator();

        Verdict verdict = inspect(validator, Inputs.texts("x", Shape.of(1), "a\nb" + "c".repeat(100)));

        assertThat(verdict.refusal())
                .isEqualTo("input 'x' row 0, feature 'country': must be one of 'DE', 'FR', got 'a\uFFFDb"
                        + "c".repeat(61) + "…'");
    }

    @Test
    void anElementOfALargerRowIsNamed() {
        RequestValidator validator = Schemas.x(DataType.FP32, -1, 2, 3)
                .domain("x", domain("max=1"))
                .policy(Policy.REJECT)
                .validator();

        Verdict verdict = x(validator, DataType.FP32, Shape.of(2, 2, 3), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0);

        assertThat(verdict.refusal()).isEqualTo("input 'x' row 1, element 4: must be at most 1, got 9");
    }

    @Test
    void valuesThatTheLogRedactsAreNotRepeated() {
        LogConfig log = new LogConfig(
                true,
                1,
                Map.of(),
                LogConfig.By.PREDICTION,
                true,
                true,
                Map.of("age", new FieldRule.Hash()),
                Optional.of(Set.of("age")));
        RequestValidator validator = people(DataType.FP32)
                .domain("income", domain("min=0"))
                .log(log)
                .policy(Policy.REJECT)
                .validator();

        String message = ", got another value, which is not repeated because it is redacted";
        assertThat(x(validator, DataType.FP32, Shape.of(1, 2), 250, 1).refusal())
                .isEqualTo("input 'x' row 0, feature 'age': must be between 0 and 120" + message);
        assertThat(x(validator, DataType.FP32, Shape.of(1, 2), 25, -1).refusal())
                .isEqualTo("input 'x' row 0, feature 'income': must be at least 0" + message);
    }

    @Test
    void countingAloneFlagsNothing() {
        RequestValidator validator = people(DataType.FP32).policy(Policy.COUNT).validator();

        assertThat(x(validator, DataType.FP32, Shape.of(1, 2), 250, 1)).isEqualTo(Verdict.CLEAN);
        assertThat(validator.counts().counts()).containsExactly(new Count("age", ValidationKind.OUT_OF_RANGE, 1));
        assertThat(validator.counts().flaggedCount()).isEqualTo(1);
        assertThat(validator.counts().passedCount()).isZero();
    }

    @Test
    void severalInputsAreLookedAtInAnyOrder() {
        RequestValidator validator = Schemas.of(
                        new TensorSpec("age", DataType.FP32, Shape.of(-1)),
                        new TensorSpec("visits", DataType.INT64, Shape.of(-1, 1)),
                        new TensorSpec("city", DataType.BYTES, Shape.of(-1)))
                .domain("age", domain("max=120"))
                .domain("city", domain("", "Berlin"))
                .validator();

        Verdict verdict = inspect(
                validator,
                Inputs.texts("city", Shape.of(1), "Bonn"),
                Inputs.numbers("visits", DataType.INT64, Shape.of(1, 1), 1),
                Inputs.numbers("age", DataType.FP32, Shape.of(1), 130));

        assertThat(verdict.flags()).containsExactly("not_in_domain:city", "out_of_range:age");
    }

    @Test
    void whatDoesNotFitTheSignatureIsLeftToItsCheck() {
        RequestValidator validator = people(DataType.FP32).policy(Policy.REJECT).validator();

        assertThat(x(validator, DataType.FP64, Shape.of(1, 2), 250, 1)).isEqualTo(Verdict.CLEAN);
        assertThat(x(validator, DataType.FP32, Shape.of(1, 3), 250, 1, 1)).isEqualTo(Verdict.CLEAN);
        assertThat(x(validator, DataType.FP32, Shape.of(2), 250, 1)).isEqualTo(Verdict.CLEAN);
        assertThat(inspect(validator, Inputs.numbers("z", DataType.FP32, Shape.of(1, 2), 250, 1)))
                .isEqualTo(Verdict.CLEAN);
        assertThat(x(validator, DataType.FP32, Shape.of(0, 2))).isEqualTo(Verdict.CLEAN);
    }

    @Test
    void columnsOfADynamicWidthFitOnlyWithAllFeatures() {
        RequestValidator validator = Schemas.x(DataType.FP32, -1, -1)
                .columns("a", "b")
                .domain("a", domain("max=1"))
                .validator();

        assertThat(x(validator, DataType.FP32, Shape.of(1, 2), 2, 0).flags()).containsExactly("out_of_range:a");
        assertThat(x(validator, DataType.FP32, Shape.of(1, 4), 2, 0, 2, 0).flags())
                .isEmpty();
    }

    @Test
    void textsWhoseLengthsLieEndTheWalk() {
        RequestValidator validator =
                Schemas.x(DataType.BYTES, -1).domain("x", domain("", "a")).validator();
        Tensor lying = Inputs.texts("x", Shape.of(2), "a", "b");
        lying.base().putInt(lying.offset(), Integer.MAX_VALUE);
        Tensor negative = Inputs.texts("x", Shape.of(2), "a", "b");
        negative.base().putInt(negative.offset(), -5);

        assertThat(inspect(validator, lying).flags()).isEmpty();
        assertThat(inspect(validator, negative).flags()).isEmpty();
    }

    @Test
    void theConfigurationReplacesWhatTheProfileSaysOfAFeature() {
        FeatureOrder order = new FeatureOrder(List.of(
                new Feature("age", "x", 0, DataType.FP32, Shape.of(-1, 2), domain("max=50 missing=false")),
                new Feature("income", "x", 1, DataType.FP32, Shape.of(-1, 2), domain("min=0"))));
        RequestValidator validator = people(DataType.FP32)
                .columns()
                .domain("age", domain("max=120"))
                .profile(order)
                .validator();

        assertThat(x(validator, DataType.FP32, Shape.of(2, 2), 100, -1, NAN, -1).flags())
                .containsExactly("out_of_range:income");
    }

    @Test
    void anEmptyDomainInTheConfigurationSilencesTheProfile() {
        FeatureOrder order = new FeatureOrder(
                List.of(new Feature("x", "x", Feature.WHOLE, DataType.FP32, Shape.of(-1), domain("max=50"))));
        RequestValidator validator = Schemas.x(DataType.FP32, -1)
                .domain("x", FeatureDomain.ANY)
                .profile(order)
                .validator();

        assertThat(x(validator, DataType.FP32, Shape.of(1), 100).flags()).isEmpty();
    }

    @Test
    void aFeatureThatVariesAndDoesNotAnyMoreIsFoundAcrossRequests() {
        RequestValidator validator =
                people(DataType.FP32).constantRun(3).policy(Policy.REJECT).validator();

        assertThat(x(validator, DataType.FP32, Shape.of(2, 2), 7, 1, 7, 1).flags())
                .isEmpty();
        assertThat(x(validator, DataType.FP32, Shape.of(2, 2), 7, 1, 7, 1))
                .isEqualTo(new Verdict(List.of("constant_run:age"), ""));
        assertThat(x(validator, DataType.FP32, Shape.of(1, 2), 8, 1).flags()).isEmpty();
        assertThat(validator.counts().counts()).containsExactly(new Count("age", ValidationKind.CONSTANT_RUN, 2));
        assertThat(validator.counts().flaggedCount()).isEqualTo(1);
    }

    @Test
    void constantRunsOfTextsAndIntegersAreFound() {
        RequestValidator validator = Schemas.of(
                        new TensorSpec("city", DataType.BYTES, Shape.of(-1)),
                        new TensorSpec("visits", DataType.INT16, Shape.of(-1, 1)))
                .domain("city", domain("", "a", "b"))
                .domain("visits", domain("", "1", "2"))
                .constantRun(2)
                .validator();

        Verdict verdict = inspect(
                validator,
                Inputs.texts("city", Shape.of(3), "b", "a", "a"),
                Inputs.numbers("visits", DataType.INT16, Shape.of(3, 1), 2, 1, 1));

        assertThat(verdict.flags()).containsExactly("constant_run:city", "constant_run:visits");
    }

    @Test
    void aFeatureThatMayHaveOnlyOneValueIsNeverStuck() {
        RequestValidator validator = Schemas.x(DataType.FP32, -1, 2)
                .columns("one", "free")
                .domain("one", domain("min=1 max=1"))
                .constantRun(2)
                .validator();

        assertThat(x(validator, DataType.FP32, Shape.of(3, 2), 1, 1, 1, 1, 1, 1).flags())
                .isEmpty();
    }

    @Test
    void featuresBeyondTwoHundredAreSummedAndThoseWithADomainComeFirst() {
        String[] names = IntStream.range(0, 300).mapToObj(i -> "f" + i).toArray(String[]::new);
        RequestValidator validator = Schemas.x(DataType.FP32, -1, 300)
                .columns(names)
                .domain("f299", domain("min=0"))
                .validator();
        double[] row = new double[300];
        Arrays.fill(row, NAN);

        x(validator, DataType.FP32, Shape.of(1, 300), row);

        List<Count> counts = validator.counts().counts();
        assertThat(counts).hasSize(201).contains(new Count("f299", ValidationKind.MISSING, 1));
        assertThat(counts).contains(new Count("f198", ValidationKind.MISSING, 1));
        assertThat(counts).contains(new Count("other", ValidationKind.MISSING, 100));
    }

    @Test
    void flagsHaveABound() {
        String[] names = IntStream.range(0, 100).mapToObj(i -> "f" + i).toArray(String[]::new);
        Schemas schemas = Schemas.x(DataType.FP32, -1, 100).columns(names);
        for (String name : names) {
            schemas.domain(name, domain("min=1"));
        }

        Verdict verdict = x(schemas.validator(), DataType.FP32, Shape.of(1, 100), new double[100]);

        assertThat(verdict.flags()).hasSize(Verdict.FLAGS_MAX);
    }
}
