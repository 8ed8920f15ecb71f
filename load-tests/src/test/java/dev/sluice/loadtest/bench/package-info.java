/**
 * JMH benchmarks of the codec, the batcher, a run and the whole way of a request through them.
 *
 * <p>Starting points: {@link dev.sluice.loadtest.bench.RequestBenchmark} (heap bytes per request), {@link
 * dev.sluice.loadtest.bench.DecodeBenchmark}. {@code load-tests/prove alloc} and {@code load-tests/prove codec} run them, in
 * the repository's root and with the gateway's jar behind the test classes.
 *
 * <p>Threading: one benchmark thread; queued runs use an inference thread as well.
 */
@NullMarked
package dev.sluice.loadtest.bench;

import org.jspecify.annotations.NullMarked;
