/**
 * Predictions that wait for their labels, and the labels that came.
 *
 * <p>Predictions are remembered in one SQLite file for as long as it is configured; labels are joined to them by prediction id and
 * row, whenever they come and in whatever order.
 *
 * <p>Starting points: {@link dev.sluice.canary.feedback.FeedbackStore} (takes predictions and labels), {@link
 * dev.sluice.canary.feedback.PredictionSink} (where the predictions come from), docs/feedback.md.
 *
 * <p>Depends on {@code dev.sluice.model}, {@code dev.sluice.state}, {@code dev.sluice.canary.inputlog} and {@code
 * dev.sluice.canary.routing}; must not depend on HTTP, Vert.x or ONNX Runtime.
 *
 * <p>Threading: one thread of the store's own touches the file; reports are read without a lock.
 */
@NullMarked
package dev.sluice.canary.feedback;

import org.jspecify.annotations.NullMarked;
