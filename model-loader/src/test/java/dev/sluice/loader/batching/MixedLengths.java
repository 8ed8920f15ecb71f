package dev.sluice.loader.batching;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import dev.sluice.loader.fakes.TextLengths;
import dev.sluice.loader.fakes.ThreadRequestLoop;
import dev.sluice.loader.repository.BatchingConfig;
import dev.sluice.loader.repository.LengthConfig;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.runtime.RuntimeOptions;
import dev.sluice.loader.runtime.ServableModel;
import dev.sluice.loader.runtime.onnx.OnnxModelLoader;
import dev.sluice.loader.verify.BatchProof;
import dev.sluice.loader.verify.BatchVerdict;
import dev.sluice.model.InferRequest;
import dev.sluice.model.ModelKey;
import dev.sluice.model.NanoClock;
import dev.sluice.model.RequestedOutput;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorBlock;
import dev.sluice.model.TensorPool;
import dev.sluice.model.TensorSet;
import dev.sluice.model.TensorSpec;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Measures what batching wins on texts of mixed lengths: rows per second of CPU time of the inference threads, batching on
 * divided by off, in interleaved rounds. Run by hand, on a transformer with inputs {@code input_ids} and {@code
 * attention_mask}:
 *
 * <pre>MixedLengths model.onnx [threads [rounds [cells-max [waste-max]]]]</pre>
 *
 * <p>Threading: requests come from one loop; a closed loop of so many requests at a time.
 */
final class MixedLengths implements AutoCloseable {
    private static final int VOCABULARY = 20_000;
    private static final int REQUESTS = 400;
    private static final int[] CONCURRENCIES = {8, 16, 64};

    private final TensorPool pool = new TensorPool(512L << 20);
    private final ThreadRequestLoop loop = new ThreadRequestLoop(0);
    private final InferenceThreads threads;
    private final ServableModel model;

    private MixedLengths(Path file, int threadCount) throws ModelLoadException {
        threads = InferenceThreads.start(threadCount);
        model = new OnnxModelLoader(pool, 1, true).load(new ModelKey("m", 1), file, RuntimeOptions.DEFAULT);
    }

    /**
     * What one round showed.
     *
     * @param cpuNanosPerRow of the inference threads
     */
    private record Round(double cpuNanosPerRow, BatchStats stats) {}

    public static void main(String[] arguments) throws ModelLoadException, InterruptedException {
        int threadCount = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 2;
        int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 5;
        int cellsMax = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 256;
        double wasteMax = arguments.length > 4 ? Double.parseDouble(arguments[4]) : LengthConfig.DEFAULT.wasteMax();
        try (MixedLengths measured = new MixedLengths(Path.of(arguments[0]), threadCount)) {
            measured.report(rounds, cellsMax, wasteMax);
        }
    }

    private void report(int rounds, int cellsMax, double wasteMax) throws InterruptedException {
        BatchVerdict verdict = new BatchProof(NanoClock.system()).decide(model, BatchingConfig.DEFAULT);
        print(
                "%s%n%d cells worth one run; at most %d cells, %.2f waste%n",
                verdict, verdict.padding().paddingCellsMax(), cellsMax, wasteMax);
        BatchPolicy on = new BatchPolicy(
                true,
                BatchProof.MAX_ROWS_DEFAULT,
                8192,
                256L << 20,
                threads.count(),
                InlineRuns.NEVER,
                new LengthPolicy(
                        cellsMax,
                        wasteMax,
                        verdict.padding().paddingCellsMax(),
                        verdict.padding().rule()));
        BatchPolicy off = new BatchPolicy(false, 1, 8192, 256L << 20, threads.count());
        for (TextLengths lengths : TextLengths.values()) {
            for (int concurrency : CONCURRENCIES) {
                measure(off, lengths, concurrency, 0);
                double[] ratios = new double[rounds];
                Round last = null;
                for (int round = 0; round < rounds; round++) {
                    double alone = measure(off, lengths, concurrency, round).cpuNanosPerRow();
                    last = measure(on, lengths, concurrency, round);
                    ratios[round] = alone / last.cpuNanosPerRow();
                }
                Arrays.sort(ratios);
                BatchStats stats = last == null ? null : last.stats();
                print(
                        "%-9s %2d at a time: on / off %.2f (%.2f to %.2f); %.1f rows per run, %.1f %% waste%n",
                        lengths,
                        concurrency,
                        ratios[rounds / 2],
                        ratios[0],
                        ratios[rounds - 1],
                        stats == null ? 0 : (double) stats.rowCount() / stats.executionCount(),
                        stats == null ? 0 : 100.0 * stats.paddingCellCount() / stats.cellCount());
            }
        }
    }

