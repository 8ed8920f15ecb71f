package dev.sluice.canary.monitor.validation;

import static dev.sluice.canary.monitor.validation.Schemas.domain;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.canary.monitor.profile.Feature;
import dev.sluice.canary.monitor.profile.FeatureOrder;
import dev.sluice.model.DataType;
import dev.sluice.model.Shape;
import dev.sluice.model.TensorSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaCompilerTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "BYTES | min=3 | - | min must not be set: the feature is BYTES, which may have values and missing, got 3",
                "BYTES | max=3 | - | max must not be set: the feature is BYTES, which may have values and missing, got 3",
                "BYTES | integer=true | - | integer must not be set: the feature is BYTES, which may have values and"
                        + " missing, got true",
                "BOOL | max=1 | - | max must not be set: the feature is BOOL, which may have values, got 1",
                "BOOL | missing=false | yes | values must be true or false for BOOL, got 'yes'",
                "BOOL | missing=true | - | missing must be false for BOOL, which has no missing value, got true",
                "INT64 | missing=true | - | missing must be false for INT64, which has no missing value, got true",
                "UINT8 | min=300 | - | min must be at most 255 for UINT8, got 300",
                "UINT8 | max=-1 | - | max must be at least 0 for UINT8, got -1",
                "UINT8 | min=0 | 256 | values must be whole numbers between 0 and 255 for UINT8, got '256'",
                "INT32 | min=0 | 1.5 | values must be whole numbers between -2147483648 and 2147483647 for INT32, got '1.5'",
                "INT8 | min=0 | DE | values must be whole numbers between -128 and 127 for INT8, got 'DE'",
                "FP32 | min=0 | DE | values must be numbers for FP32, got 'DE'",
                "FP16 | max=70000 | - | max must be a number that FP16 can hold, got 70000",
                "FP32 | min=0 | 1e300 | values must be numbers that FP32 can hold, got 1E+300"
            })
    void refusesWhatADatatypeCannotBe(DataType type, String domain, @Nullable String value, String message) {
        Schemas schemas = Schemas.x(type, -1).domain("x", value == null ? domain(domain) : domain(domain, value));

        assertThatThrownBy(schemas::compile)
                .isInstanceOf(SchemaException.class)
                .hasMessage("validation.features.x." + message);
    }

    @Test
    void refusesAFeatureThatThereIsNotAndSaysWhichThereAre() {
        Schemas schemas =
                Schemas.x(DataType.FP32, -1, 2).columns("age", "income").domain("agee", domain("min=0"));

        assertThatThrownBy(schemas::compile)
                .isInstanceOf(SchemaException.class)
                .hasMessage(
                        "validation.features must name features of the model, which are 'age', 'income', got 'agee';"
                                + " did you mean 'age'?");
    }

    @Test
    void refusesADomainOfTheProfileByItsPlace() {
        FeatureOrder order = new FeatureOrder(
                List.of(new Feature("x", "x", Feature.WHOLE, DataType.BYTES, Shape.of(-1), domain("min=3"))));

        assertThatThrownBy(Schemas.x(DataType.BYTES, -1).profile(order)::compile)
                .isInstanceOf(SchemaException.class)
                .hasMessage("profile.json feature 'x' domain.min must not be set: the feature is BYTES, which may have"
                        + " values and missing, got 3");
    }

    @Test
    void boundsBeyondWhatAnIntegerTypeHoldsAreNoBounds() throws SchemaException {
        ValidationSchema schema = Schemas.x(DataType.INT8, -1)
                .domain("x", domain("min=-1000 max=1000"))
                .compile();

        assertThat(schema.declaredCount()).isEqualTo(1);
    }

    @Test
    void withoutNamesOfColumnsEachInputIsAFeature() throws SchemaException {
        ValidationSchema schema = Schemas.of(
                        new TensorSpec("a", DataType.FP32, Shape.of(-1, 7)),
                        new TensorSpec("b", DataType.INT64, Shape.of(-1)))
                .compile();

        assertThat(schema.rules()).extracting(FeatureRule::name).containsExactly("a", "b");
        assertThat(schema.checks()).hasSize(1);
    }

    @Test
    void namesThatDoNotFitTheInputsAreNotItsColumns() throws SchemaException {
        ValidationSchema schema =
                Schemas.x(DataType.FP32, -1, 7).columns("a", "b").compile();

        assertThat(schema.rules()).extracting(FeatureRule::name).containsExactly("x");
    }

    @Test
    void aModelWithoutInputsHasNothingToLookAt() throws SchemaException {
        assertThat(Schemas.of().compile().checks()).isEmpty();
    }
}
