package dev.sluice.loader.runtime.onnx;

import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.runtime.RuntimeOptions;
import dev.sluice.model.DataType;
import dev.sluice.model.ModelKey;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorPool;
import dev.sluice.model.TensorSet;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * The models that the tests own, a loader for them, and tensors to feed them.
 *
 * <p>Threading: thread-safe.
 */
final class TestModels {
    static final Path FOLDER = Path.of("src/test/models");

    final TensorPool pool = new TensorPool(64L << 20);
    final OnnxModelLoader loader = new OnnxModelLoader(pool, 2, true);

    static Path file(String name) {
        return FOLDER.resolve(name).resolve("1").resolve("model.onnx");
    }

    OnnxServableModel load(String name) throws ModelLoadException {
        return load(name, RuntimeOptions.DEFAULT);
    }

    OnnxServableModel load(String name, RuntimeOptions options) throws ModelLoadException {
        return load(file(name), options);
    }

    OnnxServableModel load(Path file, RuntimeOptions options) throws ModelLoadException {
        return (OnnxServableModel) loader.load(new ModelKey("m", 1), file, options);
    }

    static Tensor fp32(String name, Shape shape, float... values) {
        ByteBuffer data = direct(values.length * Float.BYTES);
        for (float value : values) {
            data.putFloat(value);
        }
        return new Tensor(name, DataType.FP32, shape, data.flip());
    }

    static Tensor int64(String name, Shape shape, long... values) {
        ByteBuffer data = direct(values.length * Long.BYTES);
        for (long value : values) {
            data.putLong(value);
        }
        return new Tensor(name, DataType.INT64, shape, data.flip());
    }

    static Tensor text(String name, Shape shape, String... values) {
        byte[][] encoded = new byte[values.length][];
        for (int i = 0; i < values.length; i++) {
            encoded[i] = values[i].getBytes(StandardCharsets.UTF_8);
        }
        return bytes(name, shape, encoded);
    }

    static Tensor bytes(String name, Shape shape, byte[]... values) {
        ByteBuffer data = direct((int) TextCodec.size(List.of(values)));
        TextCodec.write(List.of(values), data);
        return new Tensor(name, DataType.BYTES, shape, data.flip());
    }

    static ByteBuffer direct(int size) {
        return ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    static float[] floats(Tensor tensor) {
        float[] values = new float[tensor.byteSize() / Float.BYTES];
        tensor.data().asFloatBuffer().get(values);
        return values;
    }

    static long[] longs(Tensor tensor) {
        long[] values = new long[tensor.byteSize() / Long.BYTES];
        tensor.data().asLongBuffer().get(values);
        return values;
    }

    static List<String> texts(Tensor tensor) {
        return List.of(TextCodec.decode(tensor, false));
    }

    /** Runs for one output and copies it out of the pool. */
    static Tensor runOnce(OnnxServableModel model, String output, Tensor... inputs) {
        TensorSet outputs = model.run(List.of(inputs), List.of(output));
        Tensor pooled = outputs.tensors().get(0);
        ByteBuffer copy = direct(pooled.byteSize()).put(pooled.data()).flip();
        Tensor result = new Tensor(pooled.name(), pooled.dataType(), pooled.shape(), copy);
        outputs.release();
        return result;
    }
}
