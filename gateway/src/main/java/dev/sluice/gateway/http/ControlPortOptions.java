package dev.sluice.gateway.http;

import dev.sluice.gateway.config.Secret;
import java.time.Duration;
import java.util.Optional;

/**
 * Limits and address of the control port.
 *
 * <p>Threading: immutable.
 *
 * @param host address to listen on
 * @param port in [0, 65535]; 0 = any free one
 * @param headerBytesMax most bytes of a request's headers
 * @param bodyTimeout most time from the head of a request to the last byte of its body
 * @param token what callers must show; empty = nothing, and then only callers of this machine are heard
 */
public record ControlPortOptions(
        String host, int port, int headerBytesMax, Duration bodyTimeout, Optional<Secret> token) {}
