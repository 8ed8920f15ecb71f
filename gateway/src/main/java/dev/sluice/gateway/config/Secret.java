package dev.sluice.gateway.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * A text that is never printed.
 *
 * <p>Threading: immutable.
 *
 * @param value the text itself
 */
public record Secret(String value) {
    /** Whether that is the text; takes as long for a wrong one as for the right one. */
    public boolean is(String other) {
        return MessageDigest.isEqual(value.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "[redacted]";
    }
}
