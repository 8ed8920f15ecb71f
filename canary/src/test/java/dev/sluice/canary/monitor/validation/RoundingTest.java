package dev.sluice.canary.monitor.validation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.DataType;
import dev.sluice.protocol.HalfFloats;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoundingTest {
    @Test
    void everyHalfIsItsOwnNearest() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float half = HalfFloats.fp16((short) bits);
            float brain = HalfFloats.bf16((short) bits);
            if (Float.isFinite(half)) {
                assertThat(Rounding.nearest(DataType.FP16, new BigDecimal(half)))
                        .isEqualTo(half + 0.0);
            }
            if (Float.isFinite(brain)) {
                assertThat(Rounding.nearest(DataType.BF16, new BigDecimal(brain)))
                        .isEqualTo(brain + 0.0);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "FP16, 0.1, 0.0999755859375",
        "FP16, 65519, 65504",
        "FP16, 65520, Infinity",
        "FP16, -1e-9, -0.0",
        "FP16, 2049, 2048",
        "BF16, 0.1, 0.10009765625",
        "BF16, -1e39, -Infinity",
        "FP32, 16777217, 16777216",
        "FP64, 0.1, 0.1"
    })
    void othersGoToTheNearest(DataType type, BigDecimal number, double expected) {
        assertThat(Rounding.nearest(type, number)).isEqualTo(expected);
    }
}
