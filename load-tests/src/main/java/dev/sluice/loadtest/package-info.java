/**
 * The load generator: open-loop or closed-loop inference requests over HTTP/1.1, latency percentiles, goals for CI, and
 * the search for the highest rate that meets them.
 *
 * <p>Starting points: {@link dev.sluice.loadtest.LoadPlan} says what to run, {@link
 * dev.sluice.loadtest.LoadGenerator} runs it, {@link dev.sluice.loadtest.LoadResult} is what was seen, {@code LoadLoop}
 * is the part of a run that one event loop does, {@code RateSearch} makes several runs, {@link
 * dev.sluice.loadtest.LoadMain} is the command line, {@code ResultHtml} and its siblings are the reports.
 *
 * <p>Depends on {@code dev.sluice.model}, its own subpackages {@code wire} and {@code report}, Netty, HdrHistogram,
 * picocli and Jackson; nothing in the product depends on it, and it must not depend on the gateway: it measures any
 * server that speaks the Open Inference Protocol.
 *
 * <p>Threading: one calling thread plans, samples and sums up; each {@code LoadLoop} and what it owns is confined to
 * one event loop and hands out what it has counted.
 */
@NullMarked
package dev.sluice.loadtest;

import org.jspecify.annotations.NullMarked;
