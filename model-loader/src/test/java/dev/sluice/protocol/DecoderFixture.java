package dev.sluice.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.model.DataType;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelSignature;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorPool;
import dev.sluice.model.TensorSpec;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.Assertions;

/** A decoder with a pool of its own, and short ways to build bodies. */
final class DecoderFixture {
    final TensorPool pool = new TensorPool(64 << 20);
    final InferRequestDecoder decoder = new InferRequestDecoder(pool, CodecLimits.DEFAULT);

    DecodedRequest decode(String json) {
        byte[] body = json.getBytes(UTF_8);
        return decoder.decode(body, 0, body.length, InferRequestDecoder.ALL_JSON);
    }

    DecodedRequest decode(String json, byte[] binary) {
        byte[] head = json.getBytes(UTF_8);
        byte[] body = join(head, binary);
        return decoder.decode(body, 0, body.length, head.length);
    }

    /** The failure of decoding; also checks that no memory is left behind. */
    InferenceException failure(String json) {
        return failure(() -> decode(json));
    }

    InferenceException failure(String json, byte[] binary) {
        return failure(() -> decode(json, binary));
    }

    InferenceException failure(Runnable decoding) {
        InferenceException failure = Assertions.catchThrowableOfType(InferenceException.class, decoding::run);
        Assertions.assertThat(failure).isNotNull();
        Assertions.assertThat(pool.bytesInUse()).isZero();
        return failure;
    }

    /** A request of one input named x. */
    static String input(String datatype, String shape, String data) {
        return "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"" + datatype + "\",\"shape\":" + shape + ",\"data\":" + data
                + "}]}";
    }

    /** A request of one binary input named x. */
    static String binaryInput(String datatype, String shape, long bytes) {
        return "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"" + datatype + "\",\"shape\":" + shape
                + ",\"parameters\":{\"binary_data_size\":" + bytes + "}}]}";
    }

    /** JSON in which a single quote stands for a double one. */
    static String json(String text) {
        return text.replace('\'', '"');
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    /** The binary form of BYTES elements. */
    static byte[] elements(byte[]... elements) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] element : elements) {
            out.writeBytes(littleEndian(4).putInt(element.length).array());
            out.writeBytes(element);
        }
        return out.toByteArray();
    }

    static ByteBuffer littleEndian(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    static byte[] bytes(Tensor tensor) {
        byte[] bytes = new byte[tensor.byteSize()];
        tensor.data().get(bytes);
        return bytes;
    }

    /** A tensor of floats. */
    static Tensor floats(String name, Shape shape, float... values) {
        ByteBuffer data = littleEndian(4 * values.length);
        for (float value : values) {
            data.putFloat(value);
        }
        return new Tensor(name, DataType.FP32, shape, data.flip());
    }

    /** A tensor of 64-bit integers. */
    static Tensor longs(String name, DataType type, Shape shape, long... values) {
        ByteBuffer data = littleEndian(8 * values.length);
        for (long value : values) {
            data.putLong(value);
        }
        return new Tensor(name, type, shape, data.flip());
    }

    /** A tensor of texts. */
    static Tensor texts(String name, Shape shape, String... values) {
        byte[][] elements = new byte[values.length][];
        for (int i = 0; i < values.length; i++) {
            elements[i] = values[i].getBytes(UTF_8);
        }
        return new Tensor(name, DataType.BYTES, shape, ByteBuffer.wrap(elements(elements)));
    }

    static ModelSignature signature(List<TensorSpec> inputs, List<TensorSpec> outputs) {
        return new ModelSignature("onnx_onnxv1", inputs, outputs, Map.of());
    }

    static TensorSpec spec(String name, DataType type, long... shape) {
        return new TensorSpec(name, type, Shape.of(shape));
    }
}
