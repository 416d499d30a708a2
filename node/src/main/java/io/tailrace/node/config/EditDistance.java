package io.tailrace.node.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** Levenshtein's distance, for "did you mean". */
public final class EditDistance {

    private static final int FEW = 2;
    private static final int PART = 3;

    private EditDistance() {}

    /** {@code ; did you mean 'candidate'?} with the nearest one, or nothing where none is near: a wrong guess misleads. */
    public static String suggestion(String name, Collection<String> candidates) {
        String lower = name.toLowerCase(Locale.ROOT);
        int most = Math.max(FEW, lower.length() / PART);
        return candidates.stream()
                .filter(candidate -> between(lower, candidate) <= most)
                .min(Comparator.comparingInt(candidate -> between(lower, candidate)))
                .map(candidate -> "; did you mean '" + candidate + "'?")
                .orElse("");
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
