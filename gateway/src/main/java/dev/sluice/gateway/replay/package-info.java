/**
 * Replay: sends logged requests to a candidate once more, and sets its answers beside the logged ones.
 *
 * <p>Starting points: {@link dev.sluice.gateway.replay.Replay}, {@link dev.sluice.gateway.replay.ComparisonWriter}.
 *
 * <p>Depends on the reader of the input log, the protocol and the JDK's HTTP client; not on the server.
 */
@NullMarked
package dev.sluice.gateway.replay;

import org.jspecify.annotations.NullMarked;
