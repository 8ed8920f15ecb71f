package dev.sluice.canary.inputlog;

import org.jspecify.annotations.Nullable;

/**
 * Where a request comes from, as its protocol front knows it.
 *
 * <p>Threading: confined to the request's event loop.
 */
public interface RequestOrigin {
    /** Made by the server, unique. */
    String predictionId();

    /** When the head of the request had arrived, in {@link System#nanoTime} terms. */
    long arrivedNanos();

    /** 32 hex digits of the caller's trace (W3C Trace Context); null when there is none. */
    @Nullable String traceId();

    /** What the client says that the request belongs to, for example a user; null when it says nothing. */
    @Nullable String key();
}
