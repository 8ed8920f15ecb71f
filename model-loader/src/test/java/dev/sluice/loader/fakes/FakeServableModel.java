package dev.sluice.loader.fakes;

import dev.sluice.loader.runtime.Device;
import dev.sluice.loader.runtime.ServableModel;
import dev.sluice.model.DataType;
import dev.sluice.model.ModelSignature;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorSet;
import dev.sluice.model.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A model whose computation is a lambda, which notes its runs and can be made to wait inside a run.
 *
 * <p>Threading: thread-safe.
 */
public final class FakeServableModel implements ServableModel {
    private final ModelSignature signature;
    private final Computation computation;
    private final List<List<Shape>> runs = new ArrayList<>();
    private final Semaphore entered = new Semaphore(0);
    private final Semaphore passes = new Semaphore(0);
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger runsAfterClose = new AtomicInteger();
    private volatile Device device = Device.CPU;
    private final AtomicInteger closes = new AtomicInteger();
    private volatile boolean held;

    /** What a run computes. */
    public interface Computation {
        TensorSet run(List<Tensor> inputs, List<String> outputs);
    }

    /** Says that it runs there. */
    public FakeServableModel on(Device where) {
        device = where;
        return this;
    }

    public FakeServableModel(ModelSignature signature, Computation computation) {
        this.signature = signature;
        this.computation = computation;
    }

    /** Input {@code x FP32 [-1, -1]}, output {@code y FP32 [-1, 1]}: the sum of each row. */
    public static FakeServableModel rowSums(Computation computation) {
        return new FakeServableModel(
                signature(
                        List.of(new TensorSpec("x", DataType.FP32, Shape.of(-1, -1))),
                        List.of(new TensorSpec("y", DataType.FP32, Shape.of(-1, 1)))),
                computation);
    }

    public static ModelSignature signature(List<TensorSpec> inputs, List<TensorSpec> outputs) {
        return new ModelSignature("fake", inputs, outputs, Map.of());
    }

    @Override
    public ModelSignature signature() {
        return signature;
    }

    @Override
    public Device device() {
        return device;
    }

    @Override
    public TensorSet run(List<Tensor> inputs, List<String> outputs) {
        synchronized (runs) {
            runs.add(inputs.stream().map(Tensor::shape).toList());
        }
        running.incrementAndGet();
        try {
            if (closes.get() > 0) {
                runsAfterClose.incrementAndGet();
            }
            if (held) {
                entered.release();
                passes.acquireUninterruptibly();
            }
            return computation.run(inputs, outputs);
        } finally {
            running.decrementAndGet();
        }
    }

    @Override
    public void close() {
        if (running.get() > 0) {
            runsAfterClose.incrementAndGet();
        }
        closes.incrementAndGet();
    }

    /** From now on a run waits inside until {@link #letPass}. */
    public FakeServableModel hold() {
        held = true;
        return this;
    }

    /** Lets this many runs pass. */
    public void letPass(int count) {
        passes.release(count);
    }

    /** Runs that come now do not wait, and those that wait go on. */
    public void letAllPass() {
        held = false;
        passes.release(1000);
    }

    /** Waits until this many more runs have entered. */
    public void awaitEntered(int count) {
        try {
            if (!entered.tryAcquire(count, 10, TimeUnit.SECONDS)) {
                throw new AssertionError("no run entered the model for ten seconds");
            }
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    /** Input shapes of every run, in order. */
    public List<List<Shape>> runs() {
        synchronized (runs) {
            return List.copyOf(runs);
        }
    }

    /** First dimension of the first input of every run, in order. */
    public List<Long> rowsPerRun() {
        return runs().stream().map(shapes -> shapes.get(0).dimension(0)).toList();
    }

    public int closes() {
        return closes.get();
    }

    /** Runs that began after, or were under way at, a close: must be 0. */
    public int runsAfterClose() {
        return runsAfterClose.get();
    }
}
