package dev.sluice.gateway.resilience;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.sluice.canary.routing.RouteDecision;
import dev.sluice.canary.routing.RouteTable;
import dev.sluice.canary.routing.Router;
import dev.sluice.loader.batching.StageObserver;
import dev.sluice.loader.lifecycle.ModelEvent;
import dev.sluice.loader.lifecycle.ModelState;
import dev.sluice.loader.lifecycle.ReadyVersion;
import dev.sluice.loader.lifecycle.ServingSnapshot;
import dev.sluice.loader.lifecycle.VersionStatus;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelKey;
import dev.sluice.model.ModelRef;
import dev.sluice.model.VersionSelector;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The circuit breakers of all ready versions, and where requests go whose version is out.
 *
 * <p>A version gets its breaker when it becomes ready and loses it when it is gone; one that is loaded again starts with a new
 * one. Requests read one field that holds no breaker as long as all are closed.
 *
 * <p>Bound: one breaker per ready version, one recorder per version that is loaded, being loaded or quarantined.
 *
 * <p>Threading: thread-safe. Routing reads one volatile map; the rest is guarded by {@code this}. Lock order: the manager's or a
 * breaker's, then this.
 */
public final class Breakers {
    private static final Logger LOG = LoggerFactory.getLogger(Breakers.class);

    private final Router router;
    private final Clock clock;
    private final Consumer<ModelKey> wake;

    @GuardedBy("this") private final NavigableMap<ModelKey, BreakerRecorder> recorders = new TreeMap<>();

    @GuardedBy("this") private final NavigableMap<ModelKey, Guarded> guarded = new TreeMap<>();

    /** Those that are not closed: almost always empty. */
    private volatile Map<ModelKey, Guarded> notClosed = Map.of();

    /** A version's breaker, and who answers for the version. */
    private record Guarded(VersionBreaker breaker, Optional<VersionSelector> fallback) {}

    /**
     * @param router resolves fallbacks by what is ready
     * @param clock measures the pauses; must not jump
     * @param wake has a version loaded that rests until it is asked for; called on event loops, must not wait for the load
     */
    public Breakers(Router router, Clock clock, Consumer<ModelKey> wake) {
        this.router = router;
        this.clock = clock;
        this.wake = wake;
    }

    /**
     * Counts how the requests of a version end that is being loaded, once it is ready.
     *
     * @param next is told first
     */
    public synchronized StageObserver recording(ModelKey key, StageObserver next) {
        BreakerRecorder recorder = new BreakerRecorder(next);
        recorders.put(key, recorder);
        return recorder;
    }

    /**
     * Something has happened to a version.
     *
     * @param snapshot as it is now
     */
    public synchronized void modelsChanged(ModelEvent event, ServingSnapshot snapshot) {
        ReadyVersion ready = snapshot.ready(event.key());
        if (event.state() == ModelState.READY && ready != null) {
            begin(ready);
            publish();
        }
    }

    /**
     * What is there has changed: versions that do not serve any more lose their breakers. Not every one of them is announced,
     * for example one that was evicted and rests at once.
     *
     * @param snapshot as it is now
     */
    public synchronized void published(ServingSnapshot snapshot) {
        recorders.keySet().removeIf(key -> isGone(snapshot.status(key)));
        if (guarded.keySet().removeIf(key -> snapshot.ready(key) == null)) {
            publish();
        }
    }

    private static boolean isGone(@Nullable VersionStatus status) {
        return status == null || status.state() == ModelState.CLOSED || status.state() == ModelState.DORMANT;
    }

    @GuardedBy("this") private void begin(ReadyVersion version) {
        BreakerRecorder recorder = recorders.get(version.key());
        guarded.remove(version.key());
        if (recorder == null || !version.config().breaker().enabled()) {
            return;
        }
        VersionBreaker breaker =
                new VersionBreaker(version.key(), version.config().breaker(), clock, this::moved);
        guarded.put(
                version.key(), new Guarded(breaker, version.config().serving().fallback()));
        recorder.begin(breaker);
    }

    private void moved(VersionBreaker breaker, BreakerReport report) {
        synchronized (this) {
            Guarded known = guarded.get(breaker.key());
            if (known == null || known.breaker() != breaker) {
                return; // of a version that is gone or was loaded again
            }
            publish();
        }
        String model = report.key().name();
        long version = report.key().version();
        switch (report.state()) {
            case OPEN ->
                LOG.warn(
                        "event=breaker_opened model={} version={} failed={} of={} pause_ms={}",
                        model,
                        version,
                        report.failed(),
                        report.counted(),
                        report.config().pause().toMillis());
            case HALF_OPEN ->
                LOG.info(
                        "event=breaker_half_open model={} version={} trial_calls={}",
                        model,
                        version,
                        report.config().trialCalls());
            case CLOSED -> LOG.info("event=breaker_closed model={} version={}", model, version);
        }
    }

