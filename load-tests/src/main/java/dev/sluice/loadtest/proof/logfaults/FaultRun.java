package dev.sluice.loadtest.proof.logfaults;

import dev.sluice.loadtest.Arrivals;
import dev.sluice.loadtest.CannotMeasureException;
import dev.sluice.loadtest.LatencySummary;
import dev.sluice.loadtest.LoadClock;
import dev.sluice.loadtest.LoadGenerator;
import dev.sluice.loadtest.LoadPlan;
import dev.sluice.loadtest.LoadResult;
import dev.sluice.loadtest.Stage;
import dev.sluice.loadtest.proof.inputlog.ChannelCounts;
import dev.sluice.loadtest.proof.inputlog.LoggedModel;
import dev.sluice.loadtest.proof.server.ModelServer;
import dev.sluice.loadtest.proof.server.ServerStart;
import dev.sluice.loadtest.proof.versions.VersionFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * One fault under steady load: two calm spans, the fault, and a span in which the log catches up, as one open loop.
 *
 * <p>Threading: confined to the main thread; the load has a thread of its own.
 */
final class FaultRun {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration RECOVERY_MAX = Duration.ofSeconds(30);
    /** What was on its way when the fault began may still arrive for so long. */
    private static final Duration ONSET = Duration.ofMillis(1200);

    private final LogFaultsPlan plan;
    private final FaultKind kind;
    private final LoadClock clock;
    private final List<String> complaints = new ArrayList<>();

    FaultRun(LogFaultsPlan plan, FaultKind kind, LoadClock clock) {
        this.plan = plan;
        this.kind = kind;
        this.clock = clock;
    }

    FaultResult run() throws IOException, CannotMeasureException, InterruptedException {
        Path folder = Files.createDirectories(
                plan.out().resolve(kind.name().toLowerCase(Locale.ROOT).replace('_', '-')));
        LoggedModel model = LoggedModel.copy(plan.model(), folder.resolve("repository"));
        try (Fault fault = kind.prepare(folder, plan.bytesMax())) {
            List<String> settings = new ArrayList<>(fault.settings());
            settings.addAll(List.of("log.flush=100ms", "log.window=1s", "log.queue-bytes=1MiB"));
            ModelServer server = plan.server().start(model.repository(), settings, folder.resolve("server.log"));
            try {
                server.awaitReady(ServerStart.WITHIN);
                Measured measured = measure(server, model, fault);
                ChannelCounts counts = settled(server, fault);
                server.close();
                complaints.addAll(fault.complaints(counts));
                return result(measured, counts);
            } finally {
                // Before it is asked to end: what is stalled cannot.
                if (server.isRunning()) {
                    endWhateverItsState(fault);
                }
                server.close();
            }
        } finally {
            VersionFolder.removeTree(folder.resolve("repository"));
            VersionFolder.removeTree(folder.resolve("log"));
        }
    }

    private static void endWhateverItsState(Fault fault) throws InterruptedException {
        try {
            fault.end();
        } catch (IOException | CannotMeasureException e) {
            // It had not begun, or had ended.
        }
    }

    /** What was seen of the fault. */
    private record Measured(LoadResult load, double progress, long recoveredNanos) {}

    private Measured measure(ModelServer server, LoggedModel model, Fault fault)
            throws IOException, CannotMeasureException, InterruptedException {
        List<Stage> stages = List.of(stage(plan.calm()), stage(plan.calm()), stage(plan.stall()), stage(plan.calm()));
        LoadPlan load = model.load(server, new Arrivals.Staged(stages, false), TIMEOUT)
                .warmup(plan.warmup())
                .build();
        Seconds seconds = new Seconds();
        FutureTask<LoadResult> task = new FutureTask<>(() -> {
            try {
                return new LoadGenerator().run(load, seconds);
            } finally {
                seconds.end();
            }
        });
        Thread thread = new Thread(task, "load");
        thread.setDaemon(true);
        thread.start();
        while (!seconds.isOver(2 * plan.calm().toSeconds())) {
            // As often as during the fault, so that reading the metrics costs the same.
            pause(POLL);
            poll(server, fault);
        }
        long began = clock.nanoTime();
        fault.begin();
        pause(ONSET);
        ChannelCounts first = poll(server, fault);
        ChannelCounts last = first;
        while (clock.nanoTime() - began - plan.stall().toNanos() < 0) {
            pause(POLL);
            last = poll(server, fault);
        }
        fault.end();
        long recovered = recovery(server, fault, last);
        double ended = last.received() - first.received();
        return new Measured(result(task), ended == 0 ? 1 : (last.logged() - first.logged()) / ended, recovered);
    }

    private Stage stage(Duration duration) {
        return new Stage(plan.rate(), plan.rate(), duration);
    }

    private static LoadResult result(FutureTask<LoadResult> task) throws CannotMeasureException, InterruptedException {
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CannotMeasureException cause) {
                throw cause;
            }
            throw new IllegalStateException("the load ended by a bug", e.getCause());
        }
    }

    private ChannelCounts poll(ModelServer server, Fault fault) throws IOException, InterruptedException {
        ChannelCounts counts = ChannelCounts.of(server.metrics(), fault.channel());
        if (!counts.addsUp()) {
            complaints.add("the sums must fit at every moment, got " + counts.words());
        }
        return counts;
    }

    /** How long it took until more was logged than while the fault lasted; -1 when nothing was. */
    private long recovery(ModelServer server, Fault fault, ChannelCounts last)
            throws IOException, InterruptedException {
        long from = clock.nanoTime();
        while (clock.nanoTime() - from - RECOVERY_MAX.toNanos() < 0) {
            ChannelCounts counts = poll(server, fault);
            if (counts.logged() > last.logged() && !counts.failing()) {
                return clock.nanoTime() - from;
            }
            pause(POLL);
        }
        complaints.add("records must be logged again within " + RECOVERY_MAX.toSeconds() + " s of the fault's end");
        return -1;
    }

    /** The counts once nothing is on its way any more. */
    private ChannelCounts settled(ModelServer server, Fault fault) throws IOException, InterruptedException {
        long end = clock.nanoTime() + RECOVERY_MAX.toNanos();
        ChannelCounts counts = poll(server, fault);
        while (counts.pending() > 0 && clock.nanoTime() - end < 0) {
            pause(POLL);
            counts = poll(server, fault);
        }
        if (counts.pending() > 0) {
            complaints.add("nothing may be on its way " + RECOVERY_MAX.toSeconds() + " s after the load, got "
                    + counts.words());
        }
        return counts;
    }

    private FaultResult result(Measured measured, ChannelCounts counts) {
        LoadResult load = measured.load();
        List<LatencySummary> latencies =
                load.stages().stream().map(stage -> stage.latency().summary()).toList();
        if (load.failedAtServer() > 0) {
            complaints.add(load.failedAtServer() + " requests failed: " + load.errors());
        }
        if (counts.received() < load.ok()) {
            complaints.add(
                    "the log must have received all of " + load.ok() + " answered requests, got " + counts.received());
        }
        return new FaultResult(
                kind,
                latencies.subList(0, 2),
                latencies.get(2),
                latencies.get(3),
                load.sent(),
                load.failedAtServer(),
                load.complaints(),
                measured.progress(),
                measured.recoveredNanos(),
                counts,
                complaints);
    }

    private void pause(Duration time) throws InterruptedException {
        clock.sleepUntil(clock.nanoTime() + time.toNanos());
    }
}
