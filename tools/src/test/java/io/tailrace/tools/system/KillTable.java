package io.tailrace.tools.system;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What was found after each kill, by fault point. */
final class KillTable {
    private static final String HEAD = String.format(
            Locale.ROOT,
            "%n%-28s %5s %20s %5s %9s %10s %22s%n",
            "fault point",
            "kills",
            "acknowledged checked",
            "lost",
            "invented",
            "full syncs",
            "restart ms, median/max");

    private static final class Row {
        private int kills;
        private long checked;
        private int lost;
        private int invented;
        private long fullSyncs;
        private final List<Long> restartMs = new ArrayList<>();
    }

    private final Map<String, Row> rows = new LinkedHashMap<>();
    private final Row sum = new Row();

    void add(String point, long checked, MixedLoad.Difference found, long fullSyncs, long restartMs) {
        for (Row row : List.of(rows.computeIfAbsent(point, name -> new Row()), sum)) {
            row.kills++;
            row.checked += checked;
            row.lost += found.lost();
            row.invented += found.invented();
            row.fullSyncs += fullSyncs;
            row.restartMs.add(restartMs);
        }
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(HEAD);
        rows.forEach((point, row) -> text.append(line(point, row)));
        return text.append(line("in all", sum)).toString();
    }

    private static String line(String point, Row row) {
        List<Long> millis = row.restartMs.stream().sorted().toList();
        String restart = millis.isEmpty() ? "-" : millis.get(millis.size() / 2) + " / " + millis.get(millis.size() - 1);
        return String.format(
                Locale.ROOT,
                "%-28s %5d %20d %5d %9d %10d %22s%n",
                point,
                row.kills,
                row.checked,
                row.lost,
                row.invented,
                row.fullSyncs,
                restart);
    }
}
