package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.DataType;
import dev.sluice.model.InferRequest;
import dev.sluice.model.ParameterValue;
import dev.sluice.model.RequestedOutput;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorBlock;
import dev.sluice.model.TensorSet;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CodecRoundTripTest {
    private final DecoderFixture fixture = new DecoderFixture();
    private final SplittableRandom random = new SplittableRandom(9);

    private Tensor randomTensor(String name, DataType type) {
        int rank = random.nextInt(4);
        long[] dimensions = new long[rank];
        int count = 1;
        for (int i = 0; i < rank; i++) {
            dimensions[i] = random.nextInt(6);
            count *= (int) dimensions[i];
        }
        return new Tensor(name, type, Shape.of(dimensions), ByteBuffer.wrap(randomElements(type, count)));
    }

    private byte[] randomElements(DataType type, int count) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            byte[] element = new byte[Math.max(1, type.byteSize())];
            random.nextBytes(element);
            switch (type) {
                case BOOL -> element[0] &= 1;
                case FP32 -> {
                    if (Float.isNaN(Float.intBitsToFloat(ByteBuffer.wrap(element)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .getInt()))) {
                        element = DecoderFixture.littleEndian(4)
                                .putFloat(Float.NaN)
                                .array();
                    }
                }
                case FP64 -> {
                    if (Double.isNaN(Double.longBitsToDouble(ByteBuffer.wrap(element)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .getLong()))) {
                        element = DecoderFixture.littleEndian(8)
                                .putDouble(Double.NaN)
                                .array();
                    }
                }
                case BYTES -> element = DecoderFixture.elements(randomText().getBytes(StandardCharsets.UTF_8));
                default -> {}
            }
            out.writeBytes(element);
        }
        return out.toByteArray();
    }

    private String randomText() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            int bound = switch (random.nextInt(4)) {
                case 0 -> 0x80;
                case 1 -> 0x800;
                case 2 -> 0xD800;
                default -> 0x110000;
            };
            int codePoint = random.nextInt(bound);
            text.appendCodePoint(codePoint >= 0xD800 && codePoint < 0xE000 ? '"' : codePoint);
        }
        return text.toString();
    }

    @ParameterizedTest
    @EnumSource(DataType.class)
    void readsWhatItWroteForEveryDatatypeInBothForms(DataType type) {
        ByteSink sink = new ByteSink();
        for (int i = 0; i < 200; i++) {
            List<Tensor> tensors = new ArrayList<>();
            for (int j = random.nextInt(3); j >= 0; j--) {
                tensors.add(randomTensor("t" + j + randomText(), type));
            }
            InferRequest request = new InferRequest(
                    "p",
                    randomText(),
                    new TensorSet(tensors, TensorBlock.unpooled(0)),
                    List.of(new RequestedOutput("y", random.nextBoolean(), random.nextInt(3))),
                    random.nextBoolean(),
                    Map.of(
                            "p" + randomText(),
                            new ParameterValue.Text(randomText()),
                            "q",
                            new ParameterValue.Real(0.1),
                            "r",
                            new ParameterValue.Int(Long.MIN_VALUE),
                            "s",
                            new ParameterValue.Bool(true)),
                    random.nextInt(3),
                    InferRequest.NO_DEADLINE);

            sink.clear();
            int jsonLength = new InferRequestEncoder().encode(request, random.nextBoolean(), sink);
            DecodedRequest decoded = fixture.decoder.decode(sink.array(), 0, sink.size(), jsonLength);

            assertThat(decoded.id()).isEqualTo(request.clientId());
            assertThat(decoded.parameters()).isEqualTo(request.parameters());
            assertThat(decoded.outputs()).isEqualTo(request.outputs());
            assertThat(decoded.binaryByDefault()).isEqualTo(request.binaryByDefault());
            assertThat(decoded.priority()).isEqualTo(request.priority());
            assertThat(decoded.inputs().tensors()).hasSameSizeAs(tensors);
            for (int j = 0; j < tensors.size(); j++) {
                Tensor expected = tensors.get(j);
                Tensor actual = decoded.inputs().tensors().get(j);
                assertThat(actual.toString()).isEqualTo(expected.toString());
                assertThat(DecoderFixture.bytes(actual)).isEqualTo(DecoderFixture.bytes(expected));
            }
            decoded.release();
        }
        assertThat(fixture.pool.bytesInUse()).isZero();
    }

    @Test
    void leavesTheSinkAsItWasWhenARequestCannotBeWritten() {
        ByteSink sink = new ByteSink();
        sink.put("before");
        Tensor blob = new Tensor(
                "b", DataType.BYTES, Shape.of(1), ByteBuffer.wrap(DecoderFixture.elements(new byte[] {(byte) 0xC0})));
        InferRequest request = new InferRequest(
                "p",
                "",
                new TensorSet(List.of(blob), TensorBlock.unpooled(0)),
                List.of(),
                false,
                Map.of(),
                0,
                InferRequest.NO_DEADLINE);

        assertThat(fixture.failure(() -> new InferRequestEncoder().encode(request, false, sink)))
                .hasMessageStartingWith("input 'b': BYTES that are not UTF-8 have no JSON form");
        assertThat(sink.size()).isEqualTo(6);
    }
}
