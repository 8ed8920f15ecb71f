package dev.sluice.loadtest.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.sluice.model.TensorSet;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
 * One run of a loaded version, and the least that the runtime's Java binding can do: tensors made beforehand, output memory
 * pinned.
 *
 * <p>Threading: one benchmark thread.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class RunBenchmark {
    private static final int FLOATS = 16;

    @Param({BenchModel.IDENTITY, BenchModel.MLP})
    public String name = BenchModel.MLP;

    @Param({"1", "32"})
    public int rows = 1;

    private BenchModel model;
    private TensorSet inputs;
    private List<String> outputs;
    private OrtSession session;
    private OrtSession.SessionOptions options;
    private OrtSession.RunOptions runOptions;
    private Map<String, OnnxTensor> bareInputs;
    private Map<String, OnnxTensor> bareOutputs;

    @Setup
    public void open() throws OrtException {
        model = BenchModel.open(name);
        inputs = model.inputs(rows, FLOATS);
        outputs = List.of(model.output());
        int width;
        TensorSet once = model.model().run(inputs.tensors(), outputs);
        width = (int) once.tensors().get(0).shape().dimension(1);
        once.release();

        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(1);
        options.addConfigEntry("session.intra_op.allow_spinning", "0");
        session = environment.createSession(BenchModel.file(name).toString(), options);
        runOptions = new OrtSession.RunOptions();
        bareInputs = Map.of(model.input(), tensor(environment, FLOATS));
        bareOutputs = Map.of(model.output(), tensor(environment, width));
    }

    private OnnxTensor tensor(OrtEnvironment environment, int width) throws OrtException {
        FloatBuffer memory = ByteBuffer.allocateDirect(Float.BYTES * rows * width)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        return OnnxTensor.createTensor(environment, memory, new long[] {rows, width});
    }

    @TearDown
    public void close() throws OrtException {
        bareInputs.values().forEach(OnnxTensor::close);
        bareOutputs.values().forEach(OnnxTensor::close);
        session.close();
        runOptions.close();
        options.close();
        inputs.release();
        model.close();
    }

    @Benchmark
    public void bare() throws OrtException {
        session.run(bareInputs, Set.of(), bareOutputs, runOptions).close();
    }

    @Benchmark
    public void version() {
        model.model().run(inputs.tensors(), outputs).release();
    }
}
