package dev.sluice.protocol;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumberParserTest {
    private final NumberParser parser = new NumberParser();

    private int parse(String text) {
        byte[] bytes = (" " + text + " ").getBytes(US_ASCII);
        return parser.parse(bytes, 1, bytes.length - 1);
    }

    private void requireEqualToJdk(String text) {
        assertThat(parse(text)).isEqualTo(text.length() + 1);
        float expectedFloat = Float.parseFloat(text);
        double expectedDouble = Double.parseDouble(text);
        float actualFloat = parser.floatValue();
        double actualDouble = parser.doubleValue();
        if (Float.floatToRawIntBits(actualFloat) != Float.floatToRawIntBits(expectedFloat)) {
            assertThat(actualFloat).as(text).isEqualTo(expectedFloat);
        }
        if (Double.doubleToRawLongBits(actualDouble) != Double.doubleToRawLongBits(expectedDouble)) {
            assertThat(actualDouble).as(text).isEqualTo(expectedDouble);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-0",
                "0.0",
                "-0.0e5",
                "1",
                "-1",
                "1e0",
                "1E+2",
                "1e-2",
                "0.1",
                "0.30000000000000004",
                "16777216",
                "16777217",
                "16777218",
                "16777219",
                "16777217.0000000000000000000000001",
                "16777216.9999999999999999999999999",
                "9007199254740993",
                "9007199254740992.999999999999999",
                "1.401298464324817e-45",
                "7.006492321624085e-46",
                "7.006492321624086e-46",
                "0.7006492321624085354618e-45",
                "0.7006492321624085354619e-45",
                "1.1754943508222875e-38",
                "1.1754942106924411e-38",
                "3.4028234663852886e38",
                "3.4028235677973366e38",
                "340282356779733661637539395458142568447",
                "340282356779733661637539395458142568448",
                "3.5e38",
                "1e39",
                "4.9e-324",
                "2.4703282292062327e-324",
                "2.4703282292062328e-324",
                "2.2250738585072011e-308",
                "2.2250738585072014e-308",
                "1.7976931348623157e308",
                "1.7976931348623158e308",
                "1.7976931348623159e308",
                "1e309",
                "1e-400",
                "1e999999999999999999999",
                "-1e-999999999999999999999",
                "0e999999999999999999999",
                "123456789012345678901234567890",
                "0.000000000000000000000000000000000000000012345678901234567890123",
                "1000000000000000000000000000000000000000000000000000e-51",
                "0.00000000000000000000000000000000000000000000000001e50"
            })
    void roundsAsTheJdkDoes(String text) {
        requireEqualToJdk(text);
    }

    @Test
    void roundsRandomShortDecimalsAsTheJdkDoes() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 100_000; i++) {
            int digits = random.nextInt(1, 20);
            long mantissa = random.nextLong(1L << Math.min(62, digits * 10 / 3 + 1));
            int exponent = random.nextInt(-30, 30);
            requireEqualToJdk(mantissa + "e" + exponent);
        }
    }

    @Test
    void readsBackEveryKindOfFloatAndDoubleTextTheJdkWrites() {
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < 1_000_000; i++) {
            float value = Float.intBitsToFloat(random.nextInt());
            if (Float.isFinite(value)) {
                String text = (i & 1) == 0 ? Float.toString(value) : Double.toString(value);
                parse(text);
                if (Float.floatToRawIntBits(parser.floatValue()) != Float.floatToRawIntBits(value)) {
                    assertThat(parser.floatValue()).as(text).isEqualTo(value);
                }
            }
        }
        for (int i = 0; i < 100_000; i++) {
            double value = Double.longBitsToDouble(random.nextLong());
            if (Double.isFinite(value)) {
                requireEqualToJdk(Double.toString(value));
            }
        }
    }

    @Test
    void readsAFloatOfEveryExponent() {
        for (int exponent = 0; exponent < 255; exponent++) {
            for (int fraction : new int[] {0, 1, 2, 0x2AAAAA, 0x400000, 0x7FFFFE, 0x7FFFFF}) {
                float value = Float.intBitsToFloat(exponent << 23 | fraction);
                parse(Float.toString(value));
                assertThat(parser.floatValue()).isEqualTo(value);
                parse(new BigDecimal(value).toString());
                assertThat(parser.floatValue()).isEqualTo(value);
            }
        }
    }

    @Test
    void roundsPointsHalfwayBetweenFloatsToEvenAndTheirNeighboursToTheNearest() {
        SplittableRandom random = new SplittableRandom(3);
        BigDecimal tiny = new BigDecimal("1e-70");
        for (int i = 0; i < 10_000; i++) {
            // Also subnormal floats, whose halfway points have another bit pattern as doubles.
            float low = Float.intBitsToFloat(random.nextInt(0x7F7FFFFF));
            float high = Math.nextUp(low);
            BigDecimal halfway = new BigDecimal(low).add(new BigDecimal(high)).divide(BigDecimal.valueOf(2));
            float even = (Float.floatToRawIntBits(low) & 1) == 0 ? low : high;

            requireFloat(halfway.toString(), even);
            requireFloat(halfway.add(tiny).toString(), high);
            requireFloat(halfway.subtract(tiny).toString(), low);
        }
    }

    private void requireFloat(String text, float expected) {
        parse(text);
        if (parser.floatValue() != expected) {
            assertThat(parser.floatValue()).as(text).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0, 0",
        "0.000, 0",
        "0e5, 0",
        "0.0e-9999999999, 0",
        "1, 1",
        "1.0, 1",
        "1.000000000000000000000000000000000, 1",
        "1e3, 1000",
        "2.5e1, 25",
        "250e-1, 25",
        "25000000000000000000000000000000e-30, 25",
        "0.0000000000000000000000000000025e31, 25",
        "-1.20e2, 120",
        "9223372036854775807, 9223372036854775807",
        "9223372036854775808, 9223372036854775808",
        "18446744073709551615, 18446744073709551615",
        "1844674407370955161.5e1, 18446744073709551615",
        "18446744073709551615.0, 18446744073709551615",
        "123456789012345678, 123456789012345678",
        "1234567890123456789, 1234567890123456789",
        "1e19, 10000000000000000000"
    })
    void readsIntegersExactlyInAnyForm(String text, String magnitude) {
        parse(text);

        assertThat(parser.integrality()).isEqualTo(NumberParser.Integrality.INTEGER);
        assertThat(Long.toUnsignedString(parser.magnitude())).isEqualTo(magnitude);
        assertThat(parser.isNegative()).isEqualTo(text.startsWith("-"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0.5", "1.5", "1e-1", "10e-2", "1.00000000000000000000000000001", "12.34e1", "1e-9999999999"})
    void tellsFractionsFromIntegers(String text) {
        parse(text);

        assertThat(parser.integrality()).isEqualTo(NumberParser.Integrality.FRACTION);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "18446744073709551616",
                "1e20",
                "184467440737095516160",
                "1e9999999999",
                "1844674407370955161.6e1"
            })
    void tellsIntegersBeyond64Bits(String text) {
        parse(text);

        assertThat(parser.integrality()).isEqualTo(NumberParser.Integrality.TOO_LARGE);
    }

    @ParameterizedTest
    @CsvSource({
        "'', 0", "-, 1", "+1, 0", ".5, 0", "1., 2", "1.e5, 2", "1e, 2", "1e+, 3", "1e-, 3", "01, 1", "-01, 2", "00, 1",
        "-a, 1", "e5, 0"
    })
    void saysWhereTextStopsBeingANumber(String text, int offset) {
        byte[] bytes = text.getBytes(US_ASCII);

        assertThat(parser.parse(bytes, 0, bytes.length)).isEqualTo(~offset);
    }

    @Test
    void stopsAfterTheNumber() {
        byte[] bytes = "[12.5e3,7]".getBytes(US_ASCII);

        assertThat(parser.parse(bytes, 1, bytes.length)).isEqualTo(7);
        assertThat(parser.text()).isEqualTo("12.5e3");
    }
}
