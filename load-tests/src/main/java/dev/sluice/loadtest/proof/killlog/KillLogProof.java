package dev.sluice.loadtest.proof.killlog;

import dev.sluice.loadtest.Arrivals;
import dev.sluice.loadtest.CannotMeasureException;
import dev.sluice.loadtest.ExitCode;
import dev.sluice.loadtest.LoadClock;
import dev.sluice.loadtest.LoadGenerator;
import dev.sluice.loadtest.LoadPlan;
import dev.sluice.loadtest.proof.inputlog.ChannelCounts;
import dev.sluice.loadtest.proof.inputlog.InstanceLog;
import dev.sluice.loadtest.proof.inputlog.LogFiles;
import dev.sluice.loadtest.proof.inputlog.LoggedModel;
import dev.sluice.loadtest.proof.server.ModelServer;
import dev.sluice.loadtest.proof.server.ProofOutcome;
import dev.sluice.loadtest.proof.server.ServerStart;
import dev.sluice.loadtest.proof.versions.VersionFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * The proof that a crash takes nothing that was logged: a server that records under load is killed at a random moment, again and
 * again, and the next one finds its files.
 *
 * <p>Threading: blocking; confined to the main thread, but for the load.
 */
final class KillLogProof {
    private static final String CHANNEL = "file";
    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    /** The load begins a little earlier than the life that is counted, and must not end before it. */
    private static final Duration BEYOND_KILL = Duration.ofSeconds(1);

    private static final Duration RECOVERY_MAX = Duration.ofSeconds(15);

    private final KillLogPlan plan;
    private final PrintWriter out;
    private final LoadClock clock = LoadClock.system();
    private final Random random;
    private final List<LogKill> kills = new ArrayList<>();
    private final Path log;
    private final LogFiles files;
    private final Set<String> known = new HashSet<>();
    private int starts;
    private int flaws;

    KillLogProof(KillLogPlan plan, PrintWriter out) {
        this.plan = plan;
        this.out = out;
        random = new Random(plan.seed());
        log = plan.out().resolve("log").toAbsolutePath();
        files = new LogFiles(log);
    }

    ProofOutcome run() throws IOException, CannotMeasureException, InterruptedException {
        LoggedModel model = LoggedModel.copy(plan.model(), plan.out().resolve("repository"));
        ModelServer server = start(model);
        try {
            for (int number = 1; number <= plan.kills(); number++) {
                long range = plan.lifeMax().minus(KillLogPlan.LIFE_MIN).toNanos();
                long life = KillLogPlan.LIFE_MIN.toNanos() + (long) (random.nextDouble() * range);
                ModelServer victim = server;
                List<String> complaints = new ArrayList<>();
                ChannelCounts said = live(victim, model, life, complaints);
                server = start(model);
                kills.add(find(number, life, said, server, model, complaints));
                tell(kills.get(kills.size() - 1));
            }
            List<String> last = endOrderly(server, model);
            KillLogReport.write(kills, plan.out());
            ProofOutcome outcome = KillLogReport.outcome(kills, last, files.idCount());
            if (outcome.verdict().exitCode() == ExitCode.OK) {
                // Large, and all that they tell is in the report.
                VersionFolder.removeTree(log);
            }
            return outcome;
        } finally {
            server.close();
            VersionFolder.removeTree(model.repository());
        }
    }

    private ModelServer start(LoggedModel model) throws IOException, CannotMeasureException, InterruptedException {
        starts++;
        ModelServer server = plan.server()
                .start(
                        model.repository(),
                        List.of(
                                "log.dir=" + log,
                                "log.flush=100ms",
                                "log.window=1s",
                                "log.segment-bytes=1MiB",
                                "log.keep-bytes=100GiB"),
                        plan.out().resolve("server-" + starts + ".log"));
        server.awaitReady(ServerStart.WITHIN);
        return server;
    }

    /** Loads a server, and kills it after a time; what it had said last. */
    private ChannelCounts live(ModelServer server, LoggedModel model, long life, List<String> complaints)
            throws IOException, CannotMeasureException, InterruptedException {
        LoadPlan load = model.load(server, new Arrivals.Poisson(plan.rate()), TIMEOUT)
                .warmup(Duration.ZERO)
                .duration(Duration.ofNanos(life).plus(BEYOND_KILL))
                .checkEvery(0)
                .build();
        FutureTask<Boolean> task = new FutureTask<>(() -> {
            new LoadGenerator().run(load, sample -> {});
            return true;
        });
        Thread thread = new Thread(task, "load");
        thread.setDaemon(true);
        thread.start();
        ChannelCounts said = counts(server, complaints);
        long from = clock.nanoTime();
        while (said.received() == 0 && clock.nanoTime() - from < RECOVERY_MAX.toNanos() && !task.isDone()) {
            pause(POLL);
            said = counts(server, complaints);
        }
        long end = clock.nanoTime() + life;
        while (clock.nanoTime() - end < 0) {
            clock.sleepUntil(Math.min(end, clock.nanoTime() + POLL.toNanos()));
            said = counts(server, complaints);
        }
        server.kill();
        try {
            task.get();
        } catch (ExecutionException | CancellationException e) {
            // Its server was killed.
            if (said.received() == 0) {
                throw new CannotMeasureException("the load must reach the server before it is killed, got "
                        + (e.getCause() == null ? e : e.getCause()).getMessage());
            }
        }
        return said;
    }

