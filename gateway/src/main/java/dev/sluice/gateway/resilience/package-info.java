/**
 * Takes versions out that fail again and again, and lets another answer meanwhile.
 *
 * <p>Starting points: {@link dev.sluice.gateway.resilience.Breakers} (all of them, and where their requests go), {@link
 * dev.sluice.gateway.resilience.VersionBreaker} (one).
 *
 * <p>Depends on {@code canary.routing} and {@code loader.lifecycle}; must not depend on the pipeline, on metrics or on any front.
 * The only package that knows Resilience4j's circuit breaker.
 *
 * <p>Threading: called on event loops and from the manager's threads; nothing here waits for more than a few instructions under
 * a lock, and requests of versions without failures take none.
 */
@NullMarked
package dev.sluice.gateway.resilience;

import org.jspecify.annotations.NullMarked;
