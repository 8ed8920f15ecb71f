package dev.sluice.loadtest;

import dev.sluice.model.Shape;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
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
 * {@code sluice load}: one run, a line a second, a table at the end.
 *
 * <p>Threading: confined to the main thread.
 */
@Command(
        name = "load",
        description = "Sends inference requests, open loop (--rate) or closed loop (--connections), and measures.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Exit codes: 0 measured and every goal met, 1 a goal missed, 2 could not measure (wrong target, or the"
                    + " generator was the bottleneck), 64 usage."
        })
final class LoadCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--url", defaultValue = "http://127.0.0.1:8080", description = "Server (default ${DEFAULT-VALUE}).")
    private URI url = URI.create("http://127.0.0.1:8080");

    @Option(names = "--model", required = true, description = "Model name.")
    private String model = "";

    @Option(names = "--model-version", description = "Version to ask for; without it the server chooses.")
    private @Nullable String version;

    @Option(names = "--rate", description = "Open loop: requests per second.")
    private @Nullable Double rate;

    @Option(names = "--constant", description = "Open loop with equal gaps instead of Poisson arrivals.")
    private boolean constant;

    @Option(names = "--connections", description = "Closed loop: connections, each with one request in flight.")
    private @Nullable Integer connections;

    @Option(names = "--max-connections", defaultValue = "1024", description = "Most connections of an open loop.")
    private int connectionsMax = 1024;

    @Option(names = "--duration", defaultValue = "30s", description = "Measured span (default ${DEFAULT-VALUE}).")
    private Duration duration = Duration.ofSeconds(30);

    @Option(names = "--warmup", defaultValue = "2s", description = "Sent before it, not measured (${DEFAULT-VALUE}).")
    private Duration warmup = Duration.ofSeconds(2);

    @Option(names = "--timeout", defaultValue = "10s", description = "Longest wait for an answer (${DEFAULT-VALUE}).")
    private Duration timeout = Duration.ofSeconds(10);

    @Option(
            names = "--max-lateness",
            defaultValue = "5ms",
            description = "Generator lateness, p99, from which the run counts as not measured (${DEFAULT-VALUE}).")
    private Duration latenessP99Max = Duration.ofMillis(5);

    @Option(names = "--wait-ready", defaultValue = "0s", description = "How long the model may take to become ready.")
    private Duration readyWithin = Duration.ZERO;

    @Option(names = "--body", description = "A V2 JSON request to send; without it bodies fit the model's metadata.")
    private @Nullable Path body;

    @Option(names = "--binary", description = "Send and ask for tensors in the binary extension.")
    private boolean binary;

    @Option(names = "--rows", defaultValue = "1", description = "What a dynamic first dimension becomes.")
    private int rows = 1;

    @Option(names = "--shape", description = "Shape of an input, for example --shape input_ids=1,32; repeatable.")
    private Map<String, String> shapes = new LinkedHashMap<>();

    @Option(names = "--seed", defaultValue = "1", description = "Of arrival times and tensors.")
    private long seed = 1;

    @Option(names = "--loops", description = "Event loops of the generator (default: half the CPUs, at most 4).")
    private @Nullable Integer loops;

    @Option(names = "--slo", description = "A goal: p50, p90, p99, p99.9, max=<duration>, errors=<n or n%%>, rate=<n>.")
    private List<Slo> slos = List.of();

    @Option(names = "--server-name", description = "Name that GET /v2 must answer.")
    private @Nullable String serverName;

    @Option(names = "--pid", description = "Process that must listen on the port; its CPU time is reported.")
    private @Nullable Long pid;

    @Option(names = "--json", description = "Write the report to this file too.")
    private @Nullable Path json;

    @Override
    public Integer call() throws InterruptedException, IOException {
        CommandSpec command = commandSpec();
        LoadPlan plan = plan(command);
        PrintWriter out = command.commandLine().getOut();
        PrintWriter err = command.commandLine().getErr();
        try {
            LoadResult result = new LoadGenerator().run(plan, sample -> {
                out.println(ResultText.progress(sample));
                out.flush();
            });
            out.println();
            out.println(ResultText.table(result));
            if (json != null) {
                ResultJson.write(result, json);
            }
            return result.exitCode().code();
        } catch (CannotMeasureException e) {
            err.println("could not measure: " + e.getMessage());
            return ExitCode.NOT_MEASURED.code();
        }
    }

    private CommandSpec commandSpec() {
        if (spec == null) {
            throw new IllegalStateException("the command runs through picocli only");
        }
        return spec;
    }

    private LoadPlan plan(CommandSpec command) {
        try {
            LoadPlan.Builder builder = LoadPlan.builder(url, model)
                    .version(version)
                    .arrivals(arrivals())
                    .warmup(warmup)
                    .duration(duration)
                    .timeout(timeout)
                    .readyWithin(readyWithin)
                    .loops(loops == null ? defaultLoops() : loops)
                    .connectionsMax(connectionsMax)
                    .seed(seed)
                    .body(bodySource())
                    .expected(new ExpectedServer(serverName, pid))
                    .latenessP99Max(latenessP99Max);
            slos.forEach(builder::slo);
            return builder.build();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }

    private Arrivals arrivals() {
        if (rate != null && connections != null) {
            throw new IllegalArgumentException("--rate (open loop) and --connections (closed loop) exclude each other");
        }
        if (rate != null) {
            return constant ? new Arrivals.Constant(rate) : new Arrivals.Poisson(rate);
        }
        if (constant) {
            throw new IllegalArgumentException("--constant needs --rate");
        }
        return new Arrivals.Closed(connections == null ? 16 : connections);
    }

    private static int defaultLoops() {
        return Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors() / 2));
    }

    private BodySource bodySource() {
        if (body == null) {
            Map<String, Shape> parsed = new LinkedHashMap<>();
            shapes.forEach((input, shape) -> parsed.put(input, parseShape(shape)));
            return new BodySource.Generated(rows, parsed, binary, 16);
        }
        if (binary) {
            throw new IllegalArgumentException("--binary makes its own bodies and excludes --body");
        }
        try {
            return new BodySource.Fixed(Files.readString(body), body.toString());
        } catch (IOException e) {
            throw new IllegalArgumentException("--body " + body + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static Shape parseShape(String text) {
        try {
            return Shape.of(Arrays.stream(text.split(",", -1))
                    .mapToLong(Long::parseLong)
                    .toArray());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("a shape must be numbers and commas, got '" + text + "'", e);
        }
    }
}
