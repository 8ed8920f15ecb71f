package dev.sluice.loadtest.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * {@link RequestBenchmark} with few and with many floats, where every object that the code makes is counted: without escape
 * analysis, which removes an object or two from one run and not from the next, more than is to be seen here.
 *
 * <p>Threading: one benchmark thread.
 */
@State(Scope.Thread)
@Fork(jvmArgsAppend = "-XX:-DoEscapeAnalysis")
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class GrowthBenchmark {
    /** Floats of a row. */
    @Param({"16", "12288"})
    public int floats = 16;

    /** Requests that arrive together. */
    @Param("32")
    public int tick = 32;

    private final RequestBenchmark requests = new RequestBenchmark();

    @Setup
    public void open() {
        requests.request = BenchModel.IDENTITY + ":" + floats;
        requests.tick = tick;
        requests.open();
    }

    @TearDown
    public void close() {
        requests.close();
    }

    @Benchmark
    public int tick() {
        return requests.tick();
    }
}
