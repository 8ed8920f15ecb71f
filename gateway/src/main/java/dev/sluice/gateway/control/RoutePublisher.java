package dev.sluice.gateway.control;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.sluice.canary.routing.RouteDecision;
import dev.sluice.canary.routing.Router;
import dev.sluice.loader.lifecycle.ModelManager;
import dev.sluice.model.ModelRef;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Makes one route table of what the loader has and of the labels, whenever either changes.
 *
 * <p>Every table is compiled from what both say at that moment, so the last one published is never older than what it is made
 * of.
 *
 * <p>Threading: thread-safe; publishing is serialised by {@code this}; the manager's lock may be held then, and is never taken.
 */
public final class RoutePublisher {
    private final ModelManager models;
    private final Router router;

    @GuardedBy("this") private final Map<String, Map<String, Long>> changing = new TreeMap<>();

    private volatile Map<String, Map<String, Long>> labels = Map.of();

    public RoutePublisher(ModelManager models, Router router) {
        this.models = models;
        this.router = router;
    }

    /** Publishes a table of what is so now. */
    public synchronized void publish() {
        router.modelsChanged(Availability.of(models.snapshot(), labels));
    }

    /** Makes these the labels of a model, and publishes a table with them. */
    public synchronized void labels(String model, Map<String, Long> versions) {
        if (versions.isEmpty()) {
            changing.remove(model);
        } else {
            changing.put(model, Map.copyOf(versions));
        }
        labels = Map.copyOf(changing);
        publish();
    }

    /** The labels of a model, by name. */
    public Map<String, Long> labels(String model) {
        return labels.getOrDefault(model, Map.of());
    }

    /** The version that requests without a version go to; empty where that is none now. */
    public OptionalLong defaultVersion(String model) {
        RouteDecision decision = router.decide(new ModelRef(model), "");
        return decision instanceof RouteDecision.Routed routed
                ? OptionalLong.of(routed.key().version())
                : OptionalLong.empty();
    }

    /** The same, also where that version would have to be loaded first. */
    OptionalLong defaultTarget(String model) {
        return router.decide(new ModelRef(model), "") instanceof RouteDecision.Dormant dormant
                ? OptionalLong.of(dormant.key().version())
                : defaultVersion(model);
    }
}
