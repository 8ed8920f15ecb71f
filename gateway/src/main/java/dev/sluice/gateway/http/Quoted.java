package dev.sluice.gateway.http;

/**
 * Text of a client, made fit for a message: at most 64 characters, printable ones only.
 *
 * <p>Threading: stateless.
 */
final class Quoted {
    private static final int LENGTH_MAX = 64;

    private Quoted() {}

    static String of(String text) {
        StringBuilder out = new StringBuilder(Math.min(text.length(), LENGTH_MAX) + 1);
        for (int i = 0; i < text.length() && i < LENGTH_MAX; i++) {
            char c = text.charAt(i);
            out.append(c < ' ' || c == 0x7f ? '?' : c);
        }
        return text.length() > LENGTH_MAX ? out.append('…').toString() : out.toString();
    }
}
