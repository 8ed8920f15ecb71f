package dev.sluice.protocol;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FloatWriterTest {
    private final byte[] out = new byte[DecimalWriter.BYTES_MAX];
    private final NumberParser parser = new NumberParser();

    private String write(float value) {
        return new String(out, 0, FloatWriter.write(value, out, 0), US_ASCII);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0.0",
        "-0.0, -0.0",
        "1, 1.0",
        "-1, -1.0",
        "10, 10.0",
        "0.1, 0.1",
        "0.5, 0.5",
        "1.1, 1.1",
        "0.3, 0.3",
        "3.1415927, 3.1415927",
        "123456.79, 123456.79",
        "16777216, 16777216.0",
        "33554432, 33554432.0",
        "2.0E10, 20000000000.0",
        "1e15, 1000000000000000.0",
        "1e16, 1e16",
        "1.5e20, 1.5e20",
        "-3.4028235e38, -3.4028235e38",
        "0.001, 0.001",
        "0.0001, 0.0001",
        "0.00012345, 0.00012345",
        "0.00001, 1e-5",
        "1.17549435E-38, 1.1754944e-38",
        "1.4e-45, 1e-45",
        "2.8e-45, 3e-45",
        "9.8e-45, 1e-44",
        "8.41E21, 8.41e21",
        "2.0E-44, 2e-44",
        "67108864, 67108864.0"
    })
    void writesTheShortestDecimal(float value, String text) {
        assertThat(write(value)).isEqualTo(text);
    }

    @Test
    void writesFloatsOfAllExponentsSoThatTheyReadBackEqual() {
        for (int exponent = 0; exponent < 255; exponent++) {
            for (int i = 0; i < 2000; i++) {
                int fraction = i < 16 ? i : i < 32 ? 0x7FFFFF - i + 16 : i * 4195;
                requireReadsBack(Float.intBitsToFloat(exponent << 23 | fraction));
            }
        }
    }

    @Test
    void writesAMillionRandomFloatsSoThatTheyReadBackEqual() {
        SplittableRandom random = new SplittableRandom(4);
        for (int i = 0; i < 1_000_000; i++) {
            float value = Float.intBitsToFloat(random.nextInt());
            if (Float.isFinite(value)) {
                requireReadsBack(value);
            }
        }
    }

    private void requireReadsBack(float value) {
        int end = FloatWriter.write(value, out, 0);
        assertThat(parser.parse(out, 0, end) == end).isTrue();
        if (Float.floatToRawIntBits(parser.floatValue()) != Float.floatToRawIntBits(value)) {
            assertThat(write(value)).as("%x", Float.floatToRawIntBits(value)).isEqualTo(Float.toString(value));
        }
    }

    @Test
    void writesNoDigitMoreThanNeededAndTheNearestOfTheShortest() {
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 60_000; i++) {
            int bits = random.nextInt(1, 0x7F800000);
            // Every eighth is a power of two, where the interval is lopsided.
            float value = Float.intBitsToFloat(i % 8 == 0 ? Math.max(1, bits & 0x7F800000) : bits);
            BigDecimal exact = new BigDecimal(value);
            BigDecimal shortest = exact;
            for (int digits = 1; digits <= 9; digits++) {
                shortest = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
                if (shortest.floatValue() == value) {
                    break;
                }
            }

            BigDecimal written = new BigDecimal(write(value)).stripTrailingZeros();

            assertThat(written.precision())
                    .as(() -> written.toString())
                    .isLessThanOrEqualTo(shortest.stripTrailingZeros().precision());
            if (written.precision() == shortest.precision()) {
                assertThat(written.subtract(exact).abs())
                        .isLessThanOrEqualTo(shortest.subtract(exact).abs());
            }
        }
    }
}
