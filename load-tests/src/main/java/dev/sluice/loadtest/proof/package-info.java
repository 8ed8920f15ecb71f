/**
 * Named long proofs: runs against a real server process that end in a verdict and leave their raw evidence behind.
 *
 * <p>Starting points: {@link dev.sluice.loadtest.proof.ProofMain} is the command line, {@link
 * dev.sluice.loadtest.proof.SoakProof} the proof that memory stays flat, {@link
 * dev.sluice.loadtest.proof.FlatnessRule} what flat means.
 *
 * <p>Depends on {@code dev.sluice.loadtest} only; nothing depends on it.
 *
 * <p>Threading: one proof at a time on the main thread; a helper thread copies the server's output.
 */
@NullMarked
package dev.sluice.loadtest.proof;

import org.jspecify.annotations.NullMarked;
