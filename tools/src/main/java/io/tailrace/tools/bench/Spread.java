package io.tailrace.tools.bench;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A value over the rounds: its median, the least and the most. NaN where it is not known.
 *
 * @param values of the rounds, in their order
 */
record Spread(double median, double least, double most, double[] values) {
    static Spread of(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
        boolean isKnown = Arrays.stream(values).noneMatch(Double::isNaN);
        return isKnown
                ? new Spread(median, sorted[0], sorted[sorted.length - 1], values)
                : new Spread(Double.NaN, Double.NaN, Double.NaN, values);
    }

    static <T> Spread of(List<T> rounds, ToDoubleFunction<T> value) {
        return of(rounds.stream().mapToDouble(value).toArray());
    }

    /** Of this to another, pair by pair of the same round. */
    Spread over(Spread other) {
        double[] ratios = new double[values.length];
        Arrays.setAll(ratios, i -> values[i] / other.values[i]);
        return of(ratios);
    }

    @Override
    public String toString() {
        return Double.isNaN(median)
                ? "not known"
                : Numbers.of(median) + " (" + Numbers.of(least) + " to " + Numbers.of(most) + ")";
    }
}
