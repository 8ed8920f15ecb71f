package dev.sluice.gateway.http;

import java.util.HexFormat;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * W3C trace context of one request: the caller's trace, and this server's own span in it.
 *
 * <p>Threading: immutable.
 *
 * @param traceId 32 lower-case hex digits
 * @param parentSpanId 16 lower-case hex digits of the caller's span
 * @param spanId 16 lower-case hex digits of this server's span
 * @param flags two hex digits, passed on as they came
 * @see "W3C Trace Context, Recommendation 2021-11-23, section 3.2 (traceparent)"
 */
record TraceContext(String traceId, String parentSpanId, String spanId, String flags) {
    static final String HEADER = "traceparent";

    private static final int LENGTH_V0 = 55;

    /** The trace of a {@code traceparent} header, or null when there is none or it is not well-formed. */
    static @Nullable TraceContext parse(@Nullable String header, RandomGenerator random) {
        if (header == null || header.length() < LENGTH_V0) {
            return null;
        }
        boolean separated = header.charAt(2) == '-' && header.charAt(35) == '-' && header.charAt(52) == '-';
        boolean version0 = header.startsWith("00");
        boolean length =
                version0 ? header.length() == LENGTH_V0 : header.length() == LENGTH_V0 || header.charAt(55) == '-';
        if (!separated || !length || header.startsWith("ff") || !isHex(header, 0, 2)) {
            return null;
        }
        if (!isHex(header, 3, 35) || !isHex(header, 36, 52) || !isHex(header, 53, 55)) {
            return null;
        }
        String traceId = header.substring(3, 35);
        String parent = header.substring(36, 52);
        if (isZero(traceId) || isZero(parent)) {
            return null;
        }
        long span;
        do {
            span = random.nextLong();
        } while (span == 0);
        return new TraceContext(traceId, parent, HexFormat.of().toHexDigits(span), header.substring(53, 55));
    }

    /** What is sent on: the same trace with this server's span as the parent. */
    String toHeader() {
        return "00-" + traceId + "-" + spanId + "-" + flags;
    }

    private static boolean isHex(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) {
                return false;
            }
        }
        return true;
    }

    private static boolean isZero(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) != '0') {
                return false;
            }
        }
        return true;
    }
}
