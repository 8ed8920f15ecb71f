/**
 * The load generator: open-loop or closed-loop inference requests over HTTP/1.1, latency percentiles and goals for CI.
 *
 * <p>Starting points: {@link dev.sluice.loadtest.LoadPlan} says what to run, {@link
 * dev.sluice.loadtest.LoadGenerator} runs it, {@link dev.sluice.loadtest.LoadResult} is what was seen, {@link
 * dev.sluice.loadtest.LoadMain} is the command line.
 *
 * <p>Depends on {@code dev.sluice.model}, Vert.x, HdrHistogram, picocli and Jackson; nothing in the product depends on
 * it, and it must not depend on the gateway: it measures any server that speaks the Open Inference Protocol.
 *
 * <p>Threading: one calling thread plans, samples and sums up; each {@code LoadLoop} and what it owns is confined to
 * one event loop and hands out immutable snapshots.
 */
@NullMarked
package dev.sluice.loadtest;

import org.jspecify.annotations.NullMarked;
