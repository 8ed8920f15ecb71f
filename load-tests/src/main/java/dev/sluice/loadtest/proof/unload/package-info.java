/**
 * The proof that the memory of an unloaded model returns.
 *
 * <p>Starting points: {@link dev.sluice.loadtest.proof.unload.UnloadCommand} is its command, {@link
 * dev.sluice.loadtest.proof.unload.UnloadProof} the run.
 *
 * <p>Depends on {@code dev.sluice.loadtest}, {@code report}, {@code proof.server} and {@code proof.versions}.
 *
 * <p>Threading: the main thread.
 */
@NullMarked
package dev.sluice.loadtest.proof.unload;

import org.jspecify.annotations.NullMarked;
