package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.DataType;
import dev.sluice.model.InferRequest;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorBlock;
import dev.sluice.model.TensorSet;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TensorFormTest {
    private static boolean isBinary(DataType type, int... bytes) {
        byte[] memory = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            memory[i] = (byte) bytes[i];
        }
        long count = type.hasFixedSize() ? memory.length / type.byteSize() : 1;
        return TensorForm.EXACT.isBinary(new Tensor("t", type, Shape.of(count), ByteBuffer.wrap(memory)));
    }

    @Test
    void takesBinaryFormExactlyWhereJsonWouldChangeBits() {
        assertThat(isBinary(DataType.FP16, 0, 0)).isTrue();
        assertThat(isBinary(DataType.BF16, 0, 0)).isTrue();
        assertThat(isBinary(DataType.INT64, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F))
                .isFalse();
        assertThat(isBinary(DataType.BOOL, 0, 1)).isFalse();
        assertThat(isBinary(DataType.BOOL, 2)).isTrue();
        assertThat(isBinary(DataType.FP32, 0, 0, 0xC0, 0x7F))
                .as("the NaN of readers")
                .isFalse();
        assertThat(isBinary(DataType.FP32, 0, 0, 0xC0, 0xFF))
                .as("a negative NaN")
                .isTrue();
        assertThat(isBinary(DataType.FP32, 1, 0, 0x80, 0x7F))
                .as("a signalling NaN")
                .isTrue();
        assertThat(isBinary(DataType.FP32, 0, 0, 0x80, 0xFF)).as("infinity").isFalse();
        assertThat(isBinary(DataType.FP64, 0, 0, 0, 0, 0, 0, 0xF8, 0x7F)).isFalse();
        assertThat(isBinary(DataType.FP64, 1, 0, 0, 0, 0, 0, 0xF8, 0x7F)).isTrue();
        assertThat(isBinary(DataType.BYTES, 2, 0, 0, 0, 0xC3, 0xA9)).isFalse();
        assertThat(isBinary(DataType.BYTES, 1, 0, 0, 0, 0xC3))
                .as("half a character")
                .isTrue();
    }

    @Test
    void mixesBothFormsInOneBody() {
        Tensor half = new Tensor("half", DataType.FP16, Shape.of(1), ByteBuffer.wrap(new byte[] {1, 2}));
        Tensor whole = new Tensor("whole", DataType.UINT8, Shape.of(1), ByteBuffer.wrap(new byte[] {7}));
        InferRequest request = new InferRequest(
                "p",
                "",
                new TensorSet(List.of(half, whole), TensorBlock.unpooled(0)),
                List.of(),
                false,
                Map.of(),
                0,
                InferRequest.NO_DEADLINE);
        ByteSink sink = new ByteSink();

        int jsonLength = new InferRequestEncoder().encodeExactly(request, sink);

        assertThat(new String(sink.array(), 0, jsonLength, StandardCharsets.UTF_8))
                .isEqualTo("{\"inputs\":[{\"name\":\"half\",\"datatype\":\"FP16\",\"shape\":[1],"
                        + "\"parameters\":{\"binary_data_size\":2}},"
                        + "{\"name\":\"whole\",\"datatype\":\"UINT8\",\"shape\":[1],\"data\":[7]}]}");
        assertThat(sink.toByteArray()).hasSize(jsonLength + 2).endsWith(1, 2);
    }
}
