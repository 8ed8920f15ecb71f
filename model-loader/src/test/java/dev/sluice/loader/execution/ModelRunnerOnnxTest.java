package dev.sluice.loader.execution;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.batching.BatchResources;
import dev.sluice.loader.batching.InferenceThreads;
import dev.sluice.loader.batching.StageObserver;
import dev.sluice.loader.fakes.FakeNanoClock;
import dev.sluice.loader.fakes.FakeRequestLoop;
import dev.sluice.loader.fakes.Tensors;
import dev.sluice.loader.lifecycle.DevicePolicy;
import dev.sluice.loader.lifecycle.LoadReport;
import dev.sluice.loader.lifecycle.ModelManager;
import dev.sluice.loader.lifecycle.ResourceBudget;
import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.loader.repository.ModelDefinition;
import dev.sluice.loader.repository.VersionFiles;
import dev.sluice.loader.runtime.onnx.OnnxModelLoader;
import dev.sluice.loader.transform.TransformOpener;
import dev.sluice.loader.verify.Gate;
import dev.sluice.model.DataType;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferResponse;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelKey;
import dev.sluice.model.NanoClock;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorBlock;
import dev.sluice.model.TensorPool;
import dev.sluice.model.TensorSet;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** From the repository to the answer with real models: loaded, proved, batched and run by the real runtime. */
class ModelRunnerOnnxTest {
    private final TensorPool pool = new TensorPool(64 << 20);
    private final InferenceThreads threads = InferenceThreads.start(2);
    private final ModelManager manager = new ModelManager(
            new OnnxModelLoader(pool, 2, true),
            Gate.NONE,
            TransformOpener.none(),
            new BatchResources(pool, threads, NanoClock.system(), InstantSource.system()),
            ResourceBudget.unlimited(),
            new DevicePolicy(device -> threads, 0),
            2,
            key -> StageObserver.none());
    private final FakeRequestLoop loop = new FakeRequestLoop(0, new FakeNanoClock());
    private final ModelRunner runner = new ModelRunner();

    private record End(
            @Nullable InferResponse response, @Nullable InferenceException failure) {
        List<Float> values() {
            InferResponse answer = requireNonNull(response);
            List<Float> values = Tensors.floats(answer.outputs().tensors().get(0));
            answer.release();
            return values;
        }
    }

    @AfterEach
    void leavesNoMemoryBehind() {
        assertThat(manager.close(Duration.ofSeconds(10))).isTrue();
        threads.close();
        assertThat(pool.bytesInUse()).isZero();
    }

    private void load(String... names) {
        List<ModelDefinition> definitions = new ArrayList<>();
        for (String name : names) {
            Path folder = Path.of("src/test/models", name);
            VersionFiles files = new VersionFiles(
                    new ModelKey(name, 1),
                    folder.resolve("1"),
                    folder.resolve("1").resolve("model.onnx"));
            definitions.add(
                    new ModelDefinition(name, folder, ModelConfig.DEFAULT, List.of(files), List.of(), List.of()));
        }
        assertThat(manager.reconcile(definitions).toCompletableFuture().join()).allMatch(LoadReport::ok);
    }

    /** Submits all in one tick and waits for them. */
    private List<End> run(String name, List<TensorSet> requests) {
        End[] ends = new End[requests.size()];
        for (int i = 0; i < ends.length; i++) {
            int at = i;
            var submission = runner.run(
                    requireNonNull(manager.acquire(new ModelKey(name, 1))),
                    Tensors.request(requests.get(i)),
                    loop,
                    (response, failure) -> ends[at] = new End(response, failure));
            assertThat(submission.rejection()).isNull();
        }
        loop.tick();
        loop.runUntil(() -> IntStream.range(0, ends.length).allMatch(i -> ends[i] != null));
        return List.of(ends);
    }

    @Test
    void rowsOfABatchGetTheAnswersThatTheyGetAlone() {
        load("mlp");
        SplittableRandom random = new SplittableRandom(7);
        float[][] rows = new float[20][16];
        for (float[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                row[i] = (float) random.nextDouble(-2, 2);
            }
        }

        List<List<Float>> alone = new ArrayList<>();
        for (float[] row : rows) {
            alone.add(run("mlp", List.of(Tensors.floats(pool, "x", Shape.of(1, 16), row)))
                    .get(0)
                    .values());
        }
        List<TensorSet> together = new ArrayList<>();
        for (float[] row : rows) {
            together.add(Tensors.floats(pool, "x", Shape.of(1, 16), row));
        }
        List<End> ends = run("mlp", together);

        assertThat(requireNonNull(ends.get(0).response()).timing().batchRows()).isGreaterThan(1);
        for (int i = 0; i < rows.length; i++) {
            assertThat(ends.get(i).values()).isEqualTo(alone.get(i));
        }
    }

    @Test
    void indexOutsideTheTableFailsItsOwnRequestOnly() {
        load("gather");

        List<End> ends = run("gather", List.of(indices(3), indices(99), indices(1, 2)));

        assertThat(ends.get(0).values()).containsExactly(3f, 3.25f, 3.5f, 3.75f);
        assertThat(requireNonNull(ends.get(1).failure()).code()).isEqualTo(ErrorCode.MODEL_FAILED);
        assertThat(ends.get(2).values()).startsWith(1f).hasSize(8);
    }

    private TensorSet indices(long... values) {
        TensorBlock block = pool.acquire(8L * values.length);
        for (int i = 0; i < values.length; i++) {
            block.memory().putLong(8 * i, values[i]);
        }
        Tensor tensor =
                new Tensor("indices", DataType.INT64, Shape.of(values.length, 1), block.slice(0, 8 * values.length));
        return new TensorSet(List.of(tensor), block);
    }

    @Test
    void modelThatMixesRowsAnswersEachRequestAlone() {
        load("batch-mixing");

        List<End> ends = run(
                "batch-mixing",
                List.of(
                        Tensors.floats(pool, "x", Shape.of(1, 3), 1, 2, 3),
                        Tensors.floats(pool, "x", Shape.of(1, 3), 7, 8, 9)));

        assertThat(ends.get(0).values()).containsExactly(0f, 0f, 0f);
        assertThat(ends.get(1).values()).containsExactly(0f, 0f, 0f);
    }
}
