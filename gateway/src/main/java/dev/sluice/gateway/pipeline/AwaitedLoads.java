package dev.sluice.gateway.pipeline;

import dev.sluice.loader.lifecycle.ModelManager;
import dev.sluice.model.ModelKey;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The loads that requests have begun, and the places of those that wait for them.
 *
 * <p>However many requests need a version that is being loaded, the manager is asked once and has one listener.
 *
 * <p>Bound: so many requests wait at once, for all loads together, that others always find permits; one entry per version that
 * is being loaded.
 *
 * <p>Threading: thread-safe; takes the manager's lock only to begin a load.
 */
public final class AwaitedLoads {
    private final ModelManager models;
    private final AdmissionControl places;
    private final ConcurrentMap<ModelKey, AwaitedLoad> underWay = new ConcurrentHashMap<>();

    /**
     * @param waitingMax most requests that wait at once, 1 or greater
     */
    public AwaitedLoads(ModelManager models, int waitingMax) {
        this.models = models;
        this.places = new AdmissionControl(waitingMax);
    }

    /** Has a version loaded that rests until it is asked for, unless that was begun already; does not wait for it. */
    public void begin(ModelKey key) {
        load(key);
    }

    /** The load of a version, begun if it is not under way. */
    AwaitedLoad load(ModelKey key) {
        AwaitedLoad known = underWay.get(key);
        if (known != null) {
            return known;
        }
        AwaitedLoad begun = new AwaitedLoad();
        AwaitedLoad other = underWay.putIfAbsent(key, begun);
        if (other != null) {
            return other;
        }
        models.awaken(key).whenComplete((report, failure) -> {
            underWay.remove(key, begun);
            begun.end(report);
        });
        return begun;
    }

    /** Takes a place among those that wait; false (and counted) when all are taken. */
    boolean tryEnter() {
        return places.tryAcquire();
    }

    /** Gives up a place. */
    void leave() {
        places.release();
    }

    /** Requests that wait for a load. */
    public int waiting() {
        return places.inUse();
    }

    /** The bound. */
    public int waitingMax() {
        return places.permits();
    }

    /** Requests refused because too many waited. */
    public long refusals() {
        return places.refusals();
    }
}
