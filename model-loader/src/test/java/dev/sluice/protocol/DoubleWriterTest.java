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

class DoubleWriterTest {
    private final byte[] out = new byte[DecimalWriter.BYTES_MAX];
    private final NumberParser parser = new NumberParser();

    private String write(double value) {
        return new String(out, 0, DoubleWriter.write(value, out, 0), US_ASCII);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0.0",
        "-0.0, -0.0",
        "1, 1.0",
        "0.1, 0.1",
        "0.3, 0.3",
        "0.30000000000000004, 0.30000000000000004",
        "123456789.125, 123456789.125",
        "9007199254740991, 9007199254740991.0",
        "9007199254740992, 9007199254740992.0",
        "1e16, 1e16",
        "2e23, 2e23",
        "1e23, 1e23",
        "8.41e21, 8.41e21",
        "2.0e-3, 0.002",
        "1e-4, 0.0001",
        "1e-5, 1e-5",
        "4.9e-324, 5e-324",
        "9.9e-324, 1e-323",
        "2.2250738585072014e-308, 2.2250738585072014e-308",
        "-1.7976931348623157e308, -1.7976931348623157e308"
    })
    void writesTheShortestDecimal(double value, String text) {
        assertThat(write(value)).isEqualTo(text);
    }

    @Test
    void writesDoublesOfAllExponentsSoThatTheyReadBackEqual() {
        SplittableRandom random = new SplittableRandom(6);
        for (long exponent = 0; exponent < 0x7FF; exponent++) {
            for (int i = 0; i < 100; i++) {
                long fraction = i < 8 ? i : i < 16 ? (1L << 52) - i + 7 : random.nextLong(1L << 52);
                requireReadsBack(Double.longBitsToDouble(exponent << 52 | fraction));
            }
        }
    }

    private void requireReadsBack(double value) {
        int end = DoubleWriter.write(value, out, 0);
        assertThat(parser.parse(out, 0, end) == end).isTrue();
        if (Double.doubleToRawLongBits(parser.doubleValue()) != Double.doubleToRawLongBits(value)) {
            assertThat(write(value)).isEqualTo(Double.toString(value));
        }
    }

    @Test
    void writesNoDigitMoreThanNeededAndTheNearestOfTheShortest() {
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 20_000; i++) {
            long bits = random.nextLong(1, 0x7FF0_0000_0000_0000L);
            double value = Double.longBitsToDouble(i % 8 == 0 ? Math.max(1, bits & 0x7FF0_0000_0000_0000L) : bits);
            BigDecimal exact = new BigDecimal(value);
            BigDecimal shortest = exact;
            for (int digits = 1; digits <= 17; digits++) {
                shortest = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
                if (shortest.doubleValue() == value) {
                    break;
                }
            }

            BigDecimal written = new BigDecimal(write(value)).stripTrailingZeros();

            assertThat(written.precision())
                    .isLessThanOrEqualTo(shortest.stripTrailingZeros().precision());
            if (written.precision() == shortest.precision()) {
                assertThat(written.subtract(exact).abs())
                        .isLessThanOrEqualTo(shortest.subtract(exact).abs());
            }
        }
    }
}