    private ChannelCounts counts(ModelServer server, List<String> complaints) throws IOException, InterruptedException {
        ChannelCounts counts = ChannelCounts.of(server.metrics(), CHANNEL);
        if (!counts.addsUp()) {
            complaints.add("the sums must fit at every moment, got " + counts.words());
        }
        return counts;
    }

    /** Has the next server record something, and reads what the killed one has left. */
    private LogKill find(
            int number, long life, ChannelCounts said, ModelServer next, LoggedModel model, List<String> complaints)
            throws IOException, CannotMeasureException, InterruptedException {
        Set<String> victims = files.instances();
        victims.removeAll(known);
        known.addAll(victims);
        long from = clock.nanoTime();
        record(next, model);
        boolean closed = false;
        while (!closed && clock.nanoTime() - from < RECOVERY_MAX.toNanos()) {
            closed = counts(next, complaints).logged() > 0;
            for (String victim : victims) {
                closed &= !files.hasOpen(victim);
            }
            if (!closed) {
                pause(POLL);
            }
        }
        long recovered = clock.nanoTime() - from;
        if (!closed) {
            complaints.add("the files of the killed server must be closed within " + RECOVERY_MAX.toSeconds()
                    + " s of the first record after it");
        }
        if (victims.size() > 1) {
            complaints.add("there must be files of one killed server, got " + victims.size());
        }
        long readable = 0;
        int segments = 0;
        int interrupted = 0;
        for (String victim : victims) {
            InstanceLog left = files.read(victim);
            readable += left.records();
            segments += left.segments();
            interrupted += left.interrupted();
            if (left.windows().logged() != left.records()) {
                complaints.add("the windows must account for all of " + left.records() + " records, got "
                        + left.windows().words());
            }
        }
        if (readable < said.logged()) {
            complaints.add(said.logged() + " records were logged before the kill, " + readable + " are there");
        }
        if (interrupted > 1) {
            complaints.add("one window at most can be interrupted, got " + interrupted);
        }
        List<String> all = files.flaws();
        complaints.addAll(all.subList(flaws, all.size()));
        flaws = all.size();
        return new LogKill(
                number, life, said, readable, segments, interrupted > 0, closed ? recovered : -1, complaints);
    }

    /** A few requests, whose records make the server open its log. */
    private static void record(ModelServer server, LoggedModel model)
            throws CannotMeasureException, InterruptedException {
        new LoadGenerator()
                .run(
                        model.load(server, new Arrivals.Closed(1), TIMEOUT)
                                .warmup(Duration.ZERO)
                                .duration(Duration.ofMillis(50))
                                .build(),
                        sample -> {});
    }

    /** The last server is asked to end: all that it received is accounted for in its files. */
    private List<String> endOrderly(ModelServer server, LoggedModel model)
            throws IOException, CannotMeasureException, InterruptedException {
        List<String> complaints = new ArrayList<>();
        record(server, model);
        long from = clock.nanoTime();
        ChannelCounts said = counts(server, complaints);
        while (said.pending() > 0 && clock.nanoTime() - from < RECOVERY_MAX.toNanos()) {
            pause(POLL);
            said = counts(server, complaints);
        }
        server.close();
        Set<String> last = files.instances();
        last.removeAll(known);
        if (last.size() != 1) {
            complaints.add("the last server must have left files, got those of " + last.size() + " servers");
        }
        for (String instance : last) {
            InstanceLog left = files.read(instance);
            ChannelCounts windows = left.windows();
            if (windows.received() != said.received()
                    || windows.logged() != said.logged()
                    || left.records() != said.logged()
                    || left.openSegments() > 0
                    || left.interrupted() > 0) {
                complaints.add("the last server said: " + said.words() + "; its " + left.segments() + " files say: "
                        + windows.words() + ", " + left.records() + " records, " + left.openSegments() + " open, "
                        + left.interrupted() + " interrupted");
            }
        }
        List<String> all = files.flaws();
        complaints.addAll(all.subList(flaws, all.size()));
        return complaints;
    }

    private void tell(LogKill kill) {
        out.println(String.format(
                Locale.ROOT,
                "kill %3d: after %.0f ms; said %d logged, %d readable in %d files%s%s",
                kill.number(),
                kill.afterNanos() / 1e6,
                kill.said().logged(),
                kill.readable(),
                kill.segments(),
                kill.interrupted() ? ", the last window interrupted" : "",
                kill.complaints().isEmpty() ? "" : ": WRONG " + kill.complaints()));
        out.flush();
    }

    private void pause(Duration time) throws InterruptedException {
        clock.sleepUntil(clock.nanoTime() + time.toNanos());
    }
}
