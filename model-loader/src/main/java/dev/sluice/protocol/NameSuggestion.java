package dev.sluice.protocol;

import java.util.Collection;

/**
 * The known name that a misspelt one was probably meant to be.
 *
 * <p>Threading: stateless.
 *
 * @see "V. Levenshtein, Binary codes capable of correcting deletions, insertions and reversals, 1966"
 */
final class NameSuggestion {
    private static final int CHARS_MAX = 64;
    private static final int NAMES_MAX = 1000;

    private NameSuggestion() {}

    /**
     * "; did you mean 'age'?" for the nearest name within a third of the letters, else nothing. Looks at the first thousand
     * names, none longer than 64 characters.
     */
    static String hint(String unknown, Collection<String> names) {
        if (unknown.length() > CHARS_MAX) {
            return "";
        }
        int nearest = Math.max(1, unknown.length() / 3) + 1;
        String best = "";
        int looked = 0;
        for (String name : names) {
            if (looked++ == NAMES_MAX) {
                break;
            }
            if (name.length() <= CHARS_MAX) {
                int distance = distance(unknown, name);
                if (distance < nearest) {
                    nearest = distance;
                    best = name;
                }
            }
        }
        return best.isEmpty() ? "" : "; did you mean " + ClientText.quote(best) + "?";
    }

    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        int[] current = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                boolean same = Character.toLowerCase(a.charAt(i - 1)) == Character.toLowerCase(b.charAt(j - 1));
                int replaced = previous[j - 1] + (same ? 0 : 1);
                current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
            }
            int[] swap = previous;
            previous = current;
            current = swap;
        }
        return previous[b.length()];
    }
}
