package io.tailrace.tools.history;

import io.tailrace.node.shard.History;
import io.tailrace.tools.output.TimeText;
import io.tailrace.wire.record.HexText;
import io.tailrace.wire.record.QueueIndex;
import java.io.PrintStream;

/** A line for the shard, and a line for each of its histories. */
final class LineageText {
    private final TimeText times = new TimeText();

    void print(Lineage lineage, PrintStream out) {
        out.println("# " + lineage.log() + ": shard " + lineage.opening().shard() + " of "
                + lineage.opening().shardCount() + ", " + lineage.records() + " records, the log holds "
                + QueueIndex.toString(lineage.firstIndex()) + " to " + QueueIndex.toString(lineage.lastIndex()));
        for (int i = 0; i < lineage.terms().size(); i++) {
            History.Term term = lineage.terms().get(i);
            String end = i == lineage.terms().size() - 1
                    ? ", at " + QueueIndex.toString(lineage.lastIndex()) + " " + HexText.of(lineage.lastChain())
                            + " since " + times.of(lineage.lastMicros())
                    : "";
            out.println(term.term() + " " + term.id() + " " + QueueIndex.toString(term.firstIndex()) + " "
                    + (term.beganMicros() == 0 ? "-" : times.of(term.beganMicros())) + " " + lineage.records(i)
                    + " records, " + before(term) + end);
        }
    }

    private static String before(History.Term term) {
        return term.previousIndex() == QueueIndex.NONE
                ? "is the first"
                : "follows " + QueueIndex.toString(term.previousIndex()) + " " + HexText.of(term.previousChain());
    }
}
