/**
 * The proof that many more models can be registered than there is memory for.
 *
 * <p>Starting points: {@link dev.sluice.loadtest.proof.manymodels.ManyModelsCommand} is its command, {@link
 * dev.sluice.loadtest.proof.manymodels.ManyModelsProof} the run.
 *
 * <p>Depends on {@code dev.sluice.loadtest}, {@code report}, {@code proof.server} and {@code proof.versions}.
 *
 * <p>Threading: the main thread samples; a thread for each connection asks.
 */
@NullMarked
package dev.sluice.loadtest.proof.manymodels;

import org.jspecify.annotations.NullMarked;
