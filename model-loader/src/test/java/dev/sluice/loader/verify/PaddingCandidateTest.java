package dev.sluice.loader.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.padding.PaddingRule;
import dev.sluice.loader.repository.PaddingConfig;
import dev.sluice.model.DataType;
import dev.sluice.model.Shape;
import dev.sluice.model.TensorSpec;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.MethodSource;

class PaddingCandidateTest {
    private static final TensorSpec IDS = spec("ids", DataType.INT64, -1, -1);
    private static final TensorSpec MASK = spec("attention_mask", DataType.INT64, -1, -1);

    private static TensorSpec spec(String name, DataType type, long... shape) {
        return new TensorSpec(name, type, Shape.of(shape));
    }

    private static PaddingConfig declared(String mask, Map<String, Double> values) {
        return new PaddingConfig(true, mask, values);
    }

    @Test
    void everyInputWithALengthIsPadded() {
        PaddingCandidate candidate = PaddingCandidate.of(
                List.of(
                        IDS,
                        MASK,
                        spec("image", DataType.FP32, -1, 3, 8, -1),
                        spec("age", DataType.FP32, -1, 4),
                        spec("city", DataType.BYTES, -1, 1)),
                declared("", Map.of("ids", 7.0, "image", -1.5)));

        assertThat(candidate.rule())
                .isEqualTo(new PaddingRule(
                        "attention_mask",
                        List.of(
                                new PaddingRule.Input(1, 7),
                                new PaddingRule.Input(1, 0),
                                new PaddingRule.Input(3, Float.floatToRawIntBits(-1.5f)),
                                new PaddingRule.Input(PaddingRule.NO_AXIS, 0),
                                new PaddingRule.Input(PaddingRule.NO_AXIS, 0)),
                        Map.of()));
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "BYTES")
    void aMaskMayHaveAnyTypeOfNumbers(DataType type) {
        TensorSpec mask = spec("keep", type, -1, -1);

        assertThat(PaddingCandidate.of(List.of(IDS, mask), declared("keep", Map.of()))
                        .rule())
                .isNotNull();
    }

    static Stream<Arguments> obstacles() {
        TensorSpec fixed = spec("x", DataType.FP32, -1, 4);
        return Stream.of(
                Arguments.of(List.of(fixed), PaddingConfig.AUTO, ""),
                Arguments.of(List.of(fixed), declared("m", Map.of()), "every row has the same shape"),
                Arguments.of(List.of(IDS), PaddingConfig.AUTO, ""),
                Arguments.of(List.of(IDS, MASK), PaddingConfig.OFF, "switched off in the configuration"),
                Arguments.of(List.of(IDS, MASK), declared("m", Map.of()), "it has no input 'm' to mask padding with"),
                Arguments.of(
                        List.of(IDS, spec("attention_mask", DataType.INT64, -1, 1, -1)),
                        PaddingConfig.AUTO,
                        "a mask has the shape [-1, -1], 'attention_mask' has [-1, 1, -1]"),
                Arguments.of(
                        List.of(IDS, spec("m", DataType.BYTES, -1, -1)),
                        declared("m", Map.of()),
                        "a mask holds numbers, 'm' holds text"),
                Arguments.of(
                        List.of(IDS, MASK),
                        declared("", Map.of("attention_mask", 1.0)),
                        "the mask 'attention_mask' is padded with 0, no value can be given for it"),
                Arguments.of(
                        List.of(IDS, MASK, fixed),
                        declared("", Map.of("x", 1.0)),
                        "a value to pad with is given for 'x', which is no input with a length"),
                Arguments.of(
                        List.of(IDS, MASK),
                        declared("", Map.of("ids", 0.5)),
                        "input 'ids' is INT64 and cannot be padded with 0.5"),
                Arguments.of(
                        List.of(IDS, MASK, spec("bias", DataType.FP32, -1, -1, -1)),
                        PaddingConfig.AUTO,
                        "input 'bias' has several dynamic dimensions: [-1, -1, -1]"),
                Arguments.of(
                        List.of(MASK, spec("words", DataType.BYTES, -1, -1)),
                        PaddingConfig.AUTO,
                        "input 'words' holds text, which is not padded"));
    }

    @ParameterizedTest
    @MethodSource("obstacles")
    void saysWhyNothingIsPadded(List<TensorSpec> inputs, PaddingConfig config, String obstacle) {
        assertThat(PaddingCandidate.of(inputs, config)).isEqualTo(new PaddingCandidate(null, obstacle));
    }

    @ParameterizedTest
    @CsvSource({
        "BOOL, 1, true",
        "BOOL, 2, false",
        "UINT8, 255, true",
        "UINT8, 256, false",
        "UINT8, -1, false",
        "INT8, -128, true",
        "INT8, 128, false",
        "UINT32, 4294967295, true",
        "INT64, -9.223372036854775808e18, true",
        "INT64, 9.3e18, false",
        "UINT64, 9.3e18, false",
        "FP16, 70000, false",
        "FP32, 1e39, false",
        "FP64, 1e300, true",
        "BYTES, 0, false"
    })
    void aValueMustFitItsType(DataType type, double value, boolean fits) {
        assertThat(ElementBits.fits(type, value)).isEqualTo(fits);
    }

    @ParameterizedTest
    @CsvSource({
        "BOOL, 1, 1",
        "INT8, -1, -1",
        "INT64, -7, -7",
        "FP16, 1, 15360",
        "BF16, 1, 16256",
        "FP32, 1, 1065353216",
        "FP64, 1, 4607182418800017408"
    })
    void aValueIsTheBitsOfItsType(DataType type, double value, long bits) {
        assertThat(ElementBits.of(type, value)).isEqualTo(bits);
    }
}
