package dev.sluice.canary.inputlog.redaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecimalsTest {
    @ParameterizedTest
    @CsvSource({
        "0.125, 2, 0.12",
        "0.375, 2, 0.38",
        "2.675, 2, 2.67",
        "-0.5, 0, 0.0",
        "1.5, 0, 2.0",
        "-2.5, 0, -2.0",
        "1250, -2, 1200.0",
        "1350, -2, 1400.0",
        "9007199254740993, -1, 9007199254740990",
        "1e300, 15, 1e300",
        "4.9e-324, 15, 0.0",
        "-0.0, 3, 0.0",
        "0.1, 15, 0.1"
    })
    void roundsFromTheMiddleToTheEvenDigit(double value, int decimals, double expected) {
        assertThat(Double.doubleToRawLongBits(Decimals.round(value, decimals)))
                .isEqualTo(Double.doubleToRawLongBits(expected));
    }

    @Test
    void leavesWhatIsNoNumber() {
        assertThat(Decimals.round(Double.NaN, 2)).isNaN();
        assertThat(Decimals.round(Double.NEGATIVE_INFINITY, -2)).isEqualTo(Double.NEGATIVE_INFINITY);
    }

    @Test
    void roundsDoublesAsExactDecimalsDo() {
        Random random = new Random(5);
        for (int i = 0; i < 200_000; i++) {
            int decimals = random.nextInt(31) - 15;
            double value = switch (i % 3) {
                case 0 -> Double.longBitsToDouble(random.nextLong());
                case 1 -> random.nextInt(2_000_001) / 8.0 * Math.pow(10, -Math.abs(decimals) / 2.0);
                default -> (random.nextInt(20_001) - 10_000 + 0.5) / Math.pow(10, Math.max(0, decimals));
            };
            if (Double.isFinite(value)) {
                double exact = new BigDecimal(value)
                        .setScale(decimals, RoundingMode.HALF_EVEN)
                        .doubleValue();

                assertThat(Decimals.round(value, decimals))
                        .as("%s to %d", value, decimals)
                        .isEqualTo(exact == 0 ? 0 : exact);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "15, -1, 20",
        "25, -1, 20",
        "-15, -1, -20",
        "-25, -1, -20",
        "14, -1, 10",
        "7, 3, 7",
        "127, -1, 120",
        "-128, -1, -120",
        "99, -3, 0"
    })
    void roundsIntegersWithinTheirRange(long value, int decimals, long expected) {
        assertThat(Decimals.round(value, decimals, -128, 127)).isEqualTo(expected);
    }

    @Test
    void roundsAllOfALong() {
        Random random = new Random(6);
        for (int i = 0; i < 50_000; i++) {
            long value = i == 0 ? Long.MIN_VALUE : i == 1 ? Long.MAX_VALUE : random.nextLong() >> random.nextInt(64);
            int decimals = -random.nextInt(16);
            assertThat(Decimals.round(value, decimals, Long.MIN_VALUE, Long.MAX_VALUE))
                    .isEqualTo(expected(BigInteger.valueOf(value), decimals, 63).longValue());
            assertThat(Decimals.roundUnsigned(value, decimals))
                    .isEqualTo(expected(new BigInteger(Long.toUnsignedString(value)), decimals, 64)
                            .longValue());
        }
    }

    private static BigInteger expected(BigInteger value, int decimals, int bits) {
        BigDecimal exact = new BigDecimal(value);
        BigInteger rounded = exact.setScale(decimals, RoundingMode.HALF_EVEN).toBigInteger();
        boolean beyond = rounded.abs().bitLength() > bits;
        return beyond ? exact.setScale(decimals, RoundingMode.DOWN).toBigInteger() : rounded;
    }
}
