package dev.sluice.loadtest.proof.publish;

import dev.sluice.loadtest.proof.server.ProofRun;
import dev.sluice.loadtest.proof.server.ServerOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code prove publish}.
 *
 * <p>Threading: confined to the main thread.
 */
@Command(
        name = "publish",
        description =
                "Versions published under load lose no request, answer within a second, and no bad one ever answers.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class PublishCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Option(names = "--cycles", defaultValue = "1000", description = "Versions to publish (${DEFAULT-VALUE}).")
    private int cycles = 1000;

    @Option(names = "--pace", defaultValue = "1s", description = "Shortest time between two (${DEFAULT-VALUE}).")
    private Duration pace = Duration.ofSeconds(1);

    @Option(names = "--window", defaultValue = "20s", description = "Each half of a pair (${DEFAULT-VALUE}).")
    private Duration window = Duration.ofSeconds(20);

    @Option(
            names = "--capacity-step",
            defaultValue = "5s",
            description =
                    "Each closed loop that looks for the capacity (${DEFAULT-VALUE}); open ones take three times it.")
    private Duration capacityStep = Duration.ofSeconds(5);

    @Option(names = "--load-fraction", defaultValue = "0.5", description = "Share of the capacity (${DEFAULT-VALUE}).")
    private double loadFraction = 0.5;

    @Option(names = "--rate", description = "Requests per second, instead of a share of the capacity.")
    private @Nullable Double rate;

    @Option(
            names = "--served-within",
            defaultValue = "1s",
            description = "From a good publish to its version's first answer (${DEFAULT-VALUE}).")
    private Duration servedWithin = Duration.ofSeconds(1);

    @Option(
            names = "--p99-ratio-max",
            description =
                    "Most of the p99 with swaps over that without; default 2 from 1000 cycles on, below not judged.")
    private @Nullable Double p99RatioMax;

    @Option(names = "--settle", defaultValue = "500ms", description = "The server's watch.settle (${DEFAULT-VALUE}).")
    private Duration settle = Duration.ofMillis(500);

    @Option(
            names = "--model-file",
            defaultValue = "examples/models/flight-delay/1/model.onnx",
            description = "Tree classifier that versions are made of (${DEFAULT-VALUE}).")
    private Path model = Path.of("");

    @Option(names = "--seed", defaultValue = "1", description = "Of arrivals.")
    private long seed = 1;

    @Option(names = "--out", required = true, description = "Folder for the evidence; made when missing.")
    private Path out = Path.of("");

    @Override
    public Integer call() throws IOException, InterruptedException {
        return ProofRun.run(spec, out, () -> {
            PublishPlan plan = new PublishPlan(
                    server.start(),
                    model,
                    cycles,
                    pace,
                    window,
                    capacityStep,
                    loadFraction,
                    rate,
                    servedWithin,
                    p99RatioMax,
                    settle,
                    seed,
                    out);
            return terminal -> new PublishProof(plan, terminal).run();
        });
    }
}
