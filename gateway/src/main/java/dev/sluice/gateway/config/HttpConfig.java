package dev.sluice.gateway.config;

import java.time.Duration;

/**
 * The data port.
 *
 * <p>Threading: immutable.
 *
 * @param host address to listen on
 * @param port in [0, 65535]; 0 = any free one
 * @param loops event loops, in [0, 256]; 0 = chosen, see {@link #loopsFor}
 * @param bodyBytesMax most bytes of a body as sent
 * @param inflatedBodyBytesMax most bytes of a body once inflated
 * @param headerBytesMax most bytes of a request's headers
 * @param connectionsMax most open connections
 * @param idleTimeout after which a silent connection is closed
 * @param readTimeout most time from a request's headers to the last byte of its body
 * @param jsonDepthMax most levels of nesting in a JSON body
 * @param compression whether answers are compressed for clients that accept it
 * @param repositoryControl whether load and unload are allowed on this port
 */
public record HttpConfig(
        String host,
        int port,
        int loops,
        long bodyBytesMax,
        long inflatedBodyBytesMax,
        int headerBytesMax,
        int connectionsMax,
        Duration idleTimeout,
        Duration readTimeout,
        int jsonDepthMax,
        boolean compression,
        boolean repositoryControl) {
    static final int LOOPS_MAX = 256;
    static final long BODY_BYTES_MAX = 1L << 30;
    static final int HEADER_BYTES_MAX = 1 << 20;
    static final int CONNECTIONS_MAX = 1_000_000;
    static final int JSON_DEPTH_MAX = 512;

    public HttpConfig {
        Range.require("http.port", port, 0, 65_535);
        Range.require("http.loops", loops, 0, LOOPS_MAX);
        Range.require("http.max-body", bodyBytesMax, 1 << 10, BODY_BYTES_MAX);
        Range.require("http.max-inflated-body", inflatedBodyBytesMax, 1 << 10, BODY_BYTES_MAX);
        Range.require("http.max-headers", headerBytesMax, 1 << 10, HEADER_BYTES_MAX);
        Range.require("http.max-connections", connectionsMax, 1, CONNECTIONS_MAX);
        Range.require("http.json-depth", jsonDepthMax, 4, JSON_DEPTH_MAX);
    }

    /** The number of event loops on a machine: as configured, else half the processors, at least 1. */
    public int loopsFor(int processors) {
        return loops > 0 ? loops : Math.max(1, processors / 2);
    }
}
