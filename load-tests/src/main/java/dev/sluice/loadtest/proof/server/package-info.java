/**
 * What the proofs share: server processes that they start and stop themselves, and how a proof ends.
 *
 * <p>Starting points: {@link dev.sluice.loadtest.proof.server.ServerProcess} starts one, {@link
 * dev.sluice.loadtest.proof.server.ListeningLine} is how it says where it can be reached, {@link
 * dev.sluice.loadtest.proof.server.ModelServer} what it says about its models, {@link
 * dev.sluice.loadtest.proof.server.ProofRun} runs a proof for its command.
 *
 * <p>Depends on {@code dev.sluice.loadtest} only.
 *
 * <p>Threading: each process is confined to its owner; a daemon thread copies its output.
 */
@NullMarked
package dev.sluice.loadtest.proof.server;

import org.jspecify.annotations.NullMarked;
