package dev.sluice.gateway.http;

import dev.sluice.model.InferRequest;
import java.time.Duration;

/**
 * Limits and address of the data port.
 *
 * <p>Threading: immutable.
 *
 * @param host address to listen on
 * @param port in [0, 65535]; 0 = any free one
 * @param loops event loops, 1 or greater
 * @param bodyBytesMax most bytes of a body as sent
 * @param inflatedBytesMax most bytes of a body once inflated
 * @param headerBytesMax most bytes of a request's headers
 * @param connectionsMax most open connections
 * @param idleTimeout after which a silent connection is closed
 * @param bodyTimeout most time from the head of a request to the last byte of its body
 * @param requestTimeout deadline of requests that name none; zero = none
 * @param compression whether answers are compressed for clients that accept it
 * @param repositoryControl whether load and unload are allowed on this port
 */
public record HttpFrontOptions(
        String host,
        int port,
        int loops,
        long bodyBytesMax,
        long inflatedBytesMax,
        int headerBytesMax,
        int connectionsMax,
        Duration idleTimeout,
        Duration bodyTimeout,
        Duration requestTimeout,
        boolean compression,
        boolean repositoryControl) {
    private static final long NANOS_PER_MILLI = 1_000_000;

    /**
     * When a request is too late: its own time limit or the configured one, whichever is shorter.
     *
     * @param arrivedNanos when its head had arrived, in {@link System#nanoTime} terms
     * @param askedMillis the time limit that the client asks for; 0 = none
     * @return in the same terms, or {@link InferRequest#NO_DEADLINE}
     */
    long deadlineNanos(long arrivedNanos, int askedMillis) {
        long millis = requestTimeout.toMillis();
        if (askedMillis > 0) {
            millis = millis == 0 ? askedMillis : Math.min(millis, askedMillis);
        }
        return millis == 0 ? InferRequest.NO_DEADLINE : arrivedNanos + millis * NANOS_PER_MILLI;
    }
}
