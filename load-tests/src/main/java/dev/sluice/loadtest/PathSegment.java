package dev.sluice.loadtest;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * One segment of a URL path with everything but unreserved characters percent-encoded.
 *
 * <p>Threading: stateless.
 *
 * @see "RFC 3986, section 3.3"
 */
final class PathSegment {
    private PathSegment() {}

    static String encode(String text) {
        // The form encoding differs from a path's in the blank only.
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
