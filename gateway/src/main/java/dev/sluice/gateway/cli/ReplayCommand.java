package dev.sluice.gateway.cli;

import dev.sluice.canary.inputlog.jsonl.LogFile;
import dev.sluice.canary.inputlog.jsonl.LoggedRecord;
import dev.sluice.canary.inputlog.query.RecordFilter;
import dev.sluice.canary.inputlog.table.PrivateFiles;
import dev.sluice.gateway.GatewayStartException;
import dev.sluice.gateway.config.GatewayConfig;
import dev.sluice.gateway.replay.CandidateUrl;
import dev.sluice.gateway.replay.Replay;
import dev.sluice.gateway.replay.ReplayCounts;
import dev.sluice.model.ModelKey;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Sends logged requests to a candidate and sets its answers beside the logged ones.
 *
 * <p>Threading: main thread.
 *
 * @see "docs/log-cli.md"
 */
@Command(
        name = "replay",
        description = "Sends logged requests to a candidate, and writes its answers beside the logged ones.",
        footer = {
            "",
            "Exit codes: 0 all were answered, 1 the candidate failed (or differs, with --fail-on-difference),",
            "2 nothing could be replayed, 64 usage, 78 configuration. See docs/log-cli.md."
        })
final class ReplayCommand implements Callable<Integer> {
    private static final Pattern KEY = Pattern.compile("([^@/]+)@([1-9][0-9]{0,17})");
    private static final int CONCURRENCY_MAX = 256;

    @Mixin
    private LogSource source = new LogSource();

    @Mixin
    private LogFilterOptions filter = new LogFilterOptions();

    @Option(
            names = "--candidate",
            required = true,
            paramLabel = "CANDIDATE",
            description =
                    "MODEL@VERSION of a repository, opened here; or the URL of a server, of a model or of a version.")
    private String candidate = "";

    @Option(
            names = "--models",
            paramLabel = "FOLDER",
            description =
                    "The repository of MODEL@VERSION; default: the configuration's first 'repository', else models.")
    private @Nullable Path models;

    @Option(names = "--out", paramLabel = "FILE", description = "Where the comparisons go, as JSON Lines.")
    private @Nullable Path output;

    @Option(names = "--force", description = "Replaces a file that is there.")
    private boolean force;

    @Option(names = "--limit", paramLabel = "N", description = "Replays so many records at most; 0 = all.")
    private long limit;

