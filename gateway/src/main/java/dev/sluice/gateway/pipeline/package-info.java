/**
 * The steps of a request, in order, for every protocol.
 *
 * <p>Starting points: {@link dev.sluice.gateway.pipeline.InferencePipeline}.
 *
 * <p>Depends on {@code canary.routing}, {@code resilience}, {@code loader.lifecycle} and {@code loader.execution}; must not depend on
 * any front.
 *
 * <p>Threading: called on event loops; nothing here blocks.
 */
@NullMarked
package dev.sluice.gateway.pipeline;

import org.jspecify.annotations.NullMarked;
