package io.tailrace.node.report;

import java.util.Locale;

/** Numbers as people read them at a glance, at most 7 characters. Stateless. */
public final class Units {
    private static final String SPARKS = " ▁▂▃▄▅▆▇█";

    private Units() {}

    public static String bytes(long bytes) {
        return bytes < 0 ? "-" : scaled(bytes, 1_024, " KMGT", "B");
    }

    /** 12.3k. */
    public static String count(double count) {
        return count < 0 ? "-" : scaled(count, 1_000, " kMGT", "");
    }

    private static String scaled(double value, int step, String prefixes, String unit) {
        int i = 0;
        double left = value;
        while (left >= step && i < prefixes.length() - 1) {
            left /= step;
            i++;
        }
        if (i == 0) {
            return String.format(Locale.ROOT, "%.0f%s", left, unit);
        }
        return String.format(
                Locale.ROOT, left < 10 ? "%.2f%c" : left < 100 ? "%.1f%c" : "%.0f%c", left, prefixes.charAt(i));
    }

    public static String micros(long micros) {
        if (micros < 0) {
            return "-";
        }
        if (micros < 1_000) {
            return micros + "us";
        }
        if (micros < 1_000_000) {
            return String.format(Locale.ROOT, micros < 10_000 ? "%.1fms" : "%.0fms", micros / 1e3);
        }
        return seconds(micros / 1_000_000);
    }

    public static String seconds(long seconds) {
        if (seconds < 0) {
            return "-";
        }
        if (seconds < 120) {
            return seconds + "s";
        }
        if (seconds < 7_200) {
            return seconds / 60 + "min";
        }
        return seconds < 172_800 ? seconds / 3_600 + "h" : seconds / 86_400 + "d";
    }

    /**
     * A bar for each value, the last ones; what is not known is a blank.
     *
     * @param isPlain with ASCII only
     */
    public static String sparkline(long[] values, int count, int width, boolean isPlain) {
        String bars = isPlain ? " .:-=+*#@" : SPARKS;
        int from = Math.max(0, count - width);
        long most = 1;
        for (int i = from; i < count; i++) {
            most = Math.max(most, values[i]);
        }
        StringBuilder line = new StringBuilder();
        for (int i = from; i < count; i++) {
            int bar = values[i] < 0 ? 0 : 1 + (int) ((bars.length() - 2) * values[i] / most);
            line.append(bars.charAt(bar));
        }
        while (line.length() < width) {
            line.insert(0, ' ');
        }
        return line.toString();
    }
}
