package dev.sluice.loadtest;

import dev.sluice.loadtest.wire.TlsTrust;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code sluice load}: a run or a search, progress on the error stream, tables on the output, and report files.
 *
 * <p>Threading: confined to the main thread.
 */
@Command(
        name = "load",
        description = {
            "Sends inference requests to any server of the Open Inference Protocol, open loop (--rate, --stages,"
                    + " --find-rate) or closed loop (--connections), and measures.",
            "Latency is counted from the time at which a request was due, so that a server that stalls is seen to."
        },
        mixinStandardHelpOptions = true,
        customSynopsis = {
            "sluice load --model <name> [--rate <n> | --stages <list> | --find-rate]",
            "            [--slo <goal>]... [--url <url>] [options]"
        },
        sortOptions = false,
        footer = {
            "",
            "Options can be kept in a file: sluice load @nightly.args",
            "",
            "Exit codes: 0 measured and every goal met, 1 a goal missed, 2 could not measure (wrong target, refused"
                    + " connection, or the generator was the bottleneck), 64 usage."
        })
final class LoadCommand implements Callable<Integer> {
    private final InstantSource wallClock;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--url",
            defaultValue = "http://127.0.0.1:8080",
            description = "Server, http or https (default ${DEFAULT-VALUE}).")
    private URI url = URI.create("http://127.0.0.1:8080");

    @ArgGroup(exclusive = false, multiplicity = "1..*", heading = "%nWhat is asked%n")
    private List<TargetOptions> targets = new ArrayList<>();

    @ArgGroup(exclusive = false, heading = "%nWhen%n")
    private RateOptions rates = new RateOptions();

    @ArgGroup(exclusive = false, heading = "%nWhat is written%n")
    private ReportOptions reports = new ReportOptions();

    @Option(
            names = "--slo",
            paramLabel = "<goal>",
            description = "A goal: p50, p99, p99.9 and so on, mean, max=<duration>, errors=<n or n%%>, rate=<n>; of one"
                    + " target: <target>:p99=20ms; repeatable.")
    private List<Slo> slos = new ArrayList<>();

    @Option(
            names = "--timeout",
            paramLabel = "<duration>",
            defaultValue = "10s",
            description = "Longest wait for an answer, from the time a request was due (default ${DEFAULT-VALUE}).")
    private Duration timeout = Duration.ofSeconds(10);

    @Option(
            names = "--max-lateness",
            paramLabel = "<duration>",
            defaultValue = "5ms",
            description =
                    "Generator lateness, p99, from which a run counts as not measured (default ${DEFAULT-VALUE}).")
    private Duration latenessP99Max = Duration.ofMillis(5);

    @Option(
            names = "--check-every",
            paramLabel = "<n>",
            defaultValue = "100",
            description = "Look into each that many answers: right model, right version, outputs; 1 = all, 0 = none"
                    + " (default ${DEFAULT-VALUE}).")
    private int checkEvery = 100;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "Of arrival times and tensors (default ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(
            names = "--loops",
            paramLabel = "<n>",
            description = "Event loops of the generator (default: half the CPUs, at most 4).")
    private @Nullable Integer loops;

    @Option(
            names = "--wait-ready",
            paramLabel = "<duration>",
            defaultValue = "0s",
            description = "How long the models may take to become ready.")
    private Duration readyWithin = Duration.ZERO;

    @Option(names = "--server-name", paramLabel = "<name>", description = "Name that GET /v2 must answer.")
    private @Nullable String serverName;

    @Option(names = "--pid", description = "Process that must listen on the port; its CPU time is reported.")
    private @Nullable Long pid;

    @Option(names = "--insecure", description = "https: believe any certificate.")
    private boolean insecure;

    @Option(names = "--ca", paramLabel = "<file>", description = "https: PEM file of the authorities to believe.")
    private @Nullable Path authorities;

    LoadCommand(InstantSource wallClock) {
        this.wallClock = wallClock;
    }

    @Override
    public Integer call() throws InterruptedException {
        CommandSpec command = spec;
        if (command == null) {
            throw new IllegalStateException("the command runs through picocli only");
        }
        LoadPlan plan;
        @Nullable SearchPlan searchPlan;
        try {
            plan = plan();
            searchPlan = rates.searchPlan();
            if (searchPlan != null && slos.isEmpty()) {
                throw new IllegalArgumentException("--find-rate needs at least one --slo");
            }
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
        PrintWriter err = command.commandLine().getErr();
        try {
            reports.prepare();
            return measure(plan, searchPlan, command, err).code();
        } catch (IOException e) {
            err.println("could not measure: a report cannot be written: " + e.getMessage());
            return ExitCode.NOT_MEASURED.code();
        }
    }

    private ExitCode measure(LoadPlan plan, @Nullable SearchPlan searchPlan, CommandSpec command, PrintWriter err)
            throws InterruptedException, IOException {
        ProgressLine progress = new ProgressLine(err, ProgressLine.errorStreamIsTerminal());
        Instant startedAt = wallClock.instant();
        try {
            LoadGenerator generator = new LoadGenerator();
            @Nullable SearchResult search = searchPlan == null ? null : search(generator, plan, searchPlan, progress);
            LoadResult result = search == null ? generator.run(plan, progress::second) : search.shown();
            progress.end();
            RunReport report = new RunReport(result, search, startedAt, commandLine(command), RunReport.thisMachine());
            command.commandLine().getOut().println(ResultText.table(report));
            command.commandLine().getOut().flush();
            reports.write(report);
            return report.exitCode();
        } catch (CannotMeasureException e) {
            progress.end();
            err.println("could not measure: " + e.getMessage());
            reports.writeReason(String.valueOf(e.getMessage()), plan);
            return ExitCode.NOT_MEASURED;
        }
    }

    /** The arguments, those from files in their place. */
    private static List<String> commandLine(CommandSpec command) {
        List<String> all = new ArrayList<>(List.of(command.name()));
        all.addAll(PublicArguments.of(command.commandLine().getParseResult().expandedArgs()));
        return all;
    }

    private SearchResult search(LoadGenerator generator, LoadPlan plan, SearchPlan searchPlan, ProgressLine progress)
            throws CannotMeasureException, InterruptedException {
        RateSearch search = new RateSearch(
                searchPlan,
                (perSecond, duration) -> generator.run(plan.with(rates.arrivals(perSecond), duration), sample -> {}),
                step -> progress.line(ResultText.step(step)));
        return search.run();
    }

    private LoadPlan plan() {
        LoadPlan.Builder builder = LoadPlan.builder(
                        PublicArguments.withoutUserInfo(url), targets.get(0).target())
                .timeout(timeout)
                .readyWithin(readyWithin)
                .loops(loops == null ? defaultLoops() : loops)
                .seed(seed)
                .expected(new ExpectedServer(serverName, pid))
                .latenessP99Max(latenessP99Max)
                .trust(new TlsTrust(insecure, authorities))
                .checkEvery(checkEvery);
        targets.stream().skip(1).map(TargetOptions::target).forEach(builder::target);
        rates.applyTo(builder);
        slos.forEach(builder::slo);
        return builder.build();
    }

    private static int defaultLoops() {
        return Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors() / 2));
    }
}
