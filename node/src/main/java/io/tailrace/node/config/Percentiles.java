package io.tailrace.node.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Percentiles that INFO reports for each command's times, in the order in which they were set; may be none. Immutable. */
public record Percentiles(List<Double> values) {
    private static final double MAX_PERCENTILE = 100;

    static Percentiles parse(String text) {
        List<Double> values = new ArrayList<>();
        for (String each : text.trim().split("\\s+")) {
            if (each.matches("[+-]?\\d*\\.?\\d+([eE][+-]?\\d+)?")) {
                values.add(within(Double.parseDouble(each)));
            } else if (!each.isEmpty() || values.size() > 0) {
                throw new IllegalArgumentException(each);
            }
        }
        return new Percentiles(List.copyOf(values));
    }

    private static double within(double value) {
        if (value < 0 || value > MAX_PERCENTILE) {
            throw new IllegalArgumentException(Double.toString(value));
        }
        return value;
    }

    /** As Redis writes one: six digits after the point, without zeroes at the end. */
    public static String text(double value) {
        return String.format(Locale.ROOT, "%f", value).replaceAll("\\.?0+$", "");
    }

    @Override
    public String toString() {
        return String.join(" ", values.stream().map(Percentiles::text).toList());
    }
}
