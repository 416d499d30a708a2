package io.tailrace.tools.bench;

import io.tailrace.tools.bench.BenchResult.Figure;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/** Results as a table for people: the median of the rounds, and the least and the most. For one thread. */
public final class BenchText {
    private static final double MICRO = 1e3;

    private final PrintWriter out;

    public BenchText(PrintWriter out) {
        this.out = out;
    }

    /** One case: a column for each server, and for two the ratio of the first to the other, round by round. */
    public void print(List<BenchResult> results) {
        BenchResult first = results.get(0);
        boolean isCompared = results.size() == 2;
        List<String[]> rows = new ArrayList<>();
        rows.add(row(
                first.of().title(),
                results,
                result -> result.target() + " " + result.server(),
                isCompared ? "ratio" : ""));
        for (Figure figure : Figure.values()) {
            String ratio = isCompared
                    ? first.spread(figure).over(results.get(1).spread(figure)).toString()
                    : "";
            rows.add(
                    row(figure.title(), results, result -> result.spread(figure).toString(), ratio));
        }
        if (results.stream().anyMatch(result -> result.lag() != null)) {
            rows.add(row("lag of its replica, µs", results, BenchText::lag, ""));
        }
        write(rows);
        for (BenchResult result : results) {
            if (result.errors() > 0) {
                out.println(result.target() + " replied with " + result.errors() + " errors, the first: "
                        + result.firstError());
            }
            if (result.spread(Figure.CLIENT).median()
                    > result.spread(Figure.PROCESS).median()) {
                out.println("this client takes more of the processor for a request than " + result.target()
                        + " does: where both share it, the throughput is the client's");
            }
        }
        out.println();
        out.flush();
    }

    private static String lag(BenchResult result) {
        Histogram lag = result.lag();
        return lag == null
                ? ""
                : "p50 " + Numbers.of(lag.getValueAtPercentile(50) / MICRO) + ", p99 "
                        + Numbers.of(lag.getValueAtPercentile(99) / MICRO) + ", most "
                        + Numbers.of(lag.getMaxValue() / MICRO);
    }

    private interface Cell {
        String of(BenchResult result);
    }

    private static String[] row(String name, List<BenchResult> results, Cell cell, String ratio) {
        List<String> cells = new ArrayList<>(List.of(name));
        results.forEach(result -> cells.add(cell.of(result)));
        cells.add(ratio);
        return cells.toArray(new String[0]);
    }

    private void write(List<String[]> rows) {
        int columns = rows.get(0).length;
        int[] widths = new int[columns];
        for (String[] row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                line.append(row[i]).append(" ".repeat(widths[i] - row[i].length() + 3));
            }
            out.println(line.toString().stripTrailing());
        }
    }
}
