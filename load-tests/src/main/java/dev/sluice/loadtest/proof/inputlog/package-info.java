/**
 * What the proofs of the input log share: what a server says about its records, and what lies in its files, read by the proofs
 * themselves.
 *
 * <p>Starting points: {@link dev.sluice.loadtest.proof.inputlog.ChannelCounts}, {@link
 * dev.sluice.loadtest.proof.inputlog.LogFiles}.
 *
 * <p>Depends on {@code dev.sluice.loadtest} and {@code dev.sluice.loadtest.proof.server}.
 *
 * <p>Threading: confined to the main thread.
 */
@NullMarked
package dev.sluice.loadtest.proof.inputlog;

import org.jspecify.annotations.NullMarked;