    @Option(names = "--concurrency", paramLabel = "N", description = "Requests at once (default: ${DEFAULT-VALUE}).")
    private int concurrency = 1;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "Longest time of one request (default: ${DEFAULT-VALUE}).")
    private int timeout = 60;

    @Option(
            names = "--fail-on-difference",
            paramLabel = "TOLERANCE",
            description =
                    "Exits 1 when a number is further off its logged one than TOLERANCE * (1 + its magnitude), or when"
                            + " anything else differs.")
    private @Nullable Double tolerance;

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    ReplayCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        try {
            requireUsage();
            RecordFilter chosen = filter.filter(Instant.now());
            List<LogFile> files = source.files();
            return withCandidate(chosen, files, err);
        } catch (IllegalArgumentException e) {
            err.println("sluice: " + e.getMessage());
            return ExitCode.USAGE;
        } catch (LogSource.Missing e) {
            return LogSource.missing(e, err);
        } catch (IOException | GatewayStartException | LocalCandidate.NotServing e) {
            err.println("sluice: not replayed: " + (e.getMessage() == null ? e : e.getMessage()));
            return ExitCode.FINDING;
        }
    }

    private void requireUsage() {
        if (concurrency < 1 || concurrency > CONCURRENCY_MAX) {
            throw new IllegalArgumentException(
                    "--concurrency must be between 1 and " + CONCURRENCY_MAX + ", got " + concurrency);
        }
        if (limit < 0) {
            throw new IllegalArgumentException("--limit must be 0 or greater, got " + limit);
        }
        if (timeout < 1) {
            throw new IllegalArgumentException("--timeout must be 1 or greater, got " + timeout);
        }
        if (tolerance != null && !(tolerance >= 0 && Double.isFinite(tolerance))) {
            throw new IllegalArgumentException("--fail-on-difference must be 0 or greater, got " + tolerance);
        }
        if (output != null && Files.exists(output) && !force) {
            throw new IllegalArgumentException("--out: " + output + " is there; --force replaces it");
        }
    }

    private int withCandidate(RecordFilter chosen, List<LogFile> files, PrintWriter err)
            throws IOException, InterruptedException, LogSource.Missing, LocalCandidate.NotServing {
        Matcher key = KEY.matcher(candidate);
        if (!key.matches()) {
            CandidateUrl url = CandidateUrl.parse(candidate);
            return replay(url, chosen.model().isPresent() ? Optional.empty() : url.model(), chosen, files, err);
        }
        ModelKey local = new ModelKey(key.group(1), Long.parseLong(key.group(2)));
        Optional<String> only = chosen.model().isPresent() ? Optional.empty() : Optional.of(local.name());
        try (LocalCandidate open =
                LocalCandidate.open(repository(source.config()), local, source.configFile(), source.assignments())) {
            return replay(open.url(), only, chosen, files, err);
        }
    }

    private Path repository(GatewayConfig config) {
        if (models != null) {
            return models;
        }
        return config.repository().isEmpty()
                ? Path.of("models")
                : config.repository().get(0);
    }

    private int replay(
            CandidateUrl url, Optional<String> onlyModel, RecordFilter chosen, List<LogFile> files, PrintWriter err)
            throws IOException, InterruptedException {
        Replay.Plan plan = new Replay.Plan(
                url, candidate, onlyModel, concurrency, tolerance == null ? 0 : tolerance, Duration.ofSeconds(timeout));
        Progress progress = new Progress(err, System::nanoTime);
        ReplayCounts counts;
        boolean wholeLog;
        try (Replay replay = Replay.begin(plan, open())) {
            wholeLog = replay(replay, chosen, files, progress, err);
            counts = replay.finish();
        }
        return print(counts, wholeLog, err);
    }

    /** False when lines of the log were damaged. */
    private boolean replay(Replay replay, RecordFilter chosen, List<LogFile> files, Progress progress, PrintWriter err)
            throws IOException, InterruptedException {
        boolean[] interrupted = {false};
        long[] left = {limit == 0 ? Long.MAX_VALUE : limit};
        LogScan scan = new LogScan(files, new Progress(new PrintWriter(PrintWriter.nullWriter()), () -> 0), err)
                .run("replaying", line -> {
                    LoggedRecord record = LogScan.record(line);
                    if (record == null || !chosen.accepts(record)) {
                        return true;
                    }
                    try {
                        boolean more = replay.add(record);
                        progress.count("replaying", replay.counts().replayed(), "records");
                        return more && --left[0] > 0;
                    } catch (InterruptedException e) {
                        interrupted[0] = true;
                        return false;
                    }
                });
        if (interrupted[0]) {
            throw new InterruptedException();
        }
        return scan.damaged() == 0;
    }

    private @Nullable OutputStream open() throws IOException {
        if (output == null) {
            return null;
        }
        Files.deleteIfExists(output);
        return new BufferedOutputStream(Files.newOutputStream(PrivateFiles.create(output)));
    }

    private int print(ReplayCounts counts, boolean wholeLog, PrintWriter err) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(ReplaySummary.line(candidate, counts, tolerance != null));
        out.flush();
        if (!counts.firstFailure().isEmpty()) {
            err.println("sluice: the first that failed is " + counts.firstFailure());
        }
        if (counts.replayed() == 0 || counts.answers() == 0) {
            err.println("sluice: nothing was replayed: "
                    + (counts.replayed() == 0
                            ? "there are no records that the filters choose and that hold their requests"
                            : "the candidate answered none of " + counts.replayed() + " requests"));
            err.flush();
            return ExitCode.INSUFFICIENT;
        }
        err.flush();
        boolean differs = tolerance != null && counts.beyondTolerance() > 0;
        return counts.failed() > 0 || differs || !wholeLog ? ExitCode.FINDING : ExitCode.OK;
    }
}
