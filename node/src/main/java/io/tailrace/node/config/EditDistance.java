package io.tailrace.node.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** Levenshtein's distance, for "did you mean". */
public final class EditDistance {

    private EditDistance() {}

    /** The candidate with the least distance to {@code name}, which is compared in lower case; there must be one. */
    public static String nearest(String name, Collection<String> candidates) {
        String lower = name.toLowerCase(Locale.ROOT);
        return candidates.stream()
                .min(Comparator.comparingInt(candidate -> between(lower, candidate)))
                .orElseThrow();
    }

    static int between(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
