/**
 * Running one request on one version, whoever asks.
 *
 * <p>Starting points: {@link dev.sluice.loader.execution.ModelRunner}, {@link
 * dev.sluice.loader.execution.SignatureCheck}.
 *
 * <p>Depends on {@code dev.sluice.model}, {@code loader.lifecycle} and {@code loader.batching}.
 *
 * <p>Threading: on the request's loop; nothing blocks.
 */
@NullMarked
package dev.sluice.loader.execution;

import org.jspecify.annotations.NullMarked;
