package dev.sluice.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.DataType;
import dev.sluice.model.Tensor;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlainFloatsTest {
    private static final int COUNT = 2_000;

    private final DecoderFixture fixture = new DecoderFixture();
    private final PlainFloats floats = new PlainFloats();
    private final ByteBuffer memory = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);

    @AfterEach
    void leavesNoMemoryBehind() {
        assertThat(fixture.pool.bytesInUse()).isZero();
    }

    private int read(String text, int countMax) {
        byte[] bytes = text.getBytes(UTF_8);
        return floats.read(bytes, 0, bytes.length, memory, 0, countMax);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1,2.5,-3]      | 3 | 8",
                "1, 2, 3]       | 3 | 7",
                "0,-0,0.5]      | 3 | 8",
                "1],[2]         | 1 | 1",
                "1,null,2]      | 1 | 1",
                "1,[2]]         | 1 | 1",
                "1,1e3,2]       | 1 | 1",
                "1,2 ,3]        | 1 | 1",
                "1,  2]         | 1 | 1",
                "1,01]          | 1 | 1",
                "1,2.]          | 1 | 1",
                "1,-]           | 1 | 1",
                "1,.5]          | 1 | 1",
                "1,1234567890123456789] | 1 | 1",
                "1,0.0000000000000000001] | 1 | 1",
                "1,2            | 1 | 1",
                "1,             | 1 | 1",
                "1              | 0 | 0",
                "-              | 0 | 0",
                "+1]            | 0 | 0",
                "1}             | 0 | 0",
                "NaN]           | 0 | 0"
            })
    void stopsBeforeWhatIsNotPlain(String text, int count, int stop) {
        assertThat(read(text, 16)).isEqualTo(count);
        assertThat(floats.stop()).isEqualTo(stop);
    }

    @Test
    void readsNoMoreThanItIsAllowedTo() {
        memory.putFloat(8, 7f);

        assertThat(read("1,2,3]", 2)).isEqualTo(2);
        assertThat(floats.stop()).isEqualTo(3);
        assertThat(memory.getFloat(4)).isEqualTo(2f);
        assertThat(memory.getFloat(8)).isEqualTo(7f);
    }

    @Test
    void leavesPointsNearTheMiddleOfTwoFloatsToOthers() {
        // 1 + 2^-24 lies exactly between 1 and the next float.
        assertThat(read("1.000000059604644775]", 1)).isZero();
        assertThat(read("1.00000005]", 1)).isEqualTo(1);
        assertThat(memory.getFloat(0)).isEqualTo(1f);
    }

    /** One number in one of the forms that clients send. */
    private static String text(SplittableRandom random) {
        float any = Float.intBitsToFloat(random.nextInt());
        float value = Float.isFinite(any) ? any : 0.5f;
        double wide = random.nextDouble(-3, 3);
        return switch (random.nextInt(9)) {
            case 0 -> Float.toString(value);
            case 1 -> Float.toString((float) wide);
            case 2 -> Double.toString(wide);
            case 3 -> new BigDecimal(Math.abs(value) > 1e-12 && Math.abs(value) < 1e12 ? value : 0.25).toPlainString();
            case 4 -> Integer.toString(random.nextInt());
            case 5 -> String.format(Locale.ROOT, "%.6f", wide);
            case 6 -> Long.toString(random.nextLong());
            case 7 -> random.nextBoolean() ? "-0.0" : "0";
            default ->
                // Halfway between two floats, or next to that.
                new BigDecimal((double) (float) wide)
                        .add(new BigDecimal(Math.ulp((float) wide) / 2.0))
                        .add(new BigDecimal(random.nextInt(-1, 2)).scaleByPowerOfTen(-17))
                        .toPlainString();
        };
    }

    @Test
    void everyFloatIsTheNearestOne() {
        SplittableRandom random = new SplittableRandom(3);
        for (String separator : List.of(",", ", ", " ,", ",\n  ")) {
            List<String> texts = new ArrayList<>();
            for (int i = 0; i < COUNT; i++) {
                texts.add(text(random));
            }

            DecodedRequest request = fixture.decode(DecoderFixture.input(
                    "FP32", "[" + COUNT + "]", texts.stream().collect(Collectors.joining(separator, "[", "]"))));

            Tensor x = request.inputs().tensors().get(0);
            assertThat(x.dataType()).isEqualTo(DataType.FP32);
            for (int i = 0; i < COUNT; i++) {
                assertThat(Float.floatToRawIntBits(x.memory().getFloat(4 * i)))
                        .as(texts.get(i))
                        .isEqualTo(Float.floatToRawIntBits(Float.parseFloat(texts.get(i))));
            }
            request.release();
        }
    }
}
