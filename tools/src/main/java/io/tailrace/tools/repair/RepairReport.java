package io.tailrace.tools.repair;

import io.tailrace.node.backlog.LogCheck;
import io.tailrace.node.backlog.LogFault;
import io.tailrace.node.backlog.LogTail;
import io.tailrace.node.repair.RepairPlan;
import io.tailrace.node.repair.RepairPlan.Remedy;
import io.tailrace.snapshot.SnapshotFile;
import io.tailrace.wire.record.HexText;
import io.tailrace.wire.record.QueueIndex;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The lines about one shard, for the operator who has to decide. */
public final class RepairReport {
    private final PrintWriter out;
    private final int shard;
    private final RepairPlan plan;

    public RepairReport(PrintWriter out, int shard, RepairPlan plan) {
        this.out = out;
        this.shard = shard;
        this.plan = plan;
    }

    /** What there is and what is wrong. */
    public void state() {
        LogCheck check = plan.check();
        if (plan.remedy() == Remedy.GOOD) {
            out.println("shard " + shard + ": the log is good, " + check.records() + " records"
                    + (check.records() == 0 ? "" : ", " + text(check.firstIndex()) + " to " + text(check.lastIndex())));
            if (!check.isEndClean()) {
                line("note", "a record was being written after the last one; the next start drops what there is of it");
            }
            problems();
            return;
        }
        LogFault fault = plan.fault();
        out.println("shard " + shard + ": the log is damaged");
        line("file", fault.file().toString());
        line("record", text(fault.index()));
        line("byte", Long.toString(fault.position()));
        line("problem", fault.problem());
        line(
                "last good",
                check.records() == 0
                        ? "none"
                        : text(check.lastIndex()) + " of " + time(check.lastMicros()) + ", chain "
                                + HexText.of(check.lastChain()));
        problems();
        if (plan.remedy() == Remedy.CUT) {
            line("lost", lost());
            for (SnapshotFile file : plan.snapshotsAhead()) {
                line(
                        "lost",
                        file.path() + ", which holds records up to "
                                + text(file.trailer().endIndex()));
            }
        } else {
            line(
                    "lost",
                    "no data: " + plan.base().path() + " and the log from " + plan.firstKept()
                            + ":0 on hold all; replicas that are behind " + plan.firstKept() + ":0 need a full sync");
        }
    }

    private void problems() {
        for (String problem : plan.snapshotProblems()) {
            line("snapshot", problem + " (a start uses an older one)");
        }
    }

    private String lost() {
        LogTail rest = plan.rest();
        String readable = rest.readable() == 0
                ? "none of them can be read"
                : rest.readable() + " of them can still be read, with " + rest.commands() + " commands, "
                        + time(rest.firstMicros()) + " to " + time(rest.lastMicros());
        return "all records from " + text(plan.fault().index()) + " on: " + readable
                + (rest.doubtful() == 0 ? "" : ", " + rest.doubtful() + " can't be trusted");
    }

    /** What --yes would do. */
    public void offer(Path directory) {
        line("remedy", remedy() + " " + plan.aside());
        out.println("shard " + shard + ": nothing was changed; 'tailrace repair " + directory + " --shard " + shard
                + " --yes' does this");
    }

    private String remedy() {
        return plan.remedy() == Remedy.CUT
                ? "cut the log after " + text(plan.check().lastIndex()) + "; what is cut goes to"
                : "take the segments before " + plan.firstKept() + ":0 out of the log; they go to";
    }

    /** What was done. */
    public void done(Path aside) {
        boolean isCut = plan.remedy() == Remedy.CUT;
        line(
                "done",
                isCut
                        ? "the log ends with " + text(plan.check().lastIndex()) + " now"
                        : "the log begins with " + plan.firstKept() + ":0 now");
        line(
                "kept",
                aside + ": the segments as they were"
                        + (isCut && plan.rest().commands() > 0
                                ? ", and readable.resp with the writes that can be read, for redis-cli --pipe"
                                : ""));
        if (isCut) {
            line(
                    "note",
                    "a replica that has records after " + text(plan.check().lastIndex())
                            + " will refuse to follow this node: rather promote it, and let this node follow");
        }
    }

    /** Why it can't be done. */
    public void hopeless() {
        out.println("shard " + shard + ": nothing was changed: what is good begins at "
                + text(plan.check().firstIndex())
                + ", and there is no whole snapshot to begin with; bring one back into"
                + " the snapshots directory, or move the data directory away and sync from another node");
    }

    private void line(String name, String value) {
        out.println("  " + name + " ".repeat(Math.max(1, 11 - name.length())) + value);
    }

    private static String text(long index) {
        return QueueIndex.toString(index);
    }

    private static String time(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString();
    }
}
