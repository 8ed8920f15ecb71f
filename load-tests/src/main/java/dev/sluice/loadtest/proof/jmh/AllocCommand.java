package dev.sluice.loadtest.proof.jmh;

import dev.sluice.loadtest.CannotMeasureException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code prove alloc}: heap bytes from the bytes of a body to the bytes of the answer.
 *
 * <p>Threading: confined to the main thread.
 */
@Command(
        name = "alloc",
        description = "A request takes few bytes of heap, and none per element.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class AllocCommand implements Callable<Integer> {
    private static final double HEAP_BYTES_MAX = 600;
    private static final double GROWTH_PERCENT_MAX = 5;

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private JmhRun run = new JmhRun();

    @Option(names = "--out", required = true, description = "Folder for the evidence; made when missing.")
    private Path out = Path.of("");

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (spec == null) {
            throw new IllegalStateException("the command runs through picocli only");
        }
        return new JmhProof("alloc", "\\.(Request|Growth|Batcher|Run)Benchmark\\.", AllocCommand::goals)
                .run(run, out, spec);
    }

    static List<JmhGoal> goals(JmhScores scores) throws CannotMeasureException {
        double few = growth(scores, "16");
        double many = growth(scores, "12288");
        return List.of(
                new JmhGoal(
                        "heap bytes per request: codec + batch of 32 + run, 16 floats",
                        scores.find(
                                        "RequestBenchmark.tick",
                                        Map.of("request", "mlp:16", "tick", "32", "runs", "inline"))
                                .heapBytesPerRequest(),
                        HEAP_BYTES_MAX),
                new JmhGoal("growth from 16 to 12,288 floats, percent", 100 * (many / few - 1), GROWTH_PERCENT_MAX));
    }

    private static double growth(JmhScores scores, String floats) throws CannotMeasureException {
        return scores.find("GrowthBenchmark.tick", Map.of("floats", floats, "tick", "32"))
                .heapBytesPerRequest();
    }
}
