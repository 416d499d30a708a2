package io.tailrace.tools.dump;

import io.tailrace.node.backlog.RecordPlace;
import io.tailrace.tools.output.ByteOutput;
import io.tailrace.tools.output.JsonText;
import io.tailrace.tools.output.TimeText;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.record.EffectCursor;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.resp.Arguments;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts what logs hold: records, bytes, commands, which keys are written most, and how many records a second. Memory is bounded,
 * whatever the log. One thread.
 */
final class LogStats implements RecordSink {
    private static final int SHOWN_KEYS = 10;
    private static final int BAR = 40;

    /** How often a command comes, and the bytes of its arguments. */
    private static final class Count {
        private long commands;
        private long bytes;
    }

    private final RecordFilter filter;
    private final EffectCursor cursor = new EffectCursor();
    private final Map<String, Count> commands = new TreeMap<>();
    private final FrequentKeys keys = new FrequentKeys();
    private final RateChart rates = new RateChart();
    private long records;
    private long bytes;
    private long segments;
    private long transactions;
    private long parts;
    private long damaged;
    private long firstMicros;
    private long lastMicros;

    LogStats(RecordFilter filter) {
        this.filter = filter;
    }

    @Override
    public boolean accept(RecordPlace place, RecordView record, String fault) {
        damaged += fault == null ? 0 : 1;
        boolean isLeftOut = place.isOpening() && !filter.takesSegments();
        if (isLeftOut || record.problem() != null || !filter.takes(place.opening()) || !filter.takesAny(record)) {
            return false;
        }
        firstMicros = records == 0 ? record.commitMicros() : Math.min(firstMicros, record.commitMicros());
        lastMicros = records == 0 ? record.commitMicros() : Math.max(lastMicros, record.commitMicros());
        records++;
        bytes += record.length();
        rates.count(record.commitMicros());
        if (place.isOpening()) {
            segments++;
            return true;
        }
        cursor.wrap(record);
        transactions += cursor.left() > 1 ? 1 : 0;
        parts += record.isPart() ? 1 : 0;
        while (cursor.next()) {
            count(cursor.arguments());
        }
        return true;
    }

    private void count(Arguments command) {
        if (!filter.takes(command)) {
            return;
        }
        Effect effect = Effect.of(command);
        Count count = commands.computeIfAbsent(effect == null ? "(unknown)" : effect.name(), name -> new Count());
        count.commands++;
        for (int i = 0; i < command.count(); i++) {
            count.bytes += command.length(i);
        }
        if (effect != null && command.count() > 1) {
            keys.count(command.address(1), command.length(1));
        }
    }

    @Override
    public void end() {}

    void print(ByteOutput out, DumpFormat format) throws IOException {
        if (format == DumpFormat.JSON) {
            printJson(out);
        } else {
            printText(out);
        }
    }

    private void printText(ByteOutput out) throws IOException {
        TimeText times = new TimeText();
        out.text(line(
                "records %,d in %,d segments, %,d bytes; %,d of them with several commands",
                records, segments, bytes, transactions));
        if (damaged > 0) {
            out.text(line("damaged %,d", damaged));
        }
        if (parts > 0) {
            out.text(line("parts of transactions over several shards %,d", parts));
        }
        if (records == 0) {
            return;
        }
        out.text(line("times   %s to %s", times.of(firstMicros), times.of(lastMicros)));
        for (Map.Entry<String, Count> command : commands.entrySet()) {
            out.text(line(
                    "%-10s %,12d commands %,16d bytes",
                    command.getKey(), command.getValue().commands, command.getValue().bytes));
        }
        List<FrequentKeys.Key> top = keys.top(SHOWN_KEYS);
        if (!top.isEmpty()) {
            out.text("keys written most" + (keys.isExact() ? "" : ", each at least so often") + "\n");
        }
        for (FrequentKeys.Key key : top) {
            out.text(line("  %,12d  %s", key.count(), key.text()));
        }
        List<RateChart.Slot> slots = rates.slots();
        double most =
                slots.stream().mapToDouble(RateChart.Slot::perSecond).max().orElse(1);
        out.text("records per second, each line " + rates.slotText() + "\n");
        for (RateChart.Slot slot : slots) {
            String bar = "#".repeat((int) Math.ceil(BAR * slot.perSecond() / most));
            out.text(line("  %s %,14.1f  %s", times.of(slot.beginMicros()).substring(0, 19), slot.perSecond(), bar)
                    .replaceAll(" +\n", "\n"));
        }
    }

    private static String line(String format, Object... values) {
        return String.format(Locale.ROOT, format, values) + "\n";
    }

    private void printJson(ByteOutput out) throws IOException {
        JsonText json = new JsonText(out);
        TimeText times = new TimeText();
        json.name("records", true);
        out.number(records);
        member(json, out, "segments", segments);
        member(json, out, "bytes", bytes);
        member(json, out, "transactions", transactions);
        if (parts > 0) {
            member(json, out, "parts", parts);
        }
        member(json, out, "damaged", damaged);
        json.name("first_time", false);
        json.string(records == 0 ? null : times.of(firstMicros));
        json.name("last_time", false);
        json.string(records == 0 ? null : times.of(lastMicros));
        String separator = "";
        json.name("commands", false);
        out.write('{');
        for (Map.Entry<String, Count> command : commands.entrySet()) {
            out.ascii(separator + "\"" + command.getKey() + "\":");
            json.name("commands", true);
            out.number(command.getValue().commands);
            member(json, out, "bytes", command.getValue().bytes);
            out.write('}');
            separator = ",";
        }
        out.write('}');
        printKeys(json, out);
        printRates(json, out, times);
        out.ascii("}\n");
    }

    private void printKeys(JsonText json, ByteOutput out) throws IOException {
        json.name("keys_exact", false);
        out.ascii(Boolean.toString(keys.isExact()));
        json.name("keys", false);
        out.write('[');
        String separator = "";
        for (FrequentKeys.Key key : keys.top(SHOWN_KEYS)) {
            out.ascii(separator);
            json.name("key", true);
            json.string(key.text());
            member(json, out, "commands", key.count());
            out.write('}');
            separator = ",";
        }
        out.write(']');
    }

    private void printRates(JsonText json, ByteOutput out, TimeText times) throws IOException {
        json.name("rates", false);
        out.write('[');
        String separator = "";
        for (RateChart.Slot slot : rates.slots()) {
            out.ascii(separator);
            json.name("time", true);
            json.string(times.of(slot.beginMicros()));
            json.name("per_second", false);
            out.ascii(String.format(Locale.ROOT, "%.3f", slot.perSecond()));
            out.write('}');
            separator = ",";
        }
        out.write(']');
    }

    private static void member(JsonText json, ByteOutput out, String name, long value) throws IOException {
        json.name(name, false);
        out.number(value);
    }
}
