package dev.sluice.loader.lifecycle;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.sluice.loader.batching.BatchResources;
import dev.sluice.loader.batching.StageObserver;
import dev.sluice.loader.repository.ModelDefinition;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.runtime.ModelLoader;
import dev.sluice.loader.tuning.ProbeBudget;
import dev.sluice.model.ModelKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the versions that should exist, hands them out, and unloads those that should not.
 *
 * <p>What serves is one immutable map behind one volatile field: borrowing reads it and never waits. Every change makes a new
 * map. A version that fails to load hurts no other; {@link TransitionPolicy} says when an old one goes.
 *
 * <p>Bound: versions that are wanted and versions that still drain; load threads as configured, one unload thread, one that
 * measures versions again.
 *
 * <p>Threading: thread-safe. {@link #acquire} and {@link #snapshot} are lock-free. Everything else is guarded by {@code lock},
 * under which listeners are called but nothing blocks.
 */
public final class ModelManager {
    private static final Logger LOG = LoggerFactory.getLogger(ModelManager.class);

    private final BatchResources resources;
    private final VersionOpener opener;
    private final ExecutorService loadThreads;
    private final ExecutorService unloadThread;
    private final TuningChecks checks;
    private final List<ModelListener> listeners = new CopyOnWriteArrayList<>();
    private final Object lock = new Object();

    @GuardedBy("lock") private SortedMap<String, ModelDefinition> wanted = new TreeMap<>();

    /** All that are not closed, oldest first. */
    @GuardedBy("lock") private final Set<VersionSlot> slots = new LinkedHashSet<>();

    @GuardedBy("lock") private boolean closing;

    private volatile Published published = new Published(ServingSnapshot.EMPTY, Map.of());

    /**
     * A manager without models.
     *
     * @param loader opens model files
     * @param resources what the batchers share; closed by the caller, after this manager
     * @param loadThreadCount how many versions are loaded at once, 1 or greater
     * @param observers makes the observer of a version when it is loaded
     */
    public ModelManager(
            ModelLoader loader,
            BatchResources resources,
            int loadThreadCount,
            Function<ModelKey, StageObserver> observers) {
        this(loader, resources, loadThreadCount, observers, ProbeBudget.AT_LOAD, CheckTimer.onThread("sluice-tune-0"));
    }

    /**
     * @param atLoad for measuring a version before it serves
     * @param timer of the measurements in service; closed with this
     */
    ModelManager(
            ModelLoader loader,
            BatchResources resources,
            int loadThreadCount,
            Function<ModelKey, StageObserver> observers,
            ProbeBudget atLoad,
            CheckTimer timer) {
        this.resources = resources;
        this.opener = new VersionOpener(loader, resources, observers, atLoad);
        this.loadThreads = Executors.newFixedThreadPool(loadThreadCount, daemons("sluice-load-"));
        this.unloadThread = Executors.newSingleThreadExecutor(daemons("sluice-unload-"));
        this.checks = new TuningChecks(timer, resources.nanoClock(), this::borrow);
    }

    private static ThreadFactory daemons(String prefix) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, prefix + count.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** From now on tells {@code listener} of every event. */
    public void addListener(ModelListener listener) {
        listeners.add(listener);
    }

    /** What is there now. */
    public ServingSnapshot snapshot() {
        return published.snapshot();
    }

    /** Borrows that version; null when it is not ready ({@link ServingSnapshot#unavailable} says why). Never blocks. */
    public @Nullable ModelHandle acquire(ModelKey key) {
        while (true) {
            VersionSlot slot = published.ready().get(key);
            if (slot == null) {
                return null;
            }
            if (slot.tryAcquire()) {
                return new ModelHandle(slot, this::unload);
            }
            // Retired since the map was read; a map without it has been published before, so the next look differs.
        }
    }

    /** Borrows that very slot; null when it does not serve any more. */
    private @Nullable ModelHandle borrow(VersionSlot slot) {
        boolean serves = published.ready().get(slot.key()) == slot;
        return serves && slot.tryAcquire() ? new ModelHandle(slot, this::unload) : null;
    }

    /**
     * Makes these definitions, the full set, the ones that should be served: loads what is missing or configured anew, in
     * parallel, tries again what failed before, and retires what is not wanted once its replacement is ready. Calling it again
     * without a change does nothing but retry.
     *
     * @return ends when every load that is wanted is over, with the reports of those loads by key; fails only when the manager
     *     is closed
     */
    public CompletionStage<List<LoadReport>> reconcile(List<ModelDefinition> definitions) {
        List<CompletableFuture<LoadReport>> loads;
        synchronized (lock) {
            if (closing) {
                return CompletableFuture.failedFuture(new IllegalStateException("the model manager is closed"));
            }
            loads = want(definitions);
        }
        return CompletableFuture.allOf(loads.toArray(CompletableFuture[]::new))
                .thenApply(done -> loads.stream()
                        .map(CompletableFuture::join)
                        .sorted(Comparator.comparing(LoadReport::key))
                        .toList());
    }

    @GuardedBy("lock") private List<CompletableFuture<LoadReport>> want(List<ModelDefinition> definitions) {
        Set<String> names = new TreeSet<>();
        slots.forEach(slot -> names.add(slot.key().name()));
        wanted = new TreeMap<>();
        for (ModelDefinition definition : definitions) {
            wanted.put(definition.name(), definition);
            names.add(definition.name());
        }
        List<VersionSlot> started = new ArrayList<>();
        List<VersionSlot> retired = new ArrayList<>();
        for (String name : names) {
            transition(name, true, started, retired);
        }
        publish();
        started.forEach(slot -> announce(slot, ""));
        retired.forEach(this::dropOwn);
        started.forEach(slot -> loadThreads.execute(() -> load(slot)));
        return slots.stream()
                .filter(slot -> slot.present().isLoading() && !slot.retireWhenLoaded)
                .map(VersionSlot::loaded)
                .toList();
    }

    /** Registers what the policy wants loaded and marks what it wants retired; announces draining, publishes nothing. */
    @GuardedBy("lock") private void transition(String name, boolean retryFailed, List<VersionSlot> started, List<VersionSlot> retired) {
        List<VersionSlot> present =
                slots.stream().filter(slot -> slot.key().name().equals(name)).toList();
        TransitionPolicy.Plan plan = TransitionPolicy.plan(
                wanted.get(name), present.stream().map(VersionSlot::present).toList(), retryFailed);
        for (VersionSlot slot : present) {
            slot.retireWhenLoaded = false;
            if (!plan.retire().contains(slot.present())) {
                continue;
            }
            switch (slot.state) {
                case REGISTERED, LOADING -> slot.retireWhenLoaded = true;
                case READY -> {
                    retired.add(slot);
                    checks.end(slot);
                    enter(slot, ModelState.DRAINING);
                    if (newest(slot.key()) == slot) {
                        announce(slot, "");
                    }
                }
                case QUARANTINED -> slots.remove(slot);
                case DRAINING, CLOSED -> {}
            }
        }
        for (VersionTarget target : plan.load()) {
            VersionSlot slot = new VersionSlot(target, resources.wallClock().instant());
            slots.add(slot);
            started.add(slot);
        }
    }

    @GuardedBy("lock") private void enter(VersionSlot slot, ModelState state) {
        slot.state = state;
        slot.since = resources.wallClock().instant();
    }

    /** The slot that was made last for that version; it speaks for the version where an older one still drains. */
    @GuardedBy("lock") private @Nullable VersionSlot newest(ModelKey key) {
        VersionSlot newest = null;
        for (VersionSlot slot : slots) {
            if (slot.key().equals(key)) {
                newest = slot;
            }
        }
        return newest;
    }

    @GuardedBy("lock") private void announce(VersionSlot slot, String reason) {
        ModelEvent event = new ModelEvent(slot.key(), slot.state, reason, slot.since);
        for (ModelListener listener : listeners) {
            try {
                listener.changed(event);
            } catch (RuntimeException | Error e) {
                LOG.error(
                        "model={} version={} a listener threw",
                        event.key().name(),
                        event.key().version(),
                        e);
            }
        }
    }

    @GuardedBy("lock") private void publish() {
        published = Published.of(slots, wanted);
    }

    /** Loads one version and brings it into service. Runs on a load thread. */
    private void load(VersionSlot slot) {
        LoadReport report = LoadReport.failed(slot.key(), "load", "unexpected failure", Duration.ZERO, List.of());
        try {
            boolean begun;
            synchronized (lock) {
                begun = begin(slot);
            }
            LoadReport opened = begun ? open(slot) : notWanted(slot);
            if (begun) {
                synchronized (lock) {
                    opened = settle(slot, opened);
                }
            }
            report = opened;
        } finally {
            // Whoever waits for this load must hear of its end, however it ended.
            slot.loaded().complete(report);
        }
    }

    /** False, and the slot is gone, when it is not wanted any more. */
    @GuardedBy("lock") private boolean begin(VersionSlot slot) {
        if (slot.retireWhenLoaded) {
            forget(slot);
            publish();
            return false;
        }
        enter(slot, ModelState.LOADING);
        publish();
        announce(slot, "");
        return true;
    }

    /** A slot that holds nothing is gone. */
    @GuardedBy("lock") private void forget(VersionSlot slot) {
        enter(slot, ModelState.CLOSED);
        announce(slot, "");
        slots.remove(slot);
        slot.closed().complete(null);
    }

    private LoadReport open(VersionSlot slot) {
        long begin = resources.nanoClock().nanoTime();
        ModelKey key = slot.key();
        try {
            VersionOpener.Opened opened = opener.open(slot.target());
            slot.open(opened.version(), opened.model());
            opened.version().batcher().whenInlineStops(() -> inlineStopped(slot));
            return LoadReport.loaded(opened.version());
        } catch (ModelLoadException e) {
            String reason = String.valueOf(e.getMessage());
            LOG.warn("model={} version={} step={} cannot be loaded: {}", key.name(), key.version(), e.step(), reason);
            return LoadReport.failed(key, e.step(), reason, since(begin), List.of());
        } catch (RuntimeException | Error e) {
            LOG.error("model={} version={} loading failed", key.name(), key.version(), e);
            return LoadReport.failed(key, "load", "unexpected failure: " + e, since(begin), List.of());
        }
    }

    /** Runs of a version on event loops are too long. Called on an event loop. */
    private void inlineStopped(VersionSlot slot) {
        slot.version().tuning().inlineStopped();
        checks.ask(slot);
    }

    private static LoadReport notWanted(VersionSlot slot) {
        return LoadReport.failed(slot.key(), "load", "it is not wanted any more", Duration.ZERO, List.of());
    }

    private Duration since(long beginNanos) {
        return Duration.ofNanos(resources.nanoClock().nanoTime() - beginNanos);
    }

    /** Puts a slot whose loading is over where it belongs; the report, or another one when it is not wanted any more. */
    @GuardedBy("lock") private LoadReport settle(VersionSlot slot, LoadReport report) {
        if (slot.retireWhenLoaded) {
            if (report.ok()) {
                enter(slot, ModelState.DRAINING);
                announce(slot, "");
                publish();
                dropOwn(slot);
            } else {
                forget(slot);
                publish();
            }
            return notWanted(slot);
        }
        if (report.ok()) {
            enter(slot, ModelState.READY);
            checks.begin(slot);
        } else {
            slot.step = report.step();
            slot.reason = report.reason();
            enter(slot, ModelState.QUARANTINED);
        }
        List<VersionSlot> retired = new ArrayList<>();
        transition(slot.key().name(), false, new ArrayList<>(), retired);
        publish();
        announce(slot, slot.reason);
        retired.forEach(this::dropOwn);
        return report;
    }

    /** Gives up the manager's own reference to a slot that is in no published map any more. */
    private void dropOwn(VersionSlot slot) {
        if (slot.release()) {
            unload(slot);
        }
    }

    /** Has a slot without users closed, once nothing runs on it. Called by whoever was the last, on any thread. */
    private void unload(VersionSlot slot) {
        Runnable closeIt = () -> close(slot);
        unloadThread.execute(() -> slot.version().batcher().close(() -> unloadThread.execute(closeIt)));
    }

    private void close(VersionSlot slot) {
        try {
            slot.model().close();
        } catch (RuntimeException | Error e) {
            LOG.error(
                    "model={} version={} closing failed",
                    slot.key().name(),
                    slot.key().version(),
                    e);
        }
        synchronized (lock) {
            boolean speaks = newest(slot.key()) == slot;
            slots.remove(slot);
            enter(slot, ModelState.CLOSED);
            publish();
            if (speaks) {
                announce(slot, "");
            }
        }
        slot.closed().complete(null);
    }

    /**
     * Retires every version, waits until their users have given them back, and frees their memory.
     *
     * @param timeout how long to wait; requests that still wait for a run then fail with MODEL_NOT_READY, and versions in use
     *     stay open until they are given back, because freeing them would crash their users
     * @return true when everything was freed
     */
    public boolean close(Duration timeout) {
        List<CompletableFuture<@Nullable Void>> closes;
        synchronized (lock) {
            if (!closing) {
                closing = true;
                want(List.of());
            }
            closes = slots.stream().map(VersionSlot::closed).toList();
        }
        boolean done = await(closes, timeout);
        loadThreads.shutdown();
        checks.close();
        if (done) {
            unloadThread.shutdown();
        } else {
            failWaiting();
            List<ModelKey> open = List.copyOf(snapshot().statuses().keySet());
            LOG.warn("versions still in use after {} stay open: {}", timeout, open);
        }
        return done;
    }

    private void failWaiting() {
        List<VersionSlot> open;
        synchronized (lock) {
            open = slots.stream()
                    .filter(slot -> slot.state == ModelState.READY || slot.state == ModelState.DRAINING)
                    .toList();
        }
        open.forEach(slot -> slot.version().batcher().failWaiting());
    }

    private static boolean await(List<CompletableFuture<@Nullable Void>> closes, Duration timeout) {
        try {
            CompletableFuture.allOf(closes.toArray(CompletableFuture[]::new))
                    .get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException | ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