    @FormatMethod
    private static void print(@FormatString String format, Object... arguments) {
        System.out.printf(Locale.ROOT, format, arguments);
    }

    private Round measure(BatchPolicy policy, TextLengths lengths, int concurrency, int seed)
            throws InterruptedException {
        Batcher batcher = new Batcher(
                new ModelKey("m", 1),
                model,
                policy,
                new BatchResources(pool, threads, NanoClock.system(), InstantSource.system()),
                StageObserver.none());
        RandomGenerator random = new SplittableRandom(seed);
        List<InferRequest> waiting = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            waiting.add(request(lengths.draw(random), random));
        }
        CountDownLatch ended = new CountDownLatch(REQUESTS);
        long before = cpuNanos();
        loop.execute(() -> {
            for (int i = 0; i < concurrency; i++) {
                next(batcher, waiting, ended);
            }
        });
        if (!ended.await(10, TimeUnit.MINUTES)) {
            throw new IllegalStateException("requests without an answer");
        }
        long used = cpuNanos() - before;
        BatchStats stats = batcher.stats();
        batcher.close(() -> {});
        return new Round((double) used / REQUESTS, stats);
    }

    private void next(Batcher batcher, List<InferRequest> waiting, CountDownLatch ended) {
        if (waiting.isEmpty()) {
            return;
        }
        InferRequest request = waiting.remove(waiting.size() - 1);
        Submission submission = batcher.submit(request, loop, (response, failure) -> {
            if (response == null) {
                throw new IllegalStateException("no answer", failure);
            }
            response.release();
            ended.countDown();
            next(batcher, waiting, ended);
        });
        if (submission.rejection() != null) {
            throw new IllegalStateException("rejected", submission.rejection());
        }
    }

    private InferRequest request(int length, RandomGenerator random) {
        List<TensorSpec> inputs = model.signature().inputs();
        TensorBlock block = TensorBlock.unpooled(Long.BYTES * length * inputs.size());
        List<Tensor> tensors = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            TensorSpec input = inputs.get(i);
            ByteBuffer memory = block.slice(Long.BYTES * length * i, Long.BYTES * length);
            for (int at = 0; at < length; at++) {
                memory.putLong(
                        Long.BYTES * at,
                        switch (input.name()) {
                            case "input_ids" -> 1000 + random.nextInt(VOCABULARY);
                            case "attention_mask" -> 1;
                            default -> 0;
                        });
            }
            tensors.add(new Tensor(input.name(), input.dataType(), Shape.of(1, length), memory));
        }
        RequestedOutput output =
                new RequestedOutput(model.signature().outputs().get(0).name(), true, 0);
        return new InferRequest(
                "p", "", new TensorSet(tensors, block), List.of(output), true, Map.of(), 0, InferRequest.NO_DEADLINE);
    }

    /** What the inference threads have used of the CPUs. */
    private static long cpuNanos() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long[] ids = threads.getAllThreadIds();
        return IntStream.range(0, ids.length)
                .mapToObj(i -> threads.getThreadInfo(ids[i]))
                .filter(info -> info != null && info.getThreadName().startsWith("sluice-infer-"))
                .flatMapToLong(info -> LongStream.of(threads.getThreadCpuTime(info.getThreadId())))
                .sum();
    }

    @Override
    public void close() {
        threads.close();
        loop.close();
        model.close();
    }
}
