package io.tailrace.tools.dump;

import io.tailrace.node.backlog.ChainCheck;
import io.tailrace.node.backlog.RecordPlace;
import io.tailrace.tools.output.ByteOutput;
import io.tailrace.tools.output.JsonText;
import io.tailrace.tools.output.TimeText;
import io.tailrace.wire.record.HexText;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import java.io.IOException;

/** Sums one log up, which another class checks: {@code --verify}. A line, or an object. */
final class LogSummary implements RecordSink {
    private final LogLocation location;
    private final ChainCheck check;
    private final ByteOutput out;
    private final boolean isJson;
    private final TimeText times = new TimeText();
    private long records;
    private long faults;
    private long segments;
    private long commands;
    private long firstIndex;
    private long lastIndex;
    private long firstMicros;
    private long lastMicros;

    LogSummary(LogLocation location, ChainCheck check, ByteOutput out, boolean isJson) {
        this.isJson = isJson;
        this.location = location;
        this.check = check;
        this.out = out;
    }

    @Override
    public boolean accept(RecordPlace place, RecordView record, String fault) throws IOException {
        if (fault != null) {
            faults++;
            fault(place.place() + ": " + fault, out, isJson);
            if (record.problem() != null) {
                return true;
            }
        }
        if (records == 0) {
            firstIndex = place.index();
            firstMicros = record.commitMicros();
        }
        lastIndex = place.index();
        lastMicros = record.commitMicros();
        records++;
        segments += place.isOpening() ? 1 : 0;
        commands += check.commands();
        return true;
    }

    /** A line of its own, or an object. */
    static void fault(String text, ByteOutput out, boolean isJson) throws IOException {
        if (isJson) {
            JsonText json = new JsonText(out);
            json.name("damaged", true);
            json.string(text);
            out.ascii("}\n");
        } else {
            out.text(text + "\n");
        }
    }

    private void json() throws IOException {
        JsonText json = new JsonText(out);
        json.name("log", true);
        json.string(location.toString());
        json.name("good", false);
        out.ascii(Boolean.toString(faults == 0));
        number(json, "records", records);
        number(json, "not_good", faults);
        number(json, "commands", commands);
        number(json, "segments", segments);
        text(json, "first", QueueIndex.toString(firstIndex));
        text(json, "last", QueueIndex.toString(lastIndex));
        text(json, "first_time", times.of(firstMicros));
        text(json, "last_time", times.of(lastMicros));
        text(json, "chain", HexText.of(check.chain()));
        number(json, "record_count", check.recordCount());
        out.ascii("}\n");
    }

    private void number(JsonText json, String name, long value) throws IOException {
        json.name(name, false);
        out.number(value);
    }

    /** Null where there is no record that it could be of. */
    private void text(JsonText json, String name, String value) throws IOException {
        json.name(name, false);
        json.string(records == 0 ? null : value);
    }

    @Override
    public void end() throws IOException {
        if (isJson) {
            json();
            return;
        }
        if (records == 0) {
            out.text(location + ": no records\n");
            return;
        }
        String verdict = faults == 0 ? "good" : "damaged, " + faults + " bad records";
        out.text(location + ": " + verdict + ": " + records + " records with " + commands + " commands in " + segments
                + " segments, " + QueueIndex.toString(firstIndex) + " to " + QueueIndex.toString(lastIndex) + ", "
                + times.of(firstMicros) + " to " + times.of(lastMicros) + ", chain " + HexText.of(check.chain())
                + ", record count " + check.recordCount() + "\n");
    }
}
