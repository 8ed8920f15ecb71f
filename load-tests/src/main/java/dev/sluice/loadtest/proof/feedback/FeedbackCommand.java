package dev.sluice.loadtest.proof.feedback;

import dev.sluice.loadtest.proof.server.ProofRun;
import dev.sluice.loadtest.proof.server.ServerOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code prove feedback}.
 *
 * <p>Threading: confined to the main thread.
 */
@Command(
        name = "feedback",
        description =
                "Labels that come shuffled, late, twice, corrected or for nothing, over kills, are counted exactly.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class FeedbackCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Option(names = "--predictions", defaultValue = "1000000", description = "Rows to predict (${DEFAULT-VALUE}).")
    private int predictions = 1_000_000;

    @Option(names = "--connections", defaultValue = "8", description = "That send at once (${DEFAULT-VALUE}).")
    private int connections = 8;

    @Option(
            names = "--growth-max",
            defaultValue = "268435456",
            description = "Most bytes that resident memory may grow from the first answer on (${DEFAULT-VALUE}).")
    private long growthBytesMax = 268_435_456;

    @Option(
            names = "--model-file",
            defaultValue = "examples/models/flight-delay/2/model.onnx",
            description = "Tree classifier that predicts (${DEFAULT-VALUE}).")
    private Path model = Path.of("");

    @Option(names = "--seed", defaultValue = "1", description = "Of rows, orders and fates.")
    private long seed = 1;

    @Option(names = "--out", required = true, description = "Folder for the evidence; made when missing.")
    private Path out = Path.of("");

    @Override
    public Integer call() throws IOException, InterruptedException {
        return ProofRun.run(spec, out, () -> {
            FeedbackPlan plan =
                    new FeedbackPlan(server.start(), model, predictions, connections, growthBytesMax, seed, out);
            return terminal -> new FeedbackProof(plan, terminal).run();
        });
    }
}
