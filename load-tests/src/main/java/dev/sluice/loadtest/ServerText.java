package dev.sluice.loadtest;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Text that a server has sent, made fit for a message: a terminal, a log and a report must not be driven by whoever is measured.
 *
 * <p>Threading: stateless.
 */
public final class ServerText {
    private static final int LENGTH_MAX = 300;

    private ServerText() {}

    /**
     * The text on one line: control, format and line characters are blanks, half characters are replaced, and it ends after 300
     * characters.
     */
    public static String line(@Nullable String text) {
        if (text == null) {
            return "nothing";
        }
        StringBuilder line = new StringBuilder(Math.min(text.length(), LENGTH_MAX));
        for (int i = 0; i < text.length(); ) {
            int point = text.codePointAt(i);
            i += Character.charCount(point);
            int shown = shown(point);
            if (line.length() + Character.charCount(shown) > LENGTH_MAX) {
                break;
            }
            line.appendCodePoint(shown);
        }
        return line.toString();
    }

    /** The same of bytes that should be UTF-8. */
    public static String line(byte[] text) {
        return line(new String(text, 0, Math.min(text.length, 4 * LENGTH_MAX), StandardCharsets.UTF_8));
    }

    private static int shown(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> ' ';
            case Character.SURROGATE -> 0xFFFD;
            default -> point;
        };
    }
}
