/**
 * The runnable: one process that serves models.
 *
 * <p>Starting points: {@code Main} (the command line), {@code Gateway} (the one place that wires everything), {@link
 * dev.sluice.gateway.pipeline.InferencePipeline} (the life of a request).
 */
@NullMarked
package dev.sluice.gateway;

import org.jspecify.annotations.NullMarked;
