package dev.sluice.loadtest.bench;

import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.runtime.RuntimeOptions;
import dev.sluice.loader.runtime.ServableModel;
import dev.sluice.loader.runtime.onnx.OnnxModelLoader;
import dev.sluice.model.DataType;
import dev.sluice.model.ModelKey;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorBlock;
import dev.sluice.model.TensorPool;
import dev.sluice.model.TensorSet;
import java.nio.file.Path;
import java.util.List;

/**
 * A test model with one input of floats and one output, opened by the real runtime.
 *
 * <p>Threading: confined to the benchmark's thread.
 *
 * @param model closed by {@link #close}
 * @param pool where inputs and outputs lie
 */
record BenchModel(ModelKey key, ServableModel model, TensorPool pool) implements AutoCloseable {
    private static final Path FOLDER = Path.of("model-loader/src/test/models");
    private static final long POOL_BYTES = 256L << 20;

    /** Sixteen floats to three probabilities. */
    static final String MLP = "mlp";

    /** Any number of floats to the same ones. */
    static final String IDENTITY = "identity-float32";

    static Path file(String name) {
        return FOLDER.resolve(name).resolve("1").resolve("model.onnx");
    }

    static BenchModel open(String name) {
        TensorPool pool = new TensorPool(POOL_BYTES);
        ModelKey key = new ModelKey(name, 1);
        try {
            boolean silent = "1".equals(System.getenv("ORT_DISABLE_TELEMETRY"));
            OnnxModelLoader loader = new OnnxModelLoader(pool, 1, silent);
            return new BenchModel(key, loader.load(key, file(name), RuntimeOptions.DEFAULT), pool);
        } catch (ModelLoadException e) {
            throw new IllegalStateException(e);
        }
    }

    String input() {
        return model.signature().inputs().get(0).name();
    }

    String output() {
        return model.signature().outputs().get(0).name();
    }

    /** Rows of floats as the model's input, over one block of the pool. */
    TensorSet inputs(int rows, int floats) {
        int bytes = rows * floats * Float.BYTES;
        TensorBlock block = pool.acquire(bytes);
        float[] values = BenchBodies.floats(rows * floats);
        for (int i = 0; i < values.length; i++) {
            block.memory().putFloat(Float.BYTES * i, values[i]);
        }
        Tensor tensor = Tensor.in(block, 0, bytes, input(), DataType.FP32, Shape.of(rows, floats));
        return new TensorSet(List.of(tensor), block);
    }

    @Override
    public void close() {
        model.close();
    }
}
