/**
 * The input log: what clients sent, what they were answered, and by which version, for replay, comparison and monitoring.
 *
 * <p>A request that has ended is offered to every {@link dev.sluice.canary.inputlog.RecordChannel}; each has its own bounded
 * queue, its own thread and its own {@link dev.sluice.canary.inputlog.LogSink}, so that one that stalls hurts neither requests
 * nor the others. Whatever becomes of a request, it is counted: received = logged + dropped + sampled out, window by window.
 *
 * <p>Starting points: {@link dev.sluice.canary.inputlog.InputLog}, {@link dev.sluice.canary.inputlog.InferenceRecord}.
 *
 * <p>Depends on {@code dev.sluice.model}, {@code dev.sluice.protocol}, the contract types of {@code dev.sluice.loader} and
 * {@code dev.sluice.canary.routing}; must not depend on HTTP, Vert.x or ONNX Runtime.
 */
@NullMarked
package dev.sluice.canary.inputlog;

import org.jspecify.annotations.NullMarked;
