package dev.sluice.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Iterator;

/**
 * Text of a client as it may appear in an error message: quoted, short and printable.
 *
 * <p>Threading: stateless.
 */
final class ClientText {
    private static final int CHARS_MAX = 64;
    private static final int NAMES_MAX = 10;

    private ClientText() {}

    /** In single quotes, at most 64 characters, everything unprintable as a backslash, u and four hex digits. */
    static String quote(String text) {
        StringBuilder out = new StringBuilder(text.length() + 2).append('\'');
        append(text, out);
        return out.append('\'').toString();
    }

    /** As {@link #quote(String)}, of UTF-8 bytes; ill-formed ones appear as replacement characters. */
    static String quote(byte[] bytes, int from, int to) {
        return quote(decode(bytes, from, to));
    }

    /** As {@link #quote(byte[], int, int)} without the quotes. */
    static String plain(byte[] bytes, int from, int to) {
        StringBuilder out = new StringBuilder();
        append(decode(bytes, from, to), out);
        return out.toString();
    }

    /** The first ten names in quotes, and how many more there are. */
    static String list(Collection<String> names) {
        StringBuilder out = new StringBuilder();
        Iterator<String> rest = names.iterator();
        for (int i = 0; i < NAMES_MAX && rest.hasNext(); i++) {
            out.append(i == 0 ? "" : ", ").append(quote(rest.next()));
        }
        if (names.size() > NAMES_MAX) {
            out.append(" and ").append(names.size() - NAMES_MAX).append(" more");
        }
        return out.toString();
    }

    private static String decode(byte[] bytes, int from, int to) {
        // Four bytes a character is the most that UTF-8 needs; one more shows that text was cut.
        return new String(bytes, from, Math.min(to - from, 4 * CHARS_MAX + 4), StandardCharsets.UTF_8);
    }

    private static void append(String text, StringBuilder out) {
        int shown = 0;
        for (int i = 0; i < text.length(); shown++) {
            if (shown == CHARS_MAX) {
                out.append('…');
                return;
            }
            int codePoint = text.codePointAt(i);
            i += Character.charCount(codePoint);
            if (isPrintable(codePoint)) {
                out.appendCodePoint(codePoint);
            } else {
                for (char unit : Character.toChars(codePoint)) {
                    out.append("\\u").append(Character.forDigit(unit >> 12, 16));
                    out.append(Character.forDigit((unit >> 8) & 15, 16));
                    out.append(Character.forDigit((unit >> 4) & 15, 16));
                    out.append(Character.forDigit(unit & 15, 16));
                }
            }
        }
    }

    private static boolean isPrintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
