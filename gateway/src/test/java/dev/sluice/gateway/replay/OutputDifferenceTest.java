package dev.sluice.gateway.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.DataType;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class OutputDifferenceTest {
    @Test
    void findsEqualWhatIsEqualBitForBit() {
        Tensor tensor = floats(Float.NaN, -0.0f, 1.5f, Float.POSITIVE_INFINITY);

        assertThat(OutputDifference.of(tensor, tensor, 0))
                .isEqualTo(new OutputDifference("y", true, 4, 0, 0, 0, true, ""));
    }

    @Test
    void measuresTheLargestDistances() {
        assertThat(OutputDifference.of(floats(100, 0.5f), floats(101, 0.25f), 0.01))
                .isEqualTo(new OutputDifference("y", false, 2, 2, 1, 0.5, false, ""));
    }

    @Test
    void takesWhatIsWithinTheTolerance() {
        assertThat(OutputDifference.of(floats(100), floats(101), 0.01).within()).isTrue();
        assertThat(OutputDifference.of(floats(100), floats(102), 0.01).within()).isFalse();
    }

    @Test
    void findsZeroesOfBothSignsDifferentAndNowhereApart() {
        assertThat(OutputDifference.of(floats(0.0f), floats(-0.0f), 0))
                .isEqualTo(new OutputDifference("y", false, 1, 1, 0, 0, true, ""));
    }

    @Test
    void findsNothingCloseToWhatIsNoNumber() {
        double infinite = Double.POSITIVE_INFINITY;

        assertThat(OutputDifference.of(floats(Float.NaN), floats(1), 1e9))
                .isEqualTo(new OutputDifference("y", false, 1, 1, infinite, infinite, false, ""));
        assertThat(OutputDifference.of(floats(Float.NEGATIVE_INFINITY), floats(Float.POSITIVE_INFINITY), 1e9)
                        .maxAbs())
                .isInfinite();
        assertThat(OutputDifference.of(
                                floats(Float.intBitsToFloat(0x7FC00001)), floats(Float.intBitsToFloat(0x7FC00002)), 0)
                        .within())
                .isTrue();
    }

    @Test
    void comparesLargeIntegersExactly() {
        assertThat(OutputDifference.of(
                        longs(DataType.INT64, Long.MAX_VALUE), longs(DataType.INT64, Long.MAX_VALUE - 1), 0))
                .isEqualTo(new OutputDifference("y", false, 1, 1, 1, 0x1p-63, false, ""));
        assertThat(OutputDifference.of(longs(DataType.UINT64, -1), longs(DataType.UINT64, 0), 0)
                        .maxAbs())
                .isEqualTo(0x1p64);
        assertThat(OutputDifference.of(longs(DataType.INT64, Long.MIN_VALUE), longs(DataType.INT64, Long.MAX_VALUE), 0)
                        .maxAbs())
                .isEqualTo(0x1p64);
    }

    @Test
    void comparesTextsByTheirBytes() {
        assertThat(OutputDifference.of(texts("a", "bc"), texts("a", "bd"), 1))
                .isEqualTo(new OutputDifference("y", false, 2, 1, 0, 0, false, ""));
        assertThat(OutputDifference.of(texts("a", "bc"), texts("a", "bc"), 0).equal())
                .isTrue();
    }

    @Test
    void saysWhyOutputsCannotBeCompared() {
        assertThat(OutputDifference.of(floats(1), floats(1, 2), 0).reason()).isEqualTo("shape [1] became [2]");
        assertThat(OutputDifference.of(floats(1), longs(DataType.INT64, 1), 0).reason())
                .isEqualTo("datatype FP32 became INT64");
        assertThat(OutputDifference.of(floats(1), floats(1, 2), 9).within()).isFalse();
    }

    private static Tensor floats(float... values) {
        ByteBuffer memory = memory(4 * values.length);
        for (float value : values) {
            memory.putFloat(value);
        }
        return new Tensor("y", DataType.FP32, Shape.of(values.length), memory.flip());
    }

    private static Tensor longs(DataType type, long... values) {
        ByteBuffer memory = memory(8 * values.length);
        for (long value : values) {
            memory.putLong(value);
        }
        return new Tensor("y", type, Shape.of(values.length), memory.flip());
    }

    private static Tensor texts(String... values) {
        ByteBuffer memory = memory(64);
        for (String value : values) {
            memory.putInt(value.length()).put(value.getBytes(StandardCharsets.US_ASCII));
        }
        return new Tensor("y", DataType.BYTES, Shape.of(values.length), memory.flip());
    }

    private static ByteBuffer memory(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
