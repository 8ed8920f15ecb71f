package dev.sluice.canary.routing;

import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What of one model can be routed to at the moment a table is compiled.
 *
 * <p>Threading: immutable.
 *
 * @param ready versions that serve, ascending
 * @param dormant versions that are loaded when they are asked for, ascending; requests wait for them, by default too where they
 *     are newer than what serves
 * @param unavailable version → state and reason, for versions that are known but do not serve
 * @param labels label → version
 * @param problem why the model as a whole cannot be served; empty when it can
 */
public record ModelAvailability(
        NavigableSet<Long> ready,
        NavigableSet<Long> dormant,
        NavigableMap<Long, String> unavailable,
        Map<String, Long> labels,
        String problem) {
    /** The label that a model without a route is routed to, where it is set. */
    public static final String STABLE = "stable";

    public ModelAvailability {
        ready = Collections.unmodifiableNavigableSet(new TreeSet<>(ready));
        dormant = Collections.unmodifiableNavigableSet(new TreeSet<>(dormant));
        unavailable = Collections.unmodifiableNavigableMap(new TreeMap<>(unavailable));
        labels = Map.copyOf(labels);
    }

    /** A model of which these versions serve and none has a label. */
    public static ModelAvailability ready(Collection<Long> versions) {
        return new ModelAvailability(new TreeSet<>(versions), new TreeSet<>(), new TreeMap<>(), Map.of(), "");
    }
}
