/**
 * What a version has to show before it serves.
 *
 * <p>Starting points: {@link dev.sluice.loader.verify.BatchProof} (may its rows share a run, and rows of different
 * lengths?), {@link dev.sluice.loader.verify.BatchVerdict}, {@link dev.sluice.loader.verify.ProbeRows} (inputs that a model
 * takes).
 *
 * <p>Depends on {@code dev.sluice.model}, {@code loader.padding}, {@code loader.runtime} and the configuration types of
 * {@code loader.repository}; must not depend on lifecycle or batching.
 *
 * <p>Threading: blocking; belongs on a load thread.
 */
@NullMarked
package dev.sluice.loader.verify;

import org.jspecify.annotations.NullMarked;
