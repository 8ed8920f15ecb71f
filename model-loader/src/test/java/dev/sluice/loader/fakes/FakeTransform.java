package dev.sluice.loader.fakes;

import dev.sluice.loader.transform.StopCondition;
import dev.sluice.loader.transform.VersionTransform;
import dev.sluice.model.DataType;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelSignature;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorPool;
import dev.sluice.model.TensorSet;
import dev.sluice.model.TensorSpec;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A transform of {@code n BYTES [-1]}, decimal numbers, to the input {@code x} of {@link FakeServableModel#rowSums}, and of its
 * output {@code y} to {@code doubled}; can be made to wait and to fail.
 *
 * <p>Threading: thread-safe.
 */
public final class FakeTransform implements VersionTransform {
    private final TensorPool pool;
    private final boolean changesOutputs;
    private final CountDownLatch entered = new CountDownLatch(1);
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger rows = new AtomicInteger();
    private final AtomicInteger finished = new AtomicInteger();
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile @Nullable RuntimeException afterFailure;

    public FakeTransform(TensorPool pool, boolean changesOutputs) {
        this.pool = pool;
        this.changesOutputs = changesOutputs;
    }

    /** The next {@link #before} waits for the latch. */
    public CountDownLatch hold() {
        gate = new CountDownLatch(1);
        return gate;
    }

    public void failAfter(RuntimeException failure) {
        afterFailure = failure;
    }

    public void awaitEntered() {
        await(entered);
    }

    public int begun() {
        return begun.get();
    }

    /** How many rows were transformed. */
    public int rows() {
        return rows.get();
    }

    public int finished() {
        return finished.get();
    }

    @Override
    public ModelSignature signature() {
        return new ModelSignature(
                "fake",
                List.of(new TensorSpec("n", DataType.BYTES, Shape.of(-1))),
                List.of(new TensorSpec(changesOutputs ? "doubled" : "y", DataType.FP32, Shape.of(-1, 1))),
                Map.of());
    }

    @Override
    public TensorSet before(List<Tensor> inputs, StopCondition stop) {
        begun.incrementAndGet();
        entered.countDown();
        await(gate);
        List<String> texts = Tensors.strings(inputs.get(0));
        float[] numbers = new float[texts.size()];
        for (int i = 0; i < numbers.length; i++) {
            stop.check();
            rows.incrementAndGet();
            try {
                numbers[i] = Float.parseFloat(texts.get(i));
            } catch (NumberFormatException e) {
                throw InferenceException.invalidInput("input 'n' row " + i + " must be a number");
            }
        }
        return Tensors.floats(pool, "x", Shape.of(numbers.length, 1), numbers);
    }

    @Override
    public boolean changesOutputs() {
        return changesOutputs;
    }

    @Override
    public List<String> modelOutputs(List<String> outputs) {
        return List.of("y");
    }

    @Override
    public TensorSet after(TensorSet modelInputs, TensorSet modelOutputs, List<String> outputs) {
        finished.incrementAndGet();
        RuntimeException failure = afterFailure;
        if (failure != null) {
            throw failure;
        }
        Tensor y = modelOutputs.tensors().get(0);
        List<Float> values = Tensors.floats(y);
        float[] doubled = new float[values.size()];
        for (int i = 0; i < doubled.length; i++) {
            doubled[i] = 2 * values.get(i);
        }
        return Tensors.floats(pool, "doubled", y.shape(), doubled);
    }

    @Override
    public void close() {}

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(10, TimeUnit.SECONDS)) {
                throw new AssertionError("nobody opened the gate for ten seconds");
            }
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }
}
