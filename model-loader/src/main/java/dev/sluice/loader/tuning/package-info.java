/**
 * What a run of a version costs, and how its requests are run because of that.
 *
 * <p>Starting points: {@link dev.sluice.loader.tuning.CostProbe} (measures), {@link dev.sluice.loader.tuning.CostCurve} (what
 * was measured), {@link dev.sluice.loader.tuning.TuningRule} (decides), {@link dev.sluice.loader.tuning.Tuning} (what was
 * decided and why), {@link dev.sluice.loader.tuning.Tuner} (all of it for one version).
 *
 * <p>Depends on {@code dev.sluice.model}, {@code loader.runtime}, {@code loader.verify} and the configuration types of {@code
 * loader.repository}; must not depend on lifecycle or batching.
 *
 * <p>Threading: measuring blocks for up to two seconds and must stay away from event loops and inference threads; deciding is
 * pure.
 */
@NullMarked
package dev.sluice.loader.tuning;

import org.jspecify.annotations.NullMarked;
