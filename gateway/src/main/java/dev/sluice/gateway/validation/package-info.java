/**
 * The validators of the versions that serve, and the pipeline's inspector that asks them.
 *
 * <p>Starting points: {@link dev.sluice.gateway.validation.Validators}, {@link
 * dev.sluice.gateway.validation.ValidatingInspector}; what is looked at is in {@code dev.sluice.canary.monitor.validation}.
 *
 * <p>Depends on {@code gateway.pipeline}, {@code dev.sluice.canary} and the lifecycle of {@code dev.sluice.loader}; must not
 * depend on HTTP.
 *
 * <p>Threading: thread-safe; requests never wait.
 */
@NullMarked
package dev.sluice.gateway.validation;

import org.jspecify.annotations.NullMarked;
