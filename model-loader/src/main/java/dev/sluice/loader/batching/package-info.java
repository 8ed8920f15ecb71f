/**
 * Running many requests as few runs of a model, without adding delay: what arrives in one tick of an event loop, or waits
 * while the threads are busy, becomes one batch.
 *
 * <p>Starting points: {@link dev.sluice.loader.batching.Batcher} (one per ready version), {@link
 * dev.sluice.loader.batching.InferenceThreads} (shared by all versions), {@link dev.sluice.loader.batching.BatchPolicy},
 * {@link dev.sluice.loader.batching.BatchStats}.
 *
 * <p>A request's way: {@code Batcher.submit} → {@code TickList} (loop) → {@code VersionQueue} (lock) → {@code BatchRun}
 * (inference thread) → {@code Replies} → {@code PendingRequest} → callback (loop).
 *
 * <p>Depends on {@code dev.sluice.model}, {@code loader.padding} and {@code loader.runtime}; must not depend on Jackson, repository, verify or
 * lifecycle.
 *
 * <p>Threading: submitting, cancelling and every callback happen on the request's loop; runs happen on inference threads;
 * the only things shared between them are the queue of each version, under its lock, and counters.
 */
@NullMarked
package dev.sluice.loader.batching;

import org.jspecify.annotations.NullMarked;
