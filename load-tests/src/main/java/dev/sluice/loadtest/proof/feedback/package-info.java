/**
 * The proof that labels find their predictions: late, twice, corrected or without one, over kills, and counted exactly.
 *
 * <p>Starting points: {@link dev.sluice.loadtest.proof.feedback.FeedbackCommand} is its command, {@link
 * dev.sluice.loadtest.proof.feedback.FeedbackProof} the run.
 *
 * <p>Depends on {@code dev.sluice.loadtest}, {@code proof.server} and {@code proof.versions}.
 *
 * <p>Threading: the main thread; a few threads send, and one samples memory.
 */
@NullMarked
package dev.sluice.loadtest.proof.feedback;

import org.jspecify.annotations.NullMarked;
