package io.tailrace.node.report;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** INFO's text as it grows: sections, and fields of the form {@code name:value}. For one thread. */
final class InfoText {
    private static final String UNITS = "KMGTP";

    private final StringBuilder text = new StringBuilder();

    InfoText section(String title) {
        text.append(text.length() == 0 ? "# " : "\r\n# ").append(title).append("\r\n");
        return this;
    }

    InfoText field(String name, Object value) {
        text.append(name).append(':').append(value).append("\r\n");
        return this;
    }

    InfoText flag(String name, boolean value) {
        return field(name, value ? 1 : 0);
    }

    InfoText decimal(String name, double value) {
        return field(name, String.format(Locale.ROOT, "%.2f", value));
    }

    InfoText percent(String name, double value) {
        return field(name, String.format(Locale.ROOT, "%.2f%%", value));
    }

    /** Bytes as a number, and once more as people read it, in {@code name_human}. */
    InfoText bytes(String name, long bytes) {
        return field(name, bytes).field(name + "_human", human(bytes));
    }

    @Override
    public String toString() {
        return text.toString();
    }

    /** The fields of such a text, in its order. */
    static Map<String, String> fields(String info) {
        Map<String, String> fields = new LinkedHashMap<>();
        info.lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1));
            }
        });
        return fields;
    }

    /** As Redis's bytesToHuman. */
    static String human(long bytes) {
        if (bytes < 1024) {
            return bytes + "B";
        }
        double amount = bytes / 1024.0;
        int unit = 0;
        while (amount >= 1024 && unit < UNITS.length() - 1) {
            amount /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%.2f%c", amount, UNITS.charAt(unit));
    }
}
