/**
 * The goals of speed, measured as ratios to baselines that run in the same rounds.
 *
 * <p>Starting points: {@link dev.sluice.loadtest.proof.speed.SpeedCommand} is the command line, {@link
 * dev.sluice.loadtest.proof.speed.Goal} the table of goals with their bars, {@link
 * dev.sluice.loadtest.proof.speed.MlpGroup} a first example of how some of them are measured.
 *
 * <p>Depends on {@code dev.sluice.loadtest}, {@code proof.server} and the two packages below it; only the command line of the
 * proofs depends on it.
 *
 * <p>Threading: one measurement at a time on the main thread; servers and baselines are processes of their own.
 */
@NullMarked
package dev.sluice.loadtest.proof.speed;

import org.jspecify.annotations.NullMarked;
