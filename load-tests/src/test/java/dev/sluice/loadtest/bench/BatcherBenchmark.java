package dev.sluice.loadtest.bench;

import dev.sluice.model.InferRequest;
import dev.sluice.model.TensorSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Batcher and run without the codec: submit → tick → run → replies, for requests that exist already. One operation is one
 * tick: divide by {@code tick} for a request.
 *
 * <p>Threading: one benchmark thread.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class BatcherBenchmark {
    private static final int FLOATS = 16;

    @Param({"1", "16", "32"})
    public int tick = 1;

    @Param({"inline", "queued"})
    public String runs = "inline";

    private BenchModel model;
    private RunnableBatcher batcher;
    private InferRequest request;
    private TensorSet inputs;
    private int answered;

    @Setup
    public void open() {
        model = BenchModel.open(BenchModel.MLP);
        batcher = new RunnableBatcher(model, runs.equals("inline"));
        inputs = model.inputs(1, FLOATS);
        request = new InferRequest("p", "", inputs, List.of(), false, Map.of(), 0, InferRequest.NO_DEADLINE);
    }

    @TearDown
    public void close() {
        inputs.release();
        batcher.close();
        model.close();
    }

    @Benchmark
    public int tick() {
        answered = 0;
        for (int i = 0; i < tick; i++) {
            // Each submission takes a reference.
            inputs.block().retain();
            batcher.submit(request, (response, failure) -> {
                if (response == null) {
                    throw new IllegalStateException(failure);
                }
                response.release();
                answered++;
            });
        }
        batcher.tick();
        while (answered < tick) {
            batcher.receive();
        }
        return answered;
    }
}
