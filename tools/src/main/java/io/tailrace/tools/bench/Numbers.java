package io.tailrace.tools.bench;

import java.util.Locale;

/** How numbers are written for people. */
final class Numbers {
    private Numbers() {}

    static String grouped(double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }

    /** Without a point where it has no fraction: 50, 99.9. */
    static String percentile(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    /** Two digits after the point where that says something. */
    static String of(double value) {
        if (Double.isNaN(value)) {
            return "not known";
        }
        return value >= 1_000
                ? grouped(value)
                : value >= 100 ? String.format(Locale.ROOT, "%.0f", value) : String.format(Locale.ROOT, "%.2f", value);
    }
}
