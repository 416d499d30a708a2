package io.tailrace.tools.dump;

import io.tailrace.node.backlog.BacklogInspector;
import io.tailrace.wire.record.Chain;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.record.EffectCursor;
import io.tailrace.wire.record.HexText;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordLayout;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.record.SegmentRecord;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * Recomputes the chain of one log from its first record on, which must open a segment, and checks that every segment
 * continues the one before it, that nothing is missing, and that every effect is one a node can apply.
 */
final class LogVerifier implements RecordSink {
    private final LogLocation location;
    private final ByteOutput out;
    private final Consumer<String> notices;
    private final EffectCursor cursor = new EffectCursor();
    private final TimeText times = new TimeText();
    private SegmentRecord segment;
    private long chain;
    private long dense;
    private long records;
    private long segments;
    private long commands;
    private long firstIndex;
    private long lastIndex;
    private long firstMicros;
    private long lastMicros;

    LogVerifier(LogLocation location, ByteOutput out, Consumer<String> notices) {
        this.location = location;
        this.out = out;
        this.notices = notices;
    }

    @Override
    public boolean accept(BacklogInspector log, RecordView record) throws DumpException {
        String fault = record.problem();
        fault = fault == null ? faultOfPlace(log, record) : fault;
        fault = fault == null ? faultOfChain(record) : fault;
        fault = fault == null && !log.isOpening() ? faultOfCommands(record) : fault;
        if (fault != null) {
            throw new DumpException(log.place() + ": " + fault);
        }
        if (records == 0) {
            firstIndex = log.index();
            firstMicros = record.commitMicros();
        }
        lastIndex = log.index();
        lastMicros = record.commitMicros();
        records++;
        dense++;
        return true;
    }

    private String faultOfPlace(BacklogInspector log, RecordView record) {
        if (!log.isOpening()) {
            return record.kind() == RecordLayout.KIND_EFFECT ? null : "a segment record that opens no segment";
        }
        SegmentRecord next = log.opening();
        boolean isContinued = segment != null && log.gap() == null;
        String fault = null;
        if (log.gap() != null && !log.gap().isRetention()) {
            fault = "records are missing: " + log.gap().text();
        } else if (log.gap() != null) {
            notices.accept(log.gap().text());
        }
        if (fault == null && isContinued) {
            fault = faultOfSegment(next);
        }
        if (!isContinued) {
            chain = next.previousChain();
            dense = next.denseCount();
        }
        segment = next;
        segments++;
        return fault;
    }

    private String faultOfSegment(SegmentRecord next) {
        String origin = next.previousHistory() == null ? next.history() : next.previousHistory();
        if (next.previousChain() != chain) {
            return "it continues chain " + HexText.of(next.previousChain()) + ", but the record before it has "
                    + HexText.of(chain);
        }
        if (next.denseCount() != dense) {
            return "it counts " + next.denseCount() + " records before it, but there are " + dense;
        }
        if (!origin.equals(segment.history())) {
            return "it continues history " + origin + ", but the segment before it is of " + segment.history();
        }
        if (next.term() < segment.term()) {
            return "its term " + next.term() + " is below the term " + segment.term() + " before it";
        }
        if (next.shard() != segment.shard() || next.shardCount() != segment.shardCount()) {
            return "it is of shard " + next.shard() + " of " + next.shardCount() + ", the segment before it of "
                    + segment.shard() + " of " + segment.shardCount();
        }
        return null;
    }

    private String faultOfChain(RecordView record) {
        long previous = chain;
        chain = Chain.next(previous, record.address(), record.length());
        return chain == record.chain()
                ? null
                : "its chain is " + HexText.of(record.chain()) + ", but its bytes after chain " + HexText.of(previous)
                        + " make " + HexText.of(chain);
    }

    private String faultOfCommands(RecordView record) {
        cursor.wrap(record);
        while (cursor.next()) {
            if (Effect.of(cursor.arguments()) == null) {
                return "'" + cursor.arguments().ascii(0) + "' with "
                        + cursor.arguments().count() + " arguments is no known effect";
            }
            commands++;
        }
        return cursor.problem();
    }

    @Override
    public void end() throws IOException {
        if (records == 0) {
            out.text(location + ": no records\n");
            return;
        }
        out.text(location + ": good: " + records + " records with " + commands + " commands in " + segments
                + " segments, " + QueueIndex.toString(firstIndex) + " to " + QueueIndex.toString(lastIndex) + ", "
                + times.of(firstMicros) + " to " + times.of(lastMicros) + ", chain " + HexText.of(chain) + ", dense "
                + dense + "\n");
    }
}
