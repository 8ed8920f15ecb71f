package dev.sluice.canary.routing;

import dev.sluice.model.VersionSelector;

/**
 * What a model's name resolves to.
 *
 * <p>Threading: immutable.
 *
 * @param model the name that clients use
 * @param split how its requests are divided
 */
public record Route(String model, TrafficSplit split) {
    /** Name of the only arm of a model without a configured route. */
    public static final String DEFAULT_ARM = "default";

    /** All requests to the newest ready version. */
    public static Route toNewest(String model) {
        return new Route(model, TrafficSplit.single(DEFAULT_ARM, new VersionSelector.Routed()));
    }
}
