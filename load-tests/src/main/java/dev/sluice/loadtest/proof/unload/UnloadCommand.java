package dev.sluice.loadtest.proof.unload;

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
 * {@code prove unload}.
 *
 * <p>Threading: confined to the main thread.
 */
@Command(
        name = "unload",
        description = "A transformer that is loaded and unloaded again and again leaves no memory behind.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class UnloadCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Option(names = "--cycles", defaultValue = "200", description = "Loads and unloads (${DEFAULT-VALUE}).")
    private int cycles = 200;

    @Option(names = "--requests", defaultValue = "12", description = "Requests in each cycle (${DEFAULT-VALUE}).")
    private int requests = 12;

    @Option(
            names = "--batch-max",
            defaultValue = "0",
            description = "The model's batching.max-batch-size; 0 = what the server chooses. Small ones load faster.")
    private int batchMax;

    @Option(
            names = "--pause",
            defaultValue = "6s",
            description = "From an unload to the reading of its memory (${DEFAULT-VALUE}).")
    private Duration pause = Duration.ofSeconds(6);

    @Option(
            names = "--growth-max",
            defaultValue = "0.05",
            description = "Most that memory may have grown since the tenth cycle, as a share (${DEFAULT-VALUE}).")
    private double growthMax = 0.05;

    @Option(
            names = "--model-file",
            defaultValue = "examples/models/minilm/1/model.onnx",
            description = "Transformer that takes input_ids, attention_mask and token_type_ids (${DEFAULT-VALUE}).")
    private Path model = Path.of("");

    @Option(names = "--seed", defaultValue = "1", description = "Of lengths and tokens.")
    private long seed = 1;

    @Option(names = "--out", required = true, description = "Folder for the evidence; made when missing.")
    private Path out = Path.of("");

    @Override
    public Integer call() throws IOException, InterruptedException {
        return ProofRun.run(spec, out, () -> {
            UnloadPlan plan =
                    new UnloadPlan(server.start(), model, cycles, requests, batchMax, pause, growthMax, seed, out);
            return terminal -> new UnloadProof(plan, terminal).run();
        });
    }
}
