/**
 * Proofs by benchmark: how many bytes of heap a request takes, and how the codec compares with a general one. The benchmarks
 * themselves are test code ({@code dev.sluice.loadtest.bench}) and run in a process of their own.
 *
 * <p>Starting points: {@link dev.sluice.loadtest.proof.jmh.AllocCommand}, {@link
 * dev.sluice.loadtest.proof.jmh.CodecCommand}.
 *
 * <p>Depends on {@code dev.sluice.loadtest} only.
 *
 * <p>Threading: the main thread.
 */
@NullMarked
package dev.sluice.loadtest.proof.jmh;

import org.jspecify.annotations.NullMarked;
