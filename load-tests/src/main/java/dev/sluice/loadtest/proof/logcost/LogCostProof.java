package dev.sluice.loadtest.proof.logcost;

import dev.sluice.loadtest.Arrivals;
import dev.sluice.loadtest.BodySource;
import dev.sluice.loadtest.CannotMeasureException;
import dev.sluice.loadtest.ExpectedServer;
import dev.sluice.loadtest.LoadClock;
import dev.sluice.loadtest.LoadGenerator;
import dev.sluice.loadtest.LoadPlan;
import dev.sluice.loadtest.LoadResult;
import dev.sluice.loadtest.proof.server.ModelServer;
import dev.sluice.loadtest.proof.server.ProofOutcome;
import dev.sluice.loadtest.proof.server.ServerStart;
import dev.sluice.loadtest.proof.versions.VersionFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Servers that record nothing, a tenth and everything, asked in turn at the same rate: what drifts on the machine hits all of
 * them alike, and the differences are taken within each round.
 *
 * <p>Threading: blocking; confined to the main thread.
 */
final class LogCostProof {
    private static final String MODEL = "flight-delay";
    private static final int DISTINCT = 256;
    private static final Duration LEAD_IN = Duration.ofSeconds(1);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration SETTLE_MAX = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final int TRIES = 3;

    private final LogCostPlan plan;
    private final PrintWriter out;
    private final LoadClock clock = LoadClock.system();
    private final LoadGenerator generator = new LoadGenerator();
    private final BodySource body = new BodySource.Generated(1, Map.of(), false, DISTINCT);
    private final Map<Arm, ModelServer> servers = new EnumMap<>(Arm.class);

    LogCostProof(LogCostPlan plan, PrintWriter out) {
        this.plan = plan;
        this.out = out;
    }

    ProofOutcome run() throws IOException, CannotMeasureException, InterruptedException {
        try {
            for (Arm arm : Arm.values()) {
                servers.put(arm, start(arm));
            }
            for (Arm arm : Arm.values()) {
                say("warm-up: " + arm.words());
                load(arm, new Arrivals.Closed(16), plan.warmup());
            }
            List<Measurement> measurements = new ArrayList<>();
            for (int round = 0; round < plan.rounds(); round++) {
                for (Arm arm : order(round)) {
                    measurements.add(measure(arm, round));
                }
            }
            Map<Arm, LogCounts> counts = new EnumMap<>(Arm.class);
            for (Arm arm : Arm.values()) {
                if (arm.records()) {
                    counts.put(arm, settled(arm));
                }
            }
            LogCostReport.write(measurements, plan.out());
            return LogCostReport.outcome(plan, measurements, counts);
        } finally {
            servers.values().forEach(ModelServer::close);
            for (Arm arm : Arm.values()) {
                VersionFolder.removeTree(folder(arm).resolve("repository"));
                VersionFolder.removeTree(folder(arm).resolve("log"));
            }
        }
    }

    private Path folder(Arm arm) {
        return plan.out().resolve(arm.name().toLowerCase(Locale.ROOT));
    }

    private ModelServer start(Arm arm) throws IOException, CannotMeasureException, InterruptedException {
        Path folder = Files.createDirectories(folder(arm));
        Path copy = folder.resolve("repository").resolve(MODEL);
        copyTree(plan.model(), copy);
        Files.writeString(
                copy.resolve("model.yaml"), arm.modelYaml(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        List<String> settings = new ArrayList<>(arm.settings());
        settings.add("log.dir=" + folder.resolve("log").toAbsolutePath());
        ModelServer server = plan.server().start(folder.resolve("repository"), settings, folder.resolve("server.log"));
        server.awaitReady(ServerStart.WITHIN);
        return server;
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    /** A different arm goes first in each round. */
    private static List<Arm> order(int round) {
        List<Arm> arms = List.of(Arm.values());
        int first = round % arms.size();
        List<Arm> order = new ArrayList<>(arms.subList(first, arms.size()));
        order.addAll(arms.subList(0, first));
        return order;
    }

    private Measurement measure(Arm arm, int round) throws CannotMeasureException, InterruptedException {
        LoadResult open = load(arm, new Arrivals.Poisson(plan.rate()), plan.span());
        LoadResult single = load(arm, new Arrivals.Closed(1), plan.span());
        Double cpuNanos = open.serverCpuNanosPerRequest();
        if (cpuNanos == null) {
            throw new CannotMeasureException("the CPU time of the server could not be read");
        }
        Measurement measurement = new Measurement(
                arm,
                round,
                cpuNanos / 1e3,
                open.latency().p50Nanos() / 1e3,
                open.latency().p99Nanos() / 1e3,
                single.latency().p50Nanos() / 1e3);
        say(String.format(
                Locale.ROOT,
                "round %2d/%d %-17s: CPU %.2f µs per request, p50 %.0f, p99 %.0f µs; one connection p50 %.1f µs",
                round + 1,
                plan.rounds(),
                arm.words(),
                measurement.cpuMicros(),
                measurement.p50Micros(),
                measurement.p99Micros(),
                measurement.singleMicros()));
        return measurement;
    }

    /** One span; where the generator could not keep its times, again. */
    private LoadResult load(Arm arm, Arrivals arrivals, Duration span)
            throws CannotMeasureException, InterruptedException {
        ModelServer server = servers.get(arm);
        if (server == null) {
            throw new IllegalStateException("no server for " + arm);
        }
        for (int attempt = 1; ; attempt++) {
            LoadResult result = generator.run(
                    LoadPlan.builder(server.listening().http(), MODEL)
                            .arrivals(arrivals)
                            .warmup(LEAD_IN)
                            .duration(span)
                            .timeout(TIMEOUT)
                            .readyWithin(TIMEOUT)
                            .body(body)
                            .expected(
                                    new ExpectedServer(null, server.listening().pid()))
                            .build(),
                    sample -> {});
            List<String> complaints = result.complaints();
            if (result.failedAtServer() > 0) {
                throw new CannotMeasureException(
                        result.failedAtServer() + " requests failed: " + result.errors(), result.isMachineBusy());
            }
            if (complaints.isEmpty() || !plan.goals()) {
                return result;
            }
            say("  measured again: " + String.join("; ", complaints));
            if (attempt == TRIES) {
                throw new CannotMeasureException(
                        "the generator: " + String.join("; ", complaints), result.isMachineBusy());
            }
        }
    }

    /** The counts once nothing is on its way any more. */
    private LogCounts settled(Arm arm) throws IOException, InterruptedException {
        ModelServer server = servers.get(arm);
        if (server == null) {
            throw new IllegalStateException("no server for " + arm);
        }
        long end = clock.nanoTime() + SETTLE_MAX.toNanos();
        LogCounts counts = LogCounts.of(server.metrics());
        while (counts.pending() > 0 && clock.nanoTime() - end < 0) {
            clock.sleepUntil(clock.nanoTime() + POLL.toNanos());
            counts = LogCounts.of(server.metrics());
        }
        return counts;
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }
}
