package dev.sluice.canary.monitor.profile;

import dev.sluice.loader.verify.VersionCheck;

/**
 * The steps of the gate before serving that a profile decides. A version without one passes both, unless golden rows are
 * required.
 *
 * <p>Threading: stateless.
 */
public final class ProfileChecks {
    private ProfileChecks() {}

    /** Step {@code features}: the profile is of this model, and serving has its features in the order of training. */
    public static VersionCheck features() {
        return new FeatureOrderCheck();
    }

    /** Step {@code golden}: the version answers golden rows as expected; it runs the version, so it belongs last. */
    public static VersionCheck golden() {
        return new GoldenCheck();
    }
}
