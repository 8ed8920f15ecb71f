package dev.sluice.loader.lifecycle;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.sluice.loader.batching.BatchResources;
import dev.sluice.loader.batching.StageObserver;
import dev.sluice.loader.repository.ModelDefinition;
import dev.sluice.loader.runtime.Device;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.runtime.ModelLoader;
import dev.sluice.loader.transform.TransformOpener;
import dev.sluice.loader.tuning.ProbeBudget;
import dev.sluice.loader.verify.Gate;
import dev.sluice.model.ModelKey;
import dev.sluice.model.ModelSignature;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the versions that should exist, hands them out, and unloads those that should not.
 *
 * <p>What serves is one immutable map behind one volatile field: borrowing reads it and never waits. Every change makes a new
 * map. A version that fails to load hurts no other; {@link TransitionPolicy} says when an old one goes, and which stands in for
 * one that fails. Versions of models that are loaded on demand are dormant until {@link #awaken}, and go again when {@link
 * ResourceBudget} has no room for another.
 *
 * <p>Bound: versions that are wanted and versions that still drain; load threads as configured, one unload thread, one that
 * measures versions again. Memory: the budget.
 *
 * <p>Threading: thread-safe. {@link #acquire} and {@link #snapshot} are lock-free. Everything else is guarded by {@code lock},
 * under which listeners are called but nothing blocks.
 */
public final class ModelManager {
    private static final Logger LOG = LoggerFactory.getLogger(ModelManager.class);

    private final BatchResources resources;
    private final ResourceBudget budget;
    private final VersionOpener opener;
    private final ExecutorService loadThreads;
    private final UnloadThread unloadThread;
    private final TuningChecks checks;
    private final List<ModelListener> listeners = new CopyOnWriteArrayList<>();
    private final AtomicLong evictionCount = new AtomicLong();
    private final Object lock = new Object();

    @GuardedBy("lock") private SortedMap<String, ModelDefinition> wanted = new TreeMap<>();

    /** All that are not closed. */
    @GuardedBy("lock") private final VersionSlots slots = new VersionSlots();

    @GuardedBy("lock") private final LoadWaits waits = new LoadWaits();

    @GuardedBy("lock") private boolean closing;

    private volatile Published published = new Published(ServingSnapshot.EMPTY, Map.of());

    /**
     * A manager without models.
     *
     * @param loader opens model files
     * @param gate what versions must pass beside what all of them must
     * @param transforms opens what stands between clients' inputs and a model's
     * @param resources what the batchers share; closed by the caller, after this manager
     * @param budget memory for versions
     * @param devices how versions run on each device
     * @param loadThreadCount how many versions are loaded at once, 1 or greater
     * @param observers makes the observer of a version when it is loaded
     */
    public ModelManager(
            ModelLoader loader,
            Gate gate,
            TransformOpener transforms,
            BatchResources resources,
            ResourceBudget budget,
            DevicePolicy devices,
            int loadThreadCount,
            Function<ModelKey, StageObserver> observers) {
        this(
                new VersionOpener(loader, gate, transforms, resources, observers, ProbeBudget.AT_LOAD, devices),
                resources,
                budget,
                loadThreadCount,
                CheckTimer.onThread("sluice-tune-0"));
    }

    /**
     * @param timer of the measurements in service; closed with this
     */
    ModelManager(
            VersionOpener opener,
            BatchResources resources,
            ResourceBudget budget,
            int loadThreadCount,
            CheckTimer timer) {
        this.resources = resources;
        this.budget = budget;
        this.opener = opener;
        this.loadThreads = Executors.newFixedThreadPool(loadThreadCount, DaemonThreads.named("sluice-load-"));
        this.unloadThread = new UnloadThread(resources.nanoClock(), NativeHeap::trim);
        this.checks = new TuningChecks(timer, resources.nanoClock(), this::borrow);
    }

    /** From now on tells {@code listener} of every event. */
    public void addListener(ModelListener listener) {
        listeners.add(listener);
    }

    /** What is there now. */
    public ServingSnapshot snapshot() {
        return published.snapshot();
    }

    /** Memory for versions. */
    public ResourceBudget budget() {
        return budget;
    }

    /** How many versions had to go because memory was short. */
    public long evictionCount() {
        return evictionCount.get();
    }

    /** Borrows that version; null when it is not ready ({@link ServingSnapshot#unavailable} says why). Never blocks. */
    public @Nullable ModelHandle acquire(ModelKey key) {
        while (true) {
            VersionSlot slot = published.ready().get(key);
            if (slot == null) {
                return null;
            }
            if (slot.tryAcquire()) {
                if (slot.isLazy()) {
                    slot.touch(resources.nanoClock().nanoTime());
                }
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
     * parallel, and retires what is not wanted once its replacement is ready. A version that failed is not tried again as long
     * as its files and its configuration stay the same ({@link #retry} does that).
     *
     * @return ends when every load that is wanted is over, and every load that followed because one failed, with their reports by
     *     key; fails only when the manager is closed
     */
    public CompletionStage<List<LoadReport>> reconcile(List<ModelDefinition> definitions) {
        Begun begun;
        synchronized (lock) {
            if (closing) {
                return closed();
            }
            begun = begun(want(definitions));
        }
        return go(begun);
    }

    /** As {@link #reconcile}, without anybody who waits for the end; does nothing when the manager is closed. */
    public void begin(List<ModelDefinition> definitions) {
        List<VersionSlot> started;
        synchronized (lock) {
            if (closing) {
                return;
            }
            want(definitions);
            started = slots.takeUnstarted();
        }
        start(started);
    }

    /** Loads those versions of a model again that are wanted and have failed; ends as {@link #reconcile} does. */
    public CompletionStage<List<LoadReport>> retry(String model) {
        Begun begun;
        synchronized (lock) {
            if (closing) {
                return closed();
            }
            begun = begun(transition(Set.of(model), true));
        }
        return go(begun);
    }

    /**
     * Loads the versions of a model that serve once more from the same files; each takes over when it is ready. Ends as {@link
     * #reconcile} does.
     */
    public CompletionStage<List<LoadReport>> reload(String model) {
        Begun begun;
        synchronized (lock) {
            if (closing) {
                return closed();
            }
            begun = begun(again(model));
        }
        return go(begun);
    }

    private static <T> CompletionStage<T> closed() {
        return CompletableFuture.failedFuture(new IllegalStateException("the model manager is closed"));
    }

    /**
     * What a change has begun.
     *
     * @param started loads to start
     * @param over ends when these and all others that are under way for the same models are over
     */
    private record Begun(List<VersionSlot> started, CompletableFuture<List<LoadReport>> over) {}

    @GuardedBy("lock") private Begun begun(Set<String> names) {
        return new Begun(slots.takeUnstarted(), waits.add(slots.loading(names)));
    }

    private CompletionStage<List<LoadReport>> go(Begun begun) {
        start(begun.started());
        return begun.over();
    }

    private void start(List<VersionSlot> started) {
        started.forEach(slot -> loadThreads.execute(() -> load(slot)));
    }

    @GuardedBy("lock") private Set<String> want(List<ModelDefinition> definitions) {
        Set<String> names = new TreeSet<>(slots.names());
        wanted = new TreeMap<>();
        for (ModelDefinition definition : definitions) {
            wanted.put(definition.name(), definition);
            names.add(definition.name());
        }
        return transition(names, false);
    }

    /** Does what the policy says about these models, publishes it, and gives up what was retired. */
    @GuardedBy("lock") private Set<String> transition(Set<String> names, boolean retryFailed) {
        List<VersionSlot> registered = new ArrayList<>();
        List<VersionSlot> retired = new ArrayList<>();
        for (String name : names) {
            transition(name, retryFailed, registered, retired);
        }
        publish();
        registered.forEach(slot -> announce(slot, ""));
        retired.forEach(this::dropOwn);
        return names;
    }

    /** Registers what the policy wants loaded and marks what it wants retired; announces draining, publishes nothing. */
    @GuardedBy("lock") private void transition(String name, boolean retryFailed, List<VersionSlot> registered, List<VersionSlot> retired) {
        List<VersionSlot> present = slots.of(name);
        TransitionPolicy.Plan plan = TransitionPolicy.plan(
                wanted.get(name), present.stream().map(VersionSlot::present).toList(), retryFailed);
        for (VersionSlot slot : present) {
            slot.retireWhenLoaded = false;
            if (!plan.retire().contains(slot.present())) {
                continue;
            }
            switch (slot.state) {
                case REGISTERED, LOADING -> slot.retireWhenLoaded = true;
                case READY -> retired.add(retire(slot));
                case QUARANTINED, DORMANT -> slots.remove(slot);
                case DRAINING, CLOSED -> {}
            }
        }
        for (VersionTarget target : plan.load()) {
            registered.add(register(target));
        }
        plan.rest().forEach(this::rest);
    }

    /** Has a target loaded. */
    @GuardedBy("lock") private VersionSlot register(VersionTarget target) {
        VersionSlot made = new VersionSlot(
                target, ModelState.REGISTERED, resources.wallClock().instant());
        slots.add(made);
        slots.start(made);
        return made;
    }

    /** Takes a ready version out of service; whoever calls this publishes, and drops the manager's reference then. */
    @GuardedBy("lock") private VersionSlot retire(VersionSlot slot) {
        checks.end(slot);
        slot.parts().leave();
        enter(slot, ModelState.DRAINING);
        if (slots.newest(slot.key()) == slot) {
            announce(slot, "");
        }
        return slot;
    }

    @GuardedBy("lock") private Set<String> again(String model) {
        List<VersionSlot> registered = new ArrayList<>();
        for (VersionSlot slot : slots.of(model)) {
            if (slot.state == ModelState.QUARANTINED && slots.ready(slot.key()) != null) {
                slots.remove(slot);
            }
        }
        for (VersionSlot slot : slots.of(model)) {
            if (slot.state == ModelState.READY) {
                VersionSlot next = new VersionSlot(
                        slot.target(),
                        ModelState.REGISTERED,
                        resources.wallClock().instant());
                next.replaces = slot;
                slots.add(next);
                slots.start(next);
                registered.add(next);
            }
        }
        publish();
        registered.forEach(slot -> announce(slot, ""));
        return Set.of(model);
    }

    /**
     * Loads a version that is dormant; does nothing when it is not. Whoever needs it waits for the end: of one load, however many
     * ask for it.
     *
     * @return ends when the version is ready or has failed, with the report; fails when the manager is closed
     */
    public CompletionStage<LoadReport> awaken(ModelKey key) {
        VersionSlot slot;
        List<VersionSlot> started;
        synchronized (lock) {
            if (closing) {
                return closed();
            }
            slot = slots.newest(key);
            if (slot == null) {
                return CompletableFuture.completedFuture(
                        LoadReport.failed(key, "load", "it is not known", Duration.ZERO, List.of()));
            }
            if (slot.state == ModelState.DORMANT) {
                slot.asked = true;
                enter(slot, ModelState.REGISTERED);
                slots.start(slot);
                publish();
                announce(slot, "");
            }
            started = slots.takeUnstarted();
        }
        start(started);
        return slot.loaded();
    }

    /** Waits for somebody to ask for it; a transition that follows removes it where it is not wanted. */
    @GuardedBy("lock") private void rest(VersionTarget target) {
        slots.add(new VersionSlot(
                target, ModelState.DORMANT, resources.wallClock().instant()));
    }

    @GuardedBy("lock") private void enter(VersionSlot slot, ModelState state) {
        slot.state = state;
        slot.since = resources.wallClock().instant();
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

    /** Shows the world what is there. Routes move before anything that they led to is taken away. */
    @GuardedBy("lock") private void publish() {
        Published next = Published.of(slots.all(), wanted);
        published = next.before(published);
        for (ModelListener listener : listeners) {
            try {
                listener.published(next.snapshot());
            } catch (RuntimeException | Error e) {
                LOG.error("a listener threw when models were published", e);
            }
        }
        published = next;
    }

    /** Loads one version and brings it into service. Runs on a load thread. */
    private void load(VersionSlot slot) {
        LoadReport report = LoadReport.failed(slot.key(), "load", "unexpected failure", Duration.ZERO, List.of());
        try {
            Optional<ModelSignature> serving = Optional.empty();
            boolean begun;
            synchronized (lock) {
                begun = begin(slot);
                if (begun) {
                    serving = servingBeside(slot);
                }
            }
            LoadReport opened = begun ? open(slot, serving) : notWanted(slot);
            if (begun) {
                synchronized (lock) {
                    opened = settle(slot, opened);
                }
            }
            report = opened;
        } finally {
            // Whoever waits for this load must hear of its end, however it ended.
            end(slot, report);
        }
    }

    private void end(VersionSlot slot, LoadReport report) {
        LoadWaits.Ended ended;
        List<VersionSlot> started;
        synchronized (lock) {
            started = slots.takeUnstarted();
            ended = waits.ended(slot, report, slots.loading(Set.of(slot.key().name())));
        }
        start(started);
        slot.loaded().complete(report);
        ended.tell();
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

    /** What callers of the model see now: the signature of its newest version that is ready, but for the same files. */
    @GuardedBy("lock") private Optional<ModelSignature> servingBeside(VersionSlot slot) {
        return slots.of(slot.key().name()).stream()
                .filter(other -> other.state == ModelState.READY
                        && !other.target().files().equals(slot.target().files()))
                .max(Comparator.comparing(VersionSlot::key))
                .map(other -> other.version().signature());
    }

    /** A slot that holds nothing is gone. */
    @GuardedBy("lock") private void forget(VersionSlot slot) {
        enter(slot, ModelState.CLOSED);
        announce(slot, "");
        slots.remove(slot);
        slot.closed().complete(null);
    }

    private LoadReport open(VersionSlot slot, Optional<ModelSignature> serving) {
        long begin = resources.nanoClock().nanoTime();
        ModelKey key = slot.key();
        GateLog log = new GateLog(resources.nanoClock());
        try {
            VersionOpener.Opened opened = opener.open(
                    slot.target(),
                    serving,
                    (device, bytes) -> budget.reserve(device, bytes, (on, missing) -> evict(slot, on, missing)),
                    log);
            slot.open(opened.version(), opened.parts());
            slot.touch(resources.nanoClock().nanoTime());
            opened.version().batcher().whenInlineStops(() -> inlineStopped(slot));
            return LoadReport.loaded(opened.version());
        } catch (ModelLoadException e) {
            String reason = String.valueOf(e.getMessage());
            LOG.warn("model={} version={} step={} cannot be loaded: {}", key.name(), key.version(), e.step(), reason);
            return LoadReport.failed(key, e.step(), reason, since(begin), log.steps());
        } catch (RuntimeException | Error e) {
            LOG.error("model={} version={} loading failed", key.name(), key.version(), e);
            return LoadReport.failed(key, "load", "unexpected failure: " + e, since(begin), log.steps());
        }
    }

    /**
     * Takes versions out of service so that another fits: first those that are only kept for a rollback, then those that are
     * loaded on demand and were not used for the longest time. Takes none where that would not be enough.
     * Called on a load thread.
     */
    private long evict(VersionSlot loading, Device device, long bytes) {
        List<VersionSlot> evicted = new ArrayList<>();
        List<VersionSlot> retired = new ArrayList<>();
        List<VersionSlot> started;
        long freed = 0;
        synchronized (lock) {
            List<VersionSlot> candidates = Evictable.of(loading, slots.all(), wanted, device);
            if (candidates.stream().mapToLong(slot -> slot.parts().bytes()).sum() < bytes) {
                return 0;
            }
            Set<String> names = new TreeSet<>();
            List<VersionSlot> registered = new ArrayList<>();
            for (VersionSlot slot : candidates) {
                if (freed >= bytes) {
                    break;
                }
                freed += slot.parts().bytes();
                evicted.add(retire(slot));
                if (slot.isLazy()) {
                    rest(slot.target());
                }
                names.add(slot.key().name());
            }
            for (String name : names) {
                transition(name, false, registered, retired);
            }
            publish();
            registered.forEach(slot -> announce(slot, ""));
            started = slots.takeUnstarted();
        }
        start(started);
        retired.forEach(this::dropOwn);
        for (VersionSlot slot : evicted) {
            evictionCount.incrementAndGet();
            LOG.info(
                    "model={} version={} evicted: memory on {} is short",
                    slot.key().name(),
                    slot.key().version(),
                    device);
            dropOwn(slot);
        }
        return freed;
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
        slot.steps = report.steps();
        if (slot.retireWhenLoaded) {
            if (report.ok()) {
                slot.parts().leave();
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
        List<VersionSlot> registered = new ArrayList<>();
        List<VersionSlot> retired = new ArrayList<>();
        if (report.ok()) {
            enter(slot, ModelState.READY);
            checks.begin(slot);
            VersionSlot before = slot.replaces;
            if (before != null && before.state == ModelState.READY) {
                retired.add(retire(before));
            }
        } else if (slot.asked && report.isOutOfMemory()) {
            // Nothing is wrong with it: it rests again, and may have more luck when it is asked for next.
            forget(slot);
            rest(slot.target());
        } else {
            slot.step = report.step();
            slot.reason = report.reason();
            enter(slot, ModelState.QUARANTINED);
        }
        slot.replaces = null;
        transition(slot.key().name(), false, registered, retired);
        publish();
        if (slot.state != ModelState.CLOSED) {
            announce(slot, slot.reason);
        }
        registered.forEach(next -> announce(next, ""));
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
            slot.parts().close();
        } catch (RuntimeException | Error e) {
            LOG.error(
                    "model={} version={} closing failed",
                    slot.key().name(),
                    slot.key().version(),
                    e);
        }
        synchronized (lock) {
            boolean speaks = slots.newest(slot.key()) == slot;
            slots.remove(slot);
            enter(slot, ModelState.CLOSED);
            publish();
            if (speaks) {
                announce(slot, "");
            }
        }
        unloadThread.trimSoon();
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
            closes = slots.all().stream().map(VersionSlot::closed).toList();
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
            open = slots.all().stream()
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
