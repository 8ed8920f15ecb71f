package dev.sluice.canary.routing;

import dev.sluice.model.ModelKey;
import dev.sluice.model.ModelRef;
import dev.sluice.model.VersionSelector;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Immutable, numbered snapshot of all routes, compiled against what is ready.
 *
 * <p>Labels and "newest" are resolved when the table is compiled: a request reads one map entry. One request sees one table
 * from start to end.
 *
 * <p>Threading: immutable.
 */
public final class RouteTable {
    /** The arm of a request that named its version or label. */
    public static final String PINNED_ARM = "pinned";

    /** The arm of a request whose version is taken out and another answers. */
    public static final String FALLBACK_ARM = "fallback";

    private static final int NAMES_LISTED_MAX = 20;

    private final long number;
    private final Map<String, Entry> entries;

    private record Entry(String model, Route route, ModelAvailability availability) {}

    private RouteTable(long number, Map<String, Entry> entries) {
        this.number = number;
        this.entries = entries;
    }

    /** Knows no model. */
    public static RouteTable empty() {
        return new RouteTable(0, Map.of());
    }

    /**
     * Compiles a table.
     *
     * @param number greater than that of every earlier table
     * @param routes model name → route; a model without one is routed to the version that carries the label {@code stable}, or
     *     else to its newest
     * @param models every model that is known, by name
     */
    public static RouteTable compile(long number, Map<String, Route> routes, Map<String, ModelAvailability> models) {
        Map<String, Entry> entries = new TreeMap<>();
        models.forEach((name, availability) -> {
            Route route = routes.getOrDefault(name, Route.toNewest(name));
            entries.put(name, new Entry(name, route, availability));
        });
        return new RouteTable(number, Map.copyOf(entries));
    }

    /** Grows with every table that is published. */
    public long number() {
        return number;
    }

    /**
     * Decides where a request goes.
     *
     * @param ref what the request asks for
     * @param key splits keyless requests evenly: the prediction id
     */
    public RouteDecision decide(ModelRef ref, String key) {
        Entry entry = entries.get(ref.name());
        if (entry == null) {
            return new RouteDecision.Unknown("model '" + ref.name() + "' is not known; available: " + names());
        }
        if (!entry.availability().problem().isEmpty()) {
            return new RouteDecision.Unavailable("model '" + ref.name() + "' cannot be served: "
                    + entry.availability().problem());
        }
        if (!(ref.version() instanceof VersionSelector.Routed)) {
            return decide(entry, ref.version(), PINNED_ARM, RouteDecision.Reason.PINNED);
        }
        TrafficSplit split = entry.route().split();
        TrafficSplit.Arm arm = split.choose(ref.name(), key);
        return decide(
                entry,
                arm.target(),
                arm.name(),
                split.arms().size() == 1 ? RouteDecision.Reason.ROUTE : RouteDecision.Reason.SPLIT);
    }

    private static RouteDecision decide(Entry entry, VersionSelector target, String arm, RouteDecision.Reason reason) {
        ModelAvailability availability = entry.availability();
        NavigableSet<Long> ready = availability.ready();
        Long version = resolve(availability, target);
        if (version == null) {
            if (target instanceof VersionSelector.Routed) {
                return new RouteDecision.Unavailable(
                        "model '" + entry.model() + "' has no version that is ready" + reasons(availability));
            }
            return new RouteDecision.Unknown("model '" + entry.model() + "' has no version or label '" + target
                    + "'; versions ready: " + ready + labels(availability));
        }
        if (ready.contains(version)) {
            return new RouteDecision.Routed(new ModelKey(entry.model(), version), arm, reason);
        }
        if (availability.dormant().contains(version)) {
            return new RouteDecision.Dormant(new ModelKey(entry.model(), version));
        }
        String state = availability.unavailable().get(version);
        if (state != null) {
            return new RouteDecision.Unavailable(
                    "version " + version + " of model '" + entry.model() + "' is not ready: " + state);
        }
        return new RouteDecision.Unknown("model '" + entry.model() + "' has no version " + version
                + "; versions ready: " + ready + labels(availability));
    }

    private static @Nullable Long resolve(ModelAvailability availability, VersionSelector target) {
        if (target instanceof VersionSelector.Exact exact) {
            return exact.version();
        }
        if (target instanceof VersionSelector.Label label) {
            return availability.labels().get(label.label());
        }
        Long stable = availability.labels().get(ModelAvailability.STABLE);
        if (stable != null) {
            return stable;
        }
        Long ready = last(availability.ready());
        Long dormant = last(availability.dormant());
        return ready == null || (dormant != null && dormant > ready) ? dormant : ready;
    }

    private static @Nullable Long last(NavigableSet<Long> versions) {
        return versions.isEmpty() ? null : versions.last();
    }

    private static String reasons(ModelAvailability availability) {
        if (availability.unavailable().isEmpty()) {
            return "";
        }
        return availability.unavailable().entrySet().stream()
                .limit(NAMES_LISTED_MAX)
                .map(e -> "version " + e.getKey() + ": " + e.getValue())
                .collect(Collectors.joining("; ", " (", ")"));
    }

    private static String labels(ModelAvailability availability) {
        return availability.labels().isEmpty() ? "" : ", labels: " + new TreeMap<>(availability.labels());
    }

    private String names() {
        if (entries.isEmpty()) {
            return "no models";
        }
        String listed =
                entries.keySet().stream().sorted().limit(NAMES_LISTED_MAX).collect(Collectors.joining(", "));
        return entries.size() > NAMES_LISTED_MAX ? listed + ", … (" + entries.size() + " in all)" : listed;
    }
}
