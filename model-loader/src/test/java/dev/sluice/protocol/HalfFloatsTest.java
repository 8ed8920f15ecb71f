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

    @Test
    void narrowsEveryFp16AndBf16ToItself() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float half = HalfFloats.fp16((short) bits);
            if (!Float.isNaN(half)) {
                assertThat(HalfFloats.toFp16(half)).isEqualTo((short) bits);
            }
            float brain = HalfFloats.bf16((short) bits);
            if (!Float.isNaN(brain)) {
                assertThat(HalfFloats.toBf16(brain)).isEqualTo((short) bits);
            }
        }
        assertThat(HalfFloats.fp16(HalfFloats.toFp16(Float.NaN))).isNaN();
        assertThat(HalfFloats.bf16(HalfFloats.toBf16(Float.intBitsToFloat(0x7F800001))))
                .isNaN();
    }

    /** Between each two neighbours: below the middle, the middle itself, and above it. */
    @Test
    void narrowsToTheNearestAndFromTheMiddleToTheEvenOne() {
        for (int bits = 0; bits < 0x7BFF; bits++) {
            float low = HalfFloats.fp16((short) bits);
            float middle = (low + HalfFloats.fp16((short) (bits + 1))) / 2;
            int even = bits + (bits & 1);

            assertThat(HalfFloats.toFp16(middle)).isEqualTo((short) even);
            assertThat(HalfFloats.toFp16(Math.nextDown(middle))).isEqualTo((short) bits);
            assertThat(HalfFloats.toFp16(-Math.nextUp(middle))).isEqualTo((short) ((bits + 1) | 0x8000));
        }
        assertThat(HalfFloats.toBf16(Float.intBitsToFloat(0x3F808000))).isEqualTo((short) 0x3F80);
        assertThat(HalfFloats.toBf16(Float.intBitsToFloat(0x3F818000))).isEqualTo((short) 0x3F82);
        assertThat(HalfFloats.toBf16(Float.intBitsToFloat(0x3F808001))).isEqualTo((short) 0x3F81);
    }

    @ParameterizedTest
    @CsvSource({"65519.996, 7BFF", "65520.0, 7C00", "-1e30, FC00", "2.98e-8, 0000", "2.99e-8, 0001"})
    void narrowsAtTheEndsOfTheRange(float value, String hex) {
        assertThat(HalfFloats.toFp16(value)).isEqualTo((short) Integer.parseInt(hex, 16));
    }
}
