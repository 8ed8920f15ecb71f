package dev.sluice.loadtest.proof.manymodels;

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
 * {@code prove many-models}.
 *
 * <p>Threading: confined to the main thread.
 */
@Command(
        name = "many-models",
        description = "Many more models than there is memory for, each loaded when it is asked: no request fails.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class ManyModelsCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Option(names = "--models", defaultValue = "1000", description = "Registered models (${DEFAULT-VALUE}).")
    private int models = 1000;

    @Option(names = "--room", defaultValue = "20", description = "How many of them have memory (${DEFAULT-VALUE}).")
    private int room = 20;

    @Option(names = "--duration", defaultValue = "10m", description = "Of the traffic (${DEFAULT-VALUE}).")
    private Duration duration = Duration.ofMinutes(10);

    @Option(
            names = "--connections",
            defaultValue = "8",
            description = "Closed loop, each with one request at a time; fewer than --room (${DEFAULT-VALUE}).")
    private int connections = 8;

    @Option(names = "--zipf", defaultValue = "1.0", description = "Exponent of the popularity (${DEFAULT-VALUE}).")
    private double exponent = 1;

    @Option(
            names = "--model-file",
            description = "Tree classifiers that models are made of by turns; default: both versions of the example.")
    private List<Path> kinds = List.of(
            Path.of("examples/models/flight-delay/1/model.onnx"), Path.of("examples/models/flight-delay/2/model.onnx"));

    @Option(names = "--seed", defaultValue = "1", description = "Of the traffic.")
    private long seed = 1;

    @Option(names = "--out", required = true, description = "Folder for the evidence; made when missing.")
    private Path out = Path.of("");

    @Override
    public Integer call() throws IOException, InterruptedException {
        return ProofRun.run(spec, out, () -> {
            ManyModelsPlan plan =
                    new ManyModelsPlan(server.start(), kinds, models, room, duration, connections, exponent, seed, out);
            return terminal -> new ManyModelsProof(plan, terminal).run();
        });
    }
}
