package dev.sluice.settings;

import java.util.ArrayList;
import java.util.List;

/**
 * Dotted key paths; a segment that holds a dot is quoted: {@code models."resnet.v2".device}.
 *
 * <p>Threading: stateless.
 */
final class KeyPath {
    private KeyPath() {}

    /** {@code prefix.segment}, or the segment alone after an empty prefix. */
    static String join(String prefix, String segment) {
        boolean plain = !segment.isEmpty() && segment.indexOf('.') < 0 && segment.indexOf('"') < 0;
        String shown = plain ? segment : '"' + segment + '"';
        return prefix.isEmpty() ? shown : prefix + "." + shown;
    }

    /**
     * The segments of a path.
     *
     * @return an empty list when a segment is empty or a quote is left open
     */
    static List<String> split(String path) {
        List<String> segments = new ArrayList<>();
        int from = 0;
        while (from <= path.length()) {
            int end;
            String segment;
            if (from < path.length() && path.charAt(from) == '"') {
                int close = path.indexOf('"', from + 1);
                end = close + 1;
                if (close < 0 || (end < path.length() && path.charAt(end) != '.')) {
                    return List.of();
                }
                segment = path.substring(from + 1, close);
            } else {
                int dot = path.indexOf('.', from);
                end = dot < 0 ? path.length() : dot;
                segment = path.substring(from, end);
            }
            if (segment.isEmpty()) {
                return List.of();
            }
            segments.add(segment);
            from = end + 1;
        }
        return segments;
    }
}
