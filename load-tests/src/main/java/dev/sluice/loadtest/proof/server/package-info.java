/**
 * Server processes that a proof starts and stops itself.
 *
 * <p>Starting points: {@link dev.sluice.loadtest.proof.server.ServerProcess} starts one, {@link
 * dev.sluice.loadtest.proof.server.ListeningLine} is how it says where it can be reached.
 *
 * <p>Depends on {@code dev.sluice.loadtest} only.
 *
 * <p>Threading: each process is confined to its owner; a daemon thread copies its output.
 */
@NullMarked
package dev.sluice.loadtest.proof.server;

import org.jspecify.annotations.NullMarked;