    @GuardedBy("this") private void publish() {
        Map<ModelKey, Guarded> open = new HashMap<>();
        guarded.forEach((key, each) -> {
            if (each.breaker().state() != BreakerState.CLOSED) {
                open.put(key, each);
            }
        });
        if (!open.equals(notClosed)) {
            notClosed = Map.copyOf(open);
        }
    }

    /**
     * Where a request goes instead of where it was routed, or as what it goes there.
     *
     * @param ref what it asks for
     * @param routed what the route says
     * @return null almost always: it goes where it was routed
     * @throws InferenceException with MODEL_NOT_READY when its version is out and no other may answer
     */
    public @Nullable Detour detour(ModelRef ref, RouteDecision.Routed routed) {
        Map<ModelKey, Guarded> open = notClosed;
        if (open.isEmpty()) {
            return null;
        }
        Guarded out = open.get(routed.key());
        return out == null || out.breaker().state() == BreakerState.CLOSED ? null : around(ref, routed, out);
    }

    private Detour around(ModelRef ref, RouteDecision.Routed routed, Guarded out) {
        Trial trial = out.breaker().tryTrial();
        if (trial != null) {
            return new Detour(routed, trial);
        }
        RouteDecision standIn = isPinned(ref) ? null : standIn(routed.key(), out);
        if (standIn instanceof RouteDecision.Routed fallback) {
            out.breaker().fellBack();
            return new Detour(fallback, null);
        }
        out.breaker().refused();
        int retryAfterSeconds = out.breaker().retryAfterSeconds();
        if (standIn instanceof RouteDecision.Dormant dormant) {
            wake.accept(dormant.key());
            retryAfterSeconds = 1;
        }
        throw InferenceException.notReady(
                "version " + routed.key().version() + " of model '"
                        + routed.key().name() + "' is not ready: " + reason(routed.key(), out),
                retryAfterSeconds);
    }

    /** Another version must not answer for one that was asked for by its number. A label may move, so it is no such promise. */
    private static boolean isPinned(ModelRef ref) {
        return ref.version() instanceof VersionSelector.Exact;
    }

    /**
     * Who stands in for a version that is out: another one that is ready and not out itself, or that rests until it is asked for;
     * null when nobody can.
     */
    private @Nullable RouteDecision standIn(ModelKey key, Guarded out) {
        if (out.fallback().isEmpty()) {
            return null;
        }
        RouteDecision decision =
                router.decide(new ModelRef(key.name(), out.fallback().get()), "");
        if (decision instanceof RouteDecision.Dormant) {
            return decision;
        }
        if (!(decision instanceof RouteDecision.Routed to) || to.key().equals(key) || notClosed.containsKey(to.key())) {
            return null;
        }
        return new RouteDecision.Routed(to.key(), RouteTable.FALLBACK_ARM, RouteDecision.Reason.FALLBACK);
    }

    /** Whether a request that is routed there would be let through, by that version or by its fallback; changes nothing. */
    public boolean answers(ModelRef ref, RouteDecision.Routed routed) {
        Guarded out = notClosed.get(routed.key());
        return out == null || out.breaker().mayBeTried() || (!isPinned(ref) && standIn(routed.key(), out) != null);
    }

    /** Why a version is not, or not only, answering itself; empty when its breaker is closed or it has none. */
    public String reason(ModelKey key) {
        Guarded out = notClosed.get(key);
        return out == null ? "" : reason(key, out);
    }

    private String reason(ModelKey key, Guarded out) {
        String state = out.breaker().report().reason();
        if (out.fallback().isEmpty()) {
            return state + "; there is no fallback";
        }
        RouteDecision standIn = standIn(key, out);
        if (standIn instanceof RouteDecision.Routed to) {
            return state + "; falls back to version " + to.key().version();
        }
        return standIn instanceof RouteDecision.Dormant dormant
                ? state + "; falls back to version " + dormant.key().version() + ", which is loaded when it is needed"
                : state + "; its fallback '" + out.fallback().get() + "' cannot answer";
    }

    /** The breaker of a version; null when it has none. */
    public @Nullable BreakerReport report(ModelKey key) {
        Guarded known;
        synchronized (this) {
            known = guarded.get(key);
        }
        // Outside: a breaker's lock comes before this one.
        return known == null ? null : known.breaker().report();
    }

    /** All breakers, by version. */
    public List<BreakerReport> reports() {
        List<Guarded> known;
        synchronized (this) {
            known = List.copyOf(guarded.values());
        }
        return known.stream().map(each -> each.breaker().report()).toList();
    }
}
