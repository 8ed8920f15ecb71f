package dev.sluice.canary.routing;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelRef;
import java.util.Map;

/**
 * Holds the current {@link RouteTable} and lets nobody see half of one.
 *
 * <p>Threading: thread-safe. {@link #decide} is lock-free (one volatile read); publishing is serialised by {@code this}.
 */
public final class Router {
    private volatile RouteTable table = RouteTable.empty();

    @GuardedBy("this") private Map<String, Route> routes;

    @GuardedBy("this") private Map<String, ModelAvailability> models = Map.of();

    /**
     * @param routes configured routes by model name; models without one go to their newest ready version
     */
    public Router(Map<String, Route> routes) {
        this.routes = Map.copyOf(routes);
    }

    /** Where a request goes by the table of this moment. */
    public RouteDecision decide(ModelRef ref, String key) {
        return table.decide(ref, key);
    }

    /**
     * The version that a request goes to by the table of this moment.
     *
     * @throws InferenceException with MODEL_NOT_FOUND or MODEL_NOT_READY when it can go nowhere
     */
    public RouteDecision.Routed route(ModelRef ref, String key) {
        RouteDecision decision = decide(ref, key);
        if (decision instanceof RouteDecision.Routed routed) {
            return routed;
        }
        if (decision instanceof RouteDecision.Unknown unknown) {
            throw new InferenceException(ErrorCode.MODEL_NOT_FOUND, unknown.message());
        }
        if (decision instanceof RouteDecision.Dormant dormant) {
            throw new InferenceException(
                    ErrorCode.MODEL_NOT_READY,
                    "version " + dormant.key().version() + " of model '"
                            + dormant.key().name() + "' is loaded when its first request comes");
        }
        throw new InferenceException(ErrorCode.MODEL_NOT_READY, ((RouteDecision.Unavailable) decision).message());
    }

    /** The table of this moment. */
    public RouteTable table() {
        return table;
    }

    /** Publishes a table compiled against what is available now; earlier decisions keep the table they were made by. */
    public synchronized void modelsChanged(Map<String, ModelAvailability> available) {
        models = Map.copyOf(available);
        publish();
    }

    /** Publishes a table with these routes. */
    public synchronized void routesChanged(Map<String, Route> changed) {
        routes = Map.copyOf(changed);
        publish();
    }

    @GuardedBy("this") private void publish() {
        table = RouteTable.compile(table.number() + 1, routes, models);
    }
}
