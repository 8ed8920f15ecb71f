package dev.sluice.loader.runtime.onnx;

import java.nio.file.Path;

/**
 * Text out of a model or of a file's name as it may appear in a message: in quotes, short, and on one line.
 *
 * <p>Threading: stateless.
 */
final class Shown {
    private static final int CHARS_MAX = 120;

    private Shown() {}

    /** In single quotes, at most 120 characters, whatever does not print as a backslash, u and four hex digits. */
    static String quoted(String text) {
        StringBuilder out = new StringBuilder(Math.min(text.length(), CHARS_MAX) + 2).append('\'');
        for (int i = 0; i < Math.min(text.length(), CHARS_MAX); i++) {
            char c = text.charAt(i);
            if (printable(c)) {
                out.append(c);
            } else {
                out.append(String.format("\\u%04x", (int) c));
            }
        }
        return out.append(text.length() > CHARS_MAX ? "…'" : "'").toString();
    }

    /** The file's own name, without where it lies. */
    static String quoted(Path file) {
        return quoted(String.valueOf(file.getFileName()));
    }

    /** True when a character neither breaks a line nor steers a terminal nor turns the direction of the text. */
    static boolean printable(char c) {
        int type = Character.getType(c);
        return type != Character.CONTROL
                && type != Character.FORMAT
                && type != Character.LINE_SEPARATOR
                && type != Character.PARAGRAPH_SEPARATOR
                && type != Character.SURROGATE
                && type != Character.UNASSIGNED;
    }
}
