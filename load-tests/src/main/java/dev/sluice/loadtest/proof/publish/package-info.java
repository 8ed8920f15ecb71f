/**
 * The proof that versions are published under load without a lost request and without a wrong answer.
 *
 * <p>Starting points: {@link dev.sluice.loadtest.proof.publish.PublishCommand} is its command, {@link
 * dev.sluice.loadtest.proof.publish.PublishProof} the run, {@link dev.sluice.loadtest.proof.publish.PublishVerdict} what it must
 * show.
 *
 * <p>Depends on {@code dev.sluice.loadtest}, {@code report}, {@code proof.server} and {@code proof.versions}.
 *
 * <p>Threading: cycles on the main thread; one thread runs the load, another asks for the version that answers.
 */
@NullMarked
package dev.sluice.loadtest.proof.publish;

import org.jspecify.annotations.NullMarked;
