/**
 * {@code prove log-cost}: what the input log costs the requests that it records.
 *
 * <p>Starting point: {@link dev.sluice.loadtest.proof.logcost.LogCostCommand}.
 *
 * <p>Depends on {@code dev.sluice.loadtest} and {@code dev.sluice.loadtest.proof.server}.
 *
 * <p>Threading: confined to the main thread.
 */
@NullMarked
package dev.sluice.loadtest.proof.logcost;

import org.jspecify.annotations.NullMarked;
