package dev.sluice.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.model.DataType;
import dev.sluice.model.Shape;
import dev.sluice.model.TensorSpec;
import org.junit.jupiter.api.Test;

class ModelMetadataTest {
    @Test
    void readsTheInputs() throws Exception {
        ModelMetadata metadata = ModelMetadata.parse("""
                {"name":"m","inputs":[{"name":"x","datatype":"FP32","shape":[-1,4]}],"outputs":[]}""");

        assertThat(metadata.inputs()).containsExactly(new TensorSpec("x", DataType.FP32, Shape.of(-1, 4)));
    }

    @Test
    void refusesWhatIsNoMetadata() {
        assertThatExceptionOfType(CannotMeasureException.class)
                .isThrownBy(() -> ModelMetadata.parse("{}"))
                .withMessage("the model metadata lists no inputs, got {}");
        assertThatExceptionOfType(CannotMeasureException.class)
                .isThrownBy(() -> ModelMetadata.parse("<html>"))
                .withMessageStartingWith("the model metadata is not JSON: ");
        assertThatExceptionOfType(CannotMeasureException.class)
                .isThrownBy(() -> ModelMetadata.parse("{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP8\"}]}"))
                .withMessage("an input of the model metadata must have a name, a known datatype and a shape, got"
                        + " {\"name\":\"x\",\"datatype\":\"FP8\"}");
    }
}
