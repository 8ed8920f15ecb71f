package dev.sluice.gateway.events;

import java.nio.charset.StandardCharsets;

/**
 * Attribute values as values of HTTP headers: a space, a quote, a percent sign and all that is not printable ASCII are
 * percent-encoded, so that no value can end its header.
 *
 * <p>Threading: stateless.
 *
 * @see "CloudEvents HTTP protocol binding 1.0.2, section 3.1.3.2"
 */
final class HeaderValues {
    private static final String HEX = "0123456789ABCDEF";

    private HeaderValues() {}

    static String encode(String value) {
        if (value.chars().allMatch(HeaderValues::isPlain)) {
            return value;
        }
        StringBuilder encoded = new StringBuilder(value.length() + 16);
        for (byte each : value.getBytes(StandardCharsets.UTF_8)) {
            if (isPlain(each)) {
                encoded.append((char) each);
            } else {
                encoded.append('%').append(HEX.charAt((each >> 4) & 15)).append(HEX.charAt(each & 15));
            }
        }
        return encoded.toString();
    }

    private static boolean isPlain(int character) {
        return character > ' ' && character <= '~' && character != '"' && character != '%';
    }
}
