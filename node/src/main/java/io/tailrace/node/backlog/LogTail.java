package io.tailrace.node.backlog;

import io.tailrace.wire.record.EffectCursor;
import io.tailrace.wire.record.RecordView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * What a log holds after its good part: what of it can still be read. Used by one thread, while no queue
 * has the log open.
 */
public final class LogTail {

    /** Takes the records that can be read and are as they were written, in their order. */
    @FunctionalInterface
    public interface Reader {
        void record(RecordView record) throws IOException;
    }

    private final LogCheck check;
    private final EffectCursor cursor = new EffectCursor();
    private long readable;
    private long doubtful;
    private long commands;
    private long firstMicros;
    private long lastMicros;
    private long bytes;

    private LogTail(LogCheck check) {
        this.check = check;
    }

    /** Looks at everything after the good part; the reader gets what can be read. */
    public static LogTail of(LogCheck check, Reader reader) throws IOException {
        LogTail rest = new LogTail(check);
        rest.read(reader);
        return rest;
    }

    private void read(Reader reader) throws IOException {
        long chain = check.lastChain();
        long from = check.cutPosition();
        for (Path file : check.cutFiles()) {
            try (SegmentSalvage salvage = new SegmentSalvage(file, from, chain)) {
                for (RecordView record = salvage.next(); record != null; record = salvage.next()) {
                    count(record, salvage.isSound());
                    if (salvage.isSound() && record.hasEffects()) {
                        reader.record(record);
                    }
                }
                chain = salvage.claimedChain();
            }
            from = 0;
        }
    }

    private void count(RecordView record, boolean isSound) {
        bytes += record.length();
        if (!isSound) {
            doubtful++;
            return;
        }
        readable++;
        if (record.hasEffects()) {
            commands += cursor.wrap(record).left();
        }
        firstMicros = firstMicros == 0 ? record.commitMicros() : firstMicros;
        lastMicros = record.commitMicros();
    }

    /** Whether there is nothing, not even bytes of a record that was being written. */
    public boolean isEmpty() {
        return check.cutFiles().isEmpty();
    }

    /** Segment files that hold any of it. */
    public List<Path> files() {
        return check.cutFiles();
    }

    /** Records that can be read and follow the one before them. */
    public long readable() {
        return readable;
    }

    /** Records of which it is not sure that they are as they were written. */
    public long doubtful() {
        return doubtful;
    }

    /** Commands in the readable ones. */
    public long commands() {
        return commands;
    }

    /** Commit time of the first readable one, epoch microseconds, or 0. */
    public long firstMicros() {
        return firstMicros;
    }

    /** Commit time of the last readable one. */
    public long lastMicros() {
        return lastMicros;
    }

    /** Bytes of all records found. */
    public long bytes() {
        return bytes;
    }
}
