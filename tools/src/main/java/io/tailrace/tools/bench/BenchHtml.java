package io.tailrace.tools.bench;

import io.tailrace.tools.bench.BenchResult.Figure;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** Results as one page that needs nothing else: tables, and plots of the rounds and of the percentiles as SVG. Stateless. */
public final class BenchHtml {
    private static final String[] COLOURS = {"#1565c0", "#c62828"};
    private static final int WIDTH = 560;
    private static final int HEIGHT = 260;
    private static final int LEFT = 70;
    private static final int BOTTOM = 30;
    private static final int TOP = 24;
    private static final double MICRO = 1e3;

    /** As one minus the share: each is a tenth of the one before. */
    private static final int DECADES = 5;

    private static final String STYLE =
            "body{font:14px/1.4 system-ui,sans-serif;margin:2em;max-width:1250px;color:#222}"
                    + "pre{background:#f6f6f6;padding:1em;overflow:auto}figure{display:inline-block;margin:0 1em 1em 0}"
                    + "text{font:11px system-ui,sans-serif;fill:#333}";

    private BenchHtml() {}

    /** Results by case, and of each by server. */
    public static String of(List<List<BenchResult>> cases, String command) {
        StringBuilder page = new StringBuilder("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
                .append("<title>tailrace bench</title><style>")
                .append(STYLE)
                .append("</style></head><body>\n<h1>tailrace bench</h1>\n<pre>")
                .append(escaped(command))
                .append("</pre>\n");
        for (List<BenchResult> results : cases) {
            page.append("<h2>")
                    .append(escaped(results.get(0).of().title()))
                    .append("</h2>\n<pre>")
                    .append(escaped(table(results)))
                    .append("</pre>\n");
            percentiles(page, results);
            rounds(page, results, Figure.PROCESS);
            rounds(page, results, Figure.RATE);
        }
        return page.append("</body></html>\n").toString();
    }

    private static String table(List<BenchResult> results) {
        StringWriter text = new StringWriter();
        new BenchText(new PrintWriter(text)).print(results);
        return text.toString().stripTrailing();
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static double percentileAt(double decade) {
        return 100 * (1 - Math.pow(10, -decade));
    }

    /** Latency by percentile, both logarithmic. */
    private static void percentiles(StringBuilder page, List<BenchResult> results) {
        double least = Double.MAX_VALUE;
        double most = 1;
        for (BenchResult result : results) {
            Histogram times = result.times();
            least = Math.min(least, Math.max(1, times.getMinValue() / MICRO));
            most = Math.max(most, times.getMaxValue() / MICRO);
        }
        double low = Math.floor(Math.log10(least));
        double high = Math.max(low + 1, Math.ceil(Math.log10(most)));
        open(page, "latency by percentile, µs", results);
        for (int decade = 0; decade <= DECADES; decade++) {
            double x = x(decade / (double) DECADES);
            line(page, x, TOP, x, HEIGHT - BOTTOM);
            text(
                    page,
                    x,
                    HEIGHT - BOTTOM + 16,
                    "middle",
                    Numbers.percentile(Math.round(percentileAt(decade) * 1e4) / 1e4));
        }
        for (double power = low; power <= high; power++) {
            double y = y((power - low) / (high - low));
            line(page, LEFT, y, WIDTH - 10, y);
            text(page, LEFT - 6, y + 4, "end", Numbers.grouped(Math.pow(10, power)));
        }
        for (int i = 0; i < results.size(); i++) {
            Histogram times = results.get(i).times();
            StringBuilder points = new StringBuilder();
            for (double decade = 0; decade <= DECADES; decade += 0.05) {
                double micros = Math.max(1, times.getValueAtPercentile(percentileAt(decade)) / MICRO);
                points.append(number(x(decade / DECADES)))
                        .append(',')
                        .append(number(y((Math.log10(micros) - low) / (high - low))))
                        .append(' ');
            }
            polyline(page, points, i);
        }
        page.append("</svg></figure>\n");
    }

    /** A value of each round, from zero on. */
    private static void rounds(StringBuilder page, List<BenchResult> results, Figure figure) {
        double most = results.stream()
                .mapToDouble(result -> result.spread(figure).most())
                .max()
                .orElse(0);
        if (!(most > 0)) {
            return;
        }
        open(page, figure.title() + ", by round", results);
        for (int step = 0; step <= 4; step++) {
            double y = y(step / 4.0);
            line(page, LEFT, y, WIDTH - 10, y);
            text(page, LEFT - 6, y + 4, "end", Numbers.of(most * step / 4));
        }
        for (int i = 0; i < results.size(); i++) {
            double[] values = results.get(i).spread(figure).values();
            StringBuilder points = new StringBuilder();
            for (int round = 0; round < values.length; round++) {
                double x = x(values.length == 1 ? 0.5 : round / (double) (values.length - 1));
                double y = y(values[round] / most);
                points.append(number(x)).append(',').append(number(y)).append(' ');
                page.append("<circle cx=\"")
                        .append(number(x))
                        .append("\" cy=\"")
                        .append(number(y));
                page.append("\" r=\"3\" fill=\"").append(COLOURS[i]).append("\"/>");
            }
            polyline(page, points, i);
        }
        page.append("</svg></figure>\n");
    }

    private static void open(StringBuilder page, String title, List<BenchResult> results) {
        page.append("<figure><svg width=\"" + WIDTH + "\" height=\"" + HEIGHT + "\" role=\"img\">");
        text(page, LEFT, 14, "start", title);
        for (int i = 0; i < results.size(); i++) {
            BenchResult result = results.get(i);
            page.append("<text x=\"" + (WIDTH - 10) + "\" y=\"" + (14 + 14 * i)
                            + "\" text-anchor=\"end\" style=\"fill:")
                    .append(COLOURS[i])
                    .append("\">")
                    .append(escaped(result.target() + " " + result.server()))
                    .append("</text>");
        }
    }

    private static double x(double share) {
        return LEFT + share * (WIDTH - 10 - LEFT);
    }

    private static double y(double share) {
        return HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP - 16);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private static void line(StringBuilder page, double x1, double y1, double x2, double y2) {
        page.append("<line x1=\"")
                .append(number(x1))
                .append("\" y1=\"")
                .append(number(y1))
                .append("\" x2=\"");
        page.append(number(x2)).append("\" y2=\"").append(number(y2)).append("\" stroke=\"#ddd\"/>");
    }

    private static void text(StringBuilder page, double x, double y, String anchor, String text) {
        page.append("<text x=\"")
                .append(number(x))
                .append("\" y=\"")
                .append(number(y))
                .append("\" text-anchor=\"");
        page.append(anchor).append("\">").append(escaped(text)).append("</text>");
    }

    private static void polyline(StringBuilder page, StringBuilder points, int series) {
        page.append("<polyline fill=\"none\" stroke-width=\"1.5\" stroke=\"").append(COLOURS[series]);
        page.append("\" points=\"").append(points).append("\"/>");
    }
}
