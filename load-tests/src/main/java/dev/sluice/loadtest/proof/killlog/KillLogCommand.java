package dev.sluice.loadtest.proof.killlog;

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
 * {@code prove kill-log}.
 *
 * <p>Threading: confined to the main thread.
 */
@Command(
        name = "kill-log",
        description =
                "A server that records is killed at any moment: all that it called logged is there, and accounted for.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class KillLogCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Option(names = "--kills", defaultValue = "100", description = "How many (${DEFAULT-VALUE}).")
    private int kills = 100;

    @Option(names = "--rate", defaultValue = "2000", description = "Requests per second (${DEFAULT-VALUE}).")
    private double rate = 2_000;

    @Option(
            names = "--life-max",
            defaultValue = "4s",
            description = "Longest time from the beginning of the load to the kill (${DEFAULT-VALUE}).")
    private Duration lifeMax = Duration.ofSeconds(4);

    @Option(
            names = "--model",
            defaultValue = "examples/models/flight-delay",
            description = "Folder of the model (${DEFAULT-VALUE}).")
    private Path model = Path.of("");

    @Option(names = "--seed", defaultValue = "1", description = "Of the moments.")
    private long seed = 1;

    @Option(names = "--out", required = true, description = "Folder for the evidence; made when missing.")
    private Path out = Path.of("");

    @Override
    public Integer call() throws IOException, InterruptedException {
        return ProofRun.run(spec, out, () -> {
            KillLogPlan plan = new KillLogPlan(server.start(), model, kills, rate, lifeMax, seed, out);
            return terminal -> new KillLogProof(plan, terminal).run();
        });
    }
}
