package io.tailrace.tools.dump;

import io.tailrace.node.backlog.ChainCheck;
import io.tailrace.node.backlog.RecordPlace;
import io.tailrace.tools.output.ByteOutput;
import io.tailrace.tools.output.TimeText;
import io.tailrace.wire.record.HexText;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import java.io.IOException;

/** Sums one log up, which another class checks: {@code --verify}. */
final class LogSummary implements RecordSink {
    private final LogLocation location;
    private final ChainCheck check;
    private final ByteOutput out;
    private final TimeText times = new TimeText();
    private long records;
    private long faults;
    private long segments;
    private long commands;
    private long firstIndex;
    private long lastIndex;
    private long firstMicros;
    private long lastMicros;

    LogSummary(LogLocation location, ChainCheck check, ByteOutput out) {
        this.location = location;
        this.check = check;
        this.out = out;
    }

    @Override
    public boolean accept(RecordPlace place, RecordView record, String fault) throws IOException {
        if (fault != null) {
            faults++;
            out.text(place.place() + ": " + fault + "\n");
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

    @Override
    public void end() throws IOException {
        if (records == 0) {
            out.text(location + ": no records\n");
            return;
        }
        String verdict = faults == 0 ? "good" : "damaged, " + faults + " records are not good";
        out.text(location + ": " + verdict + ": " + records + " records with " + commands + " commands in " + segments
                + " segments, " + QueueIndex.toString(firstIndex) + " to " + QueueIndex.toString(lastIndex) + ", "
                + times.of(firstMicros) + " to " + times.of(lastMicros) + ", chain " + HexText.of(check.chain())
                + ", record count " + check.recordCount() + "\n");
    }
}
