package io.tailrace.tools.info;

import io.tailrace.node.shard.History;
import io.tailrace.snapshot.SnapshotFile;
import io.tailrace.tools.output.TimeText;
import io.tailrace.wire.record.HexText;
import io.tailrace.wire.record.QueueIndex;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;

/** Lines for people. */
public final class InfoText {
    private final PrintWriter out;
    private final TimeText times = new TimeText();

    public InfoText(PrintWriter out) {
        this.out = out;
    }

    public void print(DirectoryInfo info) {
        String role = info.primary() == null
                ? "role not known"
                : info.primary().isEmpty() ? "a primary" : "a replica of " + info.primary();
        out.println(info.directory() + ": " + role + ", node " + (info.nodeId() == null ? "not known" : info.nodeId())
                + ", " + info.shards().size() + (info.shards().size() == 1 ? " shard" : " shards"));
        line("running", running(info.pid()));
        if (info.lastStop() != null) {
            line("last run", lastStop(info.lastStop()));
        }
        if (info.refusal() != null) {
            line("problem", info.refusal());
        }
        info.shards().forEach(this::print);
        info.torn().forEach(torn -> out.println(torn.text()));
        out.flush();
    }

    private static String running(Long pid) {
        if (pid == null) {
            return "not known on this system";
        }
        if (pid == RunningNode.NONE) {
            return "no";
        }
        return pid == RunningNode.HIDDEN ? "yes, in another container" : "pid " + pid;
    }

    private String lastStop(LastStop stop) {
        String time = times.of(stop.micros());
        return switch (stop.run()) {
            case NONE -> "unknown";
            case IN_ORDER -> "stopped cleanly at " + time;
            case NOT_STARTED -> "interrupted during its start, which began at " + time;
            case CRASHED -> "did not stop cleanly; it had served since " + time;
        };
    }

    private void print(ShardFacts shard) {
        out.println(
                "shard " + shard.shard() + ": " + (shard.generation() == null ? "no generation" : shard.generation()));
        if (shard.problem() != null) {
            line("problem", shard.problem());
        }
        if (shard.lineage() != null) {
            printLog(shard);
        }
        for (int i = 0; i < shard.segments().size(); i++) {
            ShardFacts.Segment segment = shard.segments().get(i);
            line(
                    "segment",
                    String.format(
                            Locale.ROOT,
                            "%s from %s, %d records, %d bytes, since %s",
                            segment.file().getFileName(),
                            QueueIndex.toString(segment.index()),
                            shard.records(i),
                            segment.bytes(),
                            times.of(segment.openedMicros())));
        }
        shard.snapshots().forEach(this::print);
        for (Path kept : shard.kept()) {
            line("kept", kept + ", yours to look at and to delete");
        }
    }

    private void printLog(ShardFacts shard) {
        line(
                "log",
                shard.lineage().records() + " records in all, "
                        + QueueIndex.toString(shard.lineage().firstIndex())
                        + " to " + QueueIndex.toString(shard.lineage().lastIndex()) + " are here, the last one of "
                        + times.of(shard.lineage().lastMicros()) + ", chain "
                        + HexText.of(shard.lineage().lastChain()));
        for (int i = 0; i < shard.lineage().terms().size(); i++) {
            History.Term term = shard.lineage().terms().get(i);
            line(
                    "history",
                    term.id() + " of term " + term.term() + " from " + QueueIndex.toString(term.firstIndex()) + ", "
                            + shard.lineage().records(i) + " records");
        }
        line(
                "start",
                "redoes " + shard.redo() + " records"
                        + (shard.isInOrder() ? "; the newest snapshot holds all, as after a stop in order" : ""));
    }

    private void print(SnapshotFile snapshot) {
        line(
                "snapshot",
                snapshot.isValid()
                        ? snapshot.path().getFileName() + " from "
                                + QueueIndex.toString(snapshot.beginIndex()) + " to "
                                + QueueIndex.toString(snapshot.trailer().endIndex()) + ", "
                                + snapshot.trailer().entryCount() + " keys, "
                                + snapshot.trailer().fileLength() + " bytes, of "
                                + times.of(snapshot.header().createdMicros())
                        : snapshot.problem());
    }

    private void line(String name, String value) {
        out.println("  " + name + " ".repeat(Math.max(1, 10 - name.length())) + value);
    }
}
