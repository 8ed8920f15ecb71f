/**
 * The baselines that the gateway is held against, each a process of its own.
 *
 * <p>Starting points: {@link dev.sluice.loadtest.proof.speed.baseline.BareServerMain} answers without doing anything.
 *
 * <p>Depends on Vert.x and ONNX Runtime, on nothing of this project but the words of {@code dev.sluice.loadtest}.
 *
 * <p>Threading: each main says it.
 */
@NullMarked
package dev.sluice.loadtest.proof.speed.baseline;

import org.jspecify.annotations.NullMarked;
