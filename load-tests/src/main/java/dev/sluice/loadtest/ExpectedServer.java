package dev.sluice.loadtest;

import org.jspecify.annotations.Nullable;

/**
 * Which server must be behind the URL, so that a run never measures a leftover process by mistake.
 *
 * <p>Threading: immutable.
 *
 * @param name what {@code GET /v2} must answer as its name, or null for any
 * @param pid the process that must listen on the port, or null for any; Linux only
 */
public record ExpectedServer(
        @Nullable String name, @Nullable Long pid) {
    /** Any server will do. */
    public static final ExpectedServer ANY = new ExpectedServer(null, null);
}
