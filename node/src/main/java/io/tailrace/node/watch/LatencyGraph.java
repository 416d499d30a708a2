package io.tailrace.node.watch;

import java.util.Arrays;
import java.util.List;

/** A kind of events as columns of characters, as Redis draws it. Stateless. */
public final class LatencyGraph {
    private static final int COLUMNS = 80;
    private static final int ROWS = 4;
    private static final String CHARACTERS = "_o#";
    private static final int STEPS = CHARACTERS.length() * ROWS;

    private LatencyGraph() {}

    /** Lines of the graph, under a line that tells what it is of. */
    public static String of(LatencyEvents.Series series, long nowSeconds) {
        List<LatencyEvents.Sample> samples = series.samples();
        long most =
                samples.stream().mapToLong(LatencyEvents.Sample::tookMs).max().orElse(0);
        long least =
                samples.stream().mapToLong(LatencyEvents.Sample::tookMs).min().orElse(0);
        StringBuilder text = new StringBuilder(series.event() + " - high " + most + " ms, low " + least
                + " ms (all time high " + series.most() + " ms)\n" + "-".repeat(COLUMNS) + "\n");
        for (int from = 0; from < samples.size(); from += COLUMNS) {
            if (from > 0) {
                text.append('\n');
            }
            draw(text, samples.subList(from, Math.min(samples.size(), from + COLUMNS)), least, most, nowSeconds);
        }
        return text.toString();
    }

    private static void draw(
            StringBuilder text, List<LatencyEvents.Sample> samples, long least, long most, long nowSeconds) {
        long range = most == least ? 1 : most - least;
        for (int row = 0; row < ROWS; row++) {
            char[] line = blank(samples.size());
            for (int i = 0; i < line.length; i++) {
                long step = Math.min(STEPS - 1, (samples.get(i).tookMs() - least) * STEPS / range);
                long at = step - (long) (ROWS - row - 1) * CHARACTERS.length();
                if (at >= 0) {
                    line[i] = at < CHARACTERS.length() ? CHARACTERS.charAt((int) at) : '|';
                }
            }
            text.append(line).append('\n');
        }
        text.append(blank(samples.size())).append('\n');
        List<String> ages = samples.stream()
                .map(sample -> age(nowSeconds - sample.seconds()))
                .toList();
        int longest = ages.stream().mapToInt(String::length).max().orElse(0);
        for (int row = 0; row < longest; row++) {
            char[] line = blank(ages.size());
            for (int i = 0; i < line.length; i++) {
                line[i] = row < ages.get(i).length() ? ages.get(i).charAt(row) : ' ';
            }
            text.append(line).append('\n');
        }
    }

    private static char[] blank(int length) {
        char[] line = new char[length];
        Arrays.fill(line, ' ');
        return line;
    }

    private static String age(long seconds) {
        if (seconds < 60) {
            return seconds + "s";
        }
        if (seconds < 3_600) {
            return seconds / 60 + "m";
        }
        return seconds < 86_400 ? seconds / 3_600 + "h" : seconds / 86_400 + "d";
    }
}
