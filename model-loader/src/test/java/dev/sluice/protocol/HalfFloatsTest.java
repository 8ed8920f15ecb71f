package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HalfFloatsTest {
    @ParameterizedTest
    @CsvSource({
        "0000, 0.0",
        "8000, -0.0",
        "3C00, 1.0",
        "C000, -2.0",
        "7BFF, 65504.0",
        "0001, 5.9604645E-8",
        "03FF, 6.097555E-5",
        "0400, 6.1035156E-5",
        "7C00, Infinity",
        "FC00, -Infinity",
        "7E00, NaN",
        "3555, 0.33325195"
    })
    void widensFp16(String hex, float expected) {
        assertThat(Float.valueOf(HalfFloats.fp16((short) Integer.parseInt(hex, 16))))
                .isEqualTo(Float.valueOf(expected));
    }

    @Test
    void widensEveryFp16ToItsDefinition() {
        for (int bits = 0; bits < 0x7C00; bits++) {
            int exponent = bits >> 10;
            double expected = exponent == 0
                    ? Math.scalb((double) bits, -24)
                    : Math.scalb(1 + (bits & 0x3FF) / 1024.0, exponent - 15);

            assertThat((double) HalfFloats.fp16((short) bits)).isEqualTo(expected);
            assertThat((double) HalfFloats.fp16((short) (bits | 0x8000))).isEqualTo(-expected);
        }
    }

    @Test
    void widensBf16() {
        assertThat(HalfFloats.bf16((short) 0x3F80)).isEqualTo(1f);
        assertThat(HalfFloats.bf16((short) 0xFF80)).isEqualTo(Float.NEGATIVE_INFINITY);
    }
}
