package dev.sluice.loadtest.proof.logfaults;

import dev.sluice.loadtest.proof.server.ProofRun;
import dev.sluice.loadtest.proof.server.ServerOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code prove log-faults}.
 *
 * <p>Threading: confined to the main thread.
 */
@Command(
        name = "log-faults",
        description =
                "Disks and receivers of the input log fail: requests do not notice, and every record is accounted for.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class LogFaultsCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Option(
            names = "--faults",
            split = ",",
            defaultValue = "NONE,STALLED_DISK,FULL_DISK,RECEIVER_AWAY,RECEIVER_HANGS",
            description = "Which, in order: ${COMPLETION-CANDIDATES}. The disks take root.")
    private List<FaultKind> faults = List.of();

    @Option(names = "--rate", defaultValue = "2000", description = "Requests per second (${DEFAULT-VALUE}).")
    private double rate = 2_000;

    @Option(names = "--stall", defaultValue = "60s", description = "How long each fault lasts (${DEFAULT-VALUE}).")
    private Duration stall = Duration.ofSeconds(60);

    @Option(
            names = "--calm",
            defaultValue = "20s",
            description = "Measured twice before each fault, and once after it (${DEFAULT-VALUE}).")
    private Duration calm = Duration.ofSeconds(20);

    @Option(names = "--warmup", defaultValue = "10s", description = "Load before that (${DEFAULT-VALUE}).")
    private Duration warmup = Duration.ofSeconds(10);

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
            LogFaultsPlan plan = new LogFaultsPlan(server.start(), model, faults, rate, stall, calm, warmup, out);
            return terminal -> new LogFaultsProof(plan, terminal).run();
        });
    }
}
