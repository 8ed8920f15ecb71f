package dev.sluice.loadtest.proof.logcost;

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
 * {@code prove log-cost}.
 *
 * <p>Threading: confined to the main thread.
 */
@Command(
        name = "log-cost",
        description = "The input log costs the requests that it records next to nothing, and loses none.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class LogCostCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Option(
            names = "--rate",
            defaultValue = "8000",
            description = "Requests per second, the same for all servers (${DEFAULT-VALUE}).")
    private double rate = 8_000;

    @Option(
            names = "--rounds",
            defaultValue = "15",
            description = "Each server is measured once in each round, in turned order (${DEFAULT-VALUE}).")
    private int rounds = 15;

    @Option(names = "--span", defaultValue = "4s", description = "Length of a measurement (${DEFAULT-VALUE}).")
    private Duration span = Duration.ofSeconds(4);

    @Option(
            names = "--warmup",
            defaultValue = "15s",
            description = "Load on each server before the first (${DEFAULT-VALUE}).")
    private Duration warmup = Duration.ofSeconds(15);

    @Option(
            names = "--sums-only",
            description = "Judge only that every record is there; times are printed. For machines that others use.")
    private boolean sumsOnly;

    @Option(
            names = "--model",
            defaultValue = "examples/models/flight-delay",
            description = "Folder of the model (${DEFAULT-VALUE}).")
    private Path model = Path.of("");

    @Option(names = "--out", required = true, description = "Folder for the evidence; made when missing.")
    private Path out = Path.of("");

    @Override
    public Integer call() throws IOException, InterruptedException {
        return ProofRun.run(spec, out, () -> {
            LogCostPlan plan = new LogCostPlan(server.start(), model, rate, rounds, span, warmup, !sumsOnly, out);
            return terminal -> new LogCostProof(plan, terminal).run();
        });
    }
}
