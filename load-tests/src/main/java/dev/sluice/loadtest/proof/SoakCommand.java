package dev.sluice.loadtest.proof;

import dev.sluice.loadtest.CannotMeasureException;
import dev.sluice.loadtest.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code prove soak}.
 *
 * <p>Threading: confined to the main thread.
 */
@Command(
        name = "soak",
        description = "Steady load loses no request and no memory.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class SoakCommand implements Callable<Integer> {
    private static final Duration STEP_MIN = Duration.ofSeconds(2);
    private static final Duration STEP_MAX = Duration.ofSeconds(10);

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--duration", defaultValue = "10m", description = "Measured span (default ${DEFAULT-VALUE}).")
    private Duration duration = Duration.ofMinutes(10);

    @Option(names = "--models", defaultValue = "examples/models", description = "Repository (${DEFAULT-VALUE}).")
    private String models = "examples/models";

    @Option(names = "--model", defaultValue = "flight-delay", description = "Model to ask (${DEFAULT-VALUE}).")
    private String model = "flight-delay";

    @Option(names = "--launcher", defaultValue = "./sluice", description = "Starts the server (${DEFAULT-VALUE}).")
    private String launcher = "./sluice";

    @Option(
            names = "--server-command",
            description = "Starts the server, instead of launcher and repository; one word per option, in order.")
    private List<String> serverCommand = List.of();

    @Option(names = "--load-fraction", defaultValue = "0.7", description = "Share of the capacity (${DEFAULT-VALUE}).")
    private double loadFraction = 0.7;

    @Option(names = "--rate", description = "Requests per second, instead of a share of the capacity.")
    private @Nullable Double rate;

    @Option(
            names = "--java-options",
            defaultValue = "-Xms256m -Xmx256m -XX:+AlwaysPreTouch",
            description = "For the server's JVM. The default keeps the heap's own growth out of resident memory.")
    private String javaOptions = "-Xms256m -Xmx256m -XX:+AlwaysPreTouch";

    @Option(names = "--seed", defaultValue = "1", description = "Of arrival times and tensors.")
    private long seed = 1;

    @Option(names = "--out", required = true, description = "Folder for the evidence; made when missing.")
    private Path out = Path.of("");

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (spec == null) {
            throw new IllegalStateException("the command runs through picocli only");
        }
        PrintWriter terminal = spec.commandLine().getOut();
        SoakPlan plan = plan(spec);
        Files.createDirectories(out);
        try {
            SoakResult result = new SoakProof(plan, terminal).run();
            SoakReport.write(result, out);
            terminal.println();
            terminal.println(SoakReport.table(result));
            terminal.println("evidence: " + out);
            return result.verdict().exitCode().code();
        } catch (CannotMeasureException e) {
            spec.commandLine().getErr().println("could not measure: " + e.getMessage());
            if (e.isMachineBusy()) {
                terminal.println(CannotMeasureException.MACHINE_BUSY);
            }
            return ExitCode.NOT_MEASURED.code();
        }
    }

    /** The launcher has options of its own, which only this variable overrides. */
    private String javaOptionsVariable() {
        return serverCommand.isEmpty() ? "SLUICE_JAVA_OPTS" : "JAVA_TOOL_OPTIONS";
    }

    private SoakPlan plan(CommandSpec command) {
        List<String> start = serverCommand.isEmpty()
                ? List.of(
                        launcher,
                        "serve",
                        models,
                        "--set",
                        "http.port=0",
                        "--set",
                        "metrics.port=0",
                        "--set",
                        "control.port=0")
                : serverCommand;
        Duration share = duration.dividedBy(20);
        Duration step = share.compareTo(STEP_MIN) < 0 ? STEP_MIN : share.compareTo(STEP_MAX) > 0 ? STEP_MAX : share;
        try {
            return new SoakPlan(
                    start,
                    javaOptions.isBlank() ? Map.of() : Map.of(javaOptionsVariable(), javaOptions),
                    model,
                    duration,
                    step,
                    loadFraction,
                    rate,
                    seed,
                    out);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }
}
