package dev.sluice.loadtest.proof.kill;

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
 * {@code prove kill-publish}.
 *
 * <p>Threading: confined to the main thread.
 */
@Command(
        name = "kill-publish",
        description = "Server or publisher are killed at any moment: the last complete state is served.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class KillPublishCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Option(names = "--kills", defaultValue = "100", description = "How many (${DEFAULT-VALUE}).")
    private int kills = 100;

    @Option(
            names = "--ballast",
            defaultValue = "33554432",
            description = "Bytes of a second file in each version, which makes a publish longer (${DEFAULT-VALUE}).")
    private int ballastBytes = 33_554_432;

    @Option(
            names = "--model-file",
            defaultValue = "examples/models/flight-delay/2/model.onnx",
            description = "Tree classifier that versions are made of (${DEFAULT-VALUE}).")
    private Path model = Path.of("");

    @Option(names = "--seed", defaultValue = "1", description = "Of victims and moments.")
    private long seed = 1;

    @Option(names = "--out", required = true, description = "Folder for the evidence; made when missing.")
    private Path out = Path.of("");

    @Override
    public Integer call() throws IOException, InterruptedException {
        return ProofRun.run(spec, out, () -> {
            KillPublishPlan plan = new KillPublishPlan(server.start(), model, kills, ballastBytes, seed, out);
            return terminal -> new KillPublishProof(plan, terminal).run();
        });
    }
}
