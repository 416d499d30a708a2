package io.tailrace.tools.dump;

import io.tailrace.node.backlog.BacklogInspector;
import io.tailrace.wire.record.ChainVerifier;
import io.tailrace.wire.record.EffectCheck;
import io.tailrace.wire.record.HexText;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
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
    private final ChainVerifier verifier = new ChainVerifier();
    private final EffectCheck effects = new EffectCheck();
    private final TimeText times = new TimeText();
    private long records;
    private long segments;
    private long commands;
    private long firstIndex;
    private long firstMicros;

    LogVerifier(LogLocation location, ByteOutput out, Consumer<String> notices) {
        this.location = location;
        this.out = out;
        this.notices = notices;
    }

    @Override
    public boolean accept(BacklogInspector log, RecordView record) throws DumpException {
        String fault = faultOfGap(log);
        fault = fault == null ? verifier.next(log.index(), record) : fault;
        fault = fault == null && record.hasEffects() ? effects.problem(record) : fault;
        if (fault != null) {
            throw new DumpException(log.place() + ": " + fault);
        }
        if (records == 0) {
            firstIndex = log.index();
            firstMicros = record.commitMicros();
        }
        records++;
        commands += record.hasEffects() ? record.commandCount() : 0;
        segments += log.isOpening() ? 1 : 0;
        return true;
    }

    private String faultOfGap(BacklogInspector log) {
        if (log.gap() == null) {
            return null;
        }
        if (!log.gap().isRetention()) {
            return "records are missing: " + log.gap().text();
        }
        notices.accept(log.gap().text());
        verifier.startAtOpening();
        return null;
    }

    @Override
    public void end() throws IOException {
        if (records == 0) {
            out.text(location + ": no records\n");
            return;
        }
        out.text(location + ": good: " + records + " records with " + commands + " commands in " + segments
                + " segments, " + QueueIndex.toString(firstIndex) + " to " + QueueIndex.toString(verifier.index())
                + ", "
                + times.of(firstMicros) + " to " + times.of(verifier.commitMicros()) + ", chain "
                + HexText.of(verifier.chain()) + ", dense "
                + verifier.denseCount() + "\n");
    }
}
