package dev.sluice.loader.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FloatBitsTest {
    @ParameterizedTest
    @CsvSource({
        "0x3C00, 1.0",
        "0xC000, -2.0",
        "0x7BFF, 65504.0",
        "0x0400, 6.103515625E-5",
        "0x0001, 5.960464477539063E-8",
        "0x8000, -0.0",
        "0x7C00, Infinity",
        "0xFC00, -Infinity",
        "0x7E00, NaN"
    })
    void readsHalves(String bits, double value) {
        double read = FloatBits.fromHalf((short) (int) Integer.decode(bits));

        assertThat(Double.compare(read, value)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"1.0", "-2.5", "0.125", "1234.0", "0.0"})
    void writesHalvesThatReadTheSame(float value) {
        assertThat(FloatBits.fromHalf(FloatBits.toHalf(value))).isEqualTo(value);
    }

    @Test
    void readsEveryWidth() {
        ByteBuffer memory = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        memory.putDouble(8, -3.5).putFloat(4, 2.5f).putShort(2, (short) 0x3F80);

        assertThat(FloatBits.get(memory, DataType.FP64, 1)).isEqualTo(-3.5);
        assertThat(FloatBits.get(memory, DataType.FP32, 1)).isEqualTo(2.5);
        assertThat(FloatBits.get(memory, DataType.BF16, 1)).isEqualTo(1);
    }
}
