/**
 * The proof that nothing half-done is served after a server or a publisher was killed.
 *
 * <p>Starting points: {@link dev.sluice.loadtest.proof.kill.KillPublishCommand} is its command, {@link
 * dev.sluice.loadtest.proof.kill.KillPublishProof} the run.
 *
 * <p>Depends on {@code dev.sluice.loadtest}, {@code proof.server} and {@code proof.versions}.
 *
 * <p>Threading: the main thread; a helper thread copies what publishers print.
 */
@NullMarked
package dev.sluice.loadtest.proof.kill;

import org.jspecify.annotations.NullMarked;
