package dev.sluice.settings;

import java.util.Collection;
import java.util.Optional;

/**
 * The word that somebody probably meant.
 *
 * <p>Threading: stateless.
 *
 * @see "Optimal string alignment distance: Levenshtein's edits and the swap of two neighbours, each once"
 */
public final class NearestWord {
    private NearestWord() {}

    /** The candidate nearest to {@code word} within a third of its length (at least 1 edit); the first of equally near ones. */
    public static Optional<String> of(String word, Collection<String> candidates) {
        int bestDistance = Math.max(1, word.length() / 3) + 1;
        Optional<String> best = Optional.empty();
        for (String candidate : candidates) {
            if (Math.abs(candidate.length() - word.length()) < bestDistance) {
                int distance = distance(word, candidate);
                if (distance < bestDistance) {
                    bestDistance = distance;
                    best = Optional.of(candidate);
                }
            }
        }
        return best;
    }

    /** Edits between two words; O(product of their lengths). */
    static int distance(String a, String b) {
        int[][] edits = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    edits[i][j] = i + j;
                    continue;
                }
                int replace = edits[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                edits[i][j] = Math.min(replace, 1 + Math.min(edits[i - 1][j], edits[i][j - 1]));
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) {
                    edits[i][j] = Math.min(edits[i][j], edits[i - 2][j - 2] + 1);
                }
            }
        }
        return edits[a.length()][b.length()];
    }
}
