package dev.sluice.protocol;

import static dev.sluice.protocol.DecoderFixture.bytes;
import static dev.sluice.protocol.DecoderFixture.elements;
import static dev.sluice.protocol.DecoderFixture.signature;
import static dev.sluice.protocol.DecoderFixture.spec;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.DataType;
import dev.sluice.model.ModelSignature;
import dev.sluice.model.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RawBodyTest {
    private final DecoderFixture fixture = new DecoderFixture();

    private static ModelSignature model(String type, String shape) {
        long[] dimensions = shape.isBlank()
                ? new long[0]
                : Arrays.stream(shape.split(" ", -1)).mapToLong(Long::parseLong).toArray();
        return signature(List.of(spec("x", DataType.valueOf(type), dimensions)), List.of());
    }

    @ParameterizedTest
    @CsvSource({
        "FP32, -1 4, 16, '[1, 4]'", "FP32, 1 4, 16, '[1, 4]'", "FP32, -1, 16, [4]", "FP32, -1 -1, 12, '[1, 3]'",
        "UINT8, -1 -1 3, 12, '[1, 4, 3]'", "INT64, '', 8, []", "FP32, -1 -1, 0, '[1, 0]'", "INT8, 5 -1, 10, '[5, 2]'"
    })
    void derivesTheShapeFromTheModelAndTheLength(String type, String shape, int length, String expected) {
        byte[] body = new byte[length];

        DecodedRequest request = fixture.decoder.decodeRaw(body, 0, length, model(type, shape));

        Tensor tensor = request.inputs().tensors().get(0);
        assertThat(tensor.toString()).isEqualTo("x " + type + " " + expected);
        assertThat(bytes(tensor)).isEqualTo(body);
        assertThat(request.binaryByDefault()).isTrue();
        assertThat(request.outputs()).isEmpty();
        assertThat(request.id()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"-1, [1]", "-1 1, '[1, 1]'", "'', []"})
    void takesTheWholeBodyAsTheOnlyElementOfBytes(String shape, String expected) {
        byte[] body = "__text__".getBytes(UTF_8);

        DecodedRequest request = fixture.decoder.decodeRaw(body, 2, 4, model("BYTES", shape));

        Tensor tensor = request.inputs().tensors().get(0);
        assertThat(tensor.shape().toString()).isEqualTo(expected);
        assertThat(bytes(tensor)).isEqualTo(elements("text".getBytes(UTF_8)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "FP32|-1 4|32|input 'x': FP32 [1, 4] takes 16 bytes, the raw body has 32",
                "FP32|-1 -1 4|20|input 'x': FP32 [1, -1, 4] takes a multiple of 16 bytes, the raw body has 20",
                "FP32|-1 -1 -1|16|input 'x': a raw body needs a shape with at most one dynamic dimension after the first,"
                        + " the model has [-1, -1, -1]",
                "FP32|-1 0 -1|16|input 'x': FP32 [1, 0, -1] takes a multiple of 0 bytes, the raw body has 16",
                "FP32|4611686018427387904 4|16|input 'x': FP32 [4611686018427387904, 4] takes 9223372036854775807 bytes,"
                        + " the raw body has 16",
                "BYTES|-1 2|16|input 'x': a raw body is one element, but the model takes BYTES [-1, 2]",
                "BOOL|-1|3|input 'x': byte 0 of the binary data must be 0 or 1 (BOOL), got 9"
            })
    void namesTheShapeAndBothLengths(String type, String shape, int length, String message) {
        byte[] body = new byte[length];
        Arrays.fill(body, (byte) 9);

        assertThat(fixture.failure(() -> fixture.decoder.decodeRaw(body, 0, length, model(type, shape))))
                .hasMessage(message);
    }

    @Test
    void refusesAModelWithSeveralInputs() {
        ModelSignature two = signature(List.of(spec("a", DataType.FP32, -1), spec("b", DataType.FP32, -1)), List.of());

        assertThat(fixture.failure(() -> fixture.decoder.decodeRaw(new byte[4], 0, 4, two)))
                .hasMessage(
                        "a raw body (Inference-Header-Content-Length: 0) needs a model with exactly one input, this one"
                                + " has 2");
    }
}
