package io.tailrace.tools.dump;

import io.tailrace.tools.output.Progress;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** How far all logs together have come, whether that is enough, and whether anything was not good. */
final class DumpProgress {
    private final BooleanSupplier isStopped;
    private final RecordFormat format;
    private final boolean isAnnouncing;
    private final Progress terminal;
    private final Supplier<String> state = this::state;
    private long left;
    private LogLocation current;
    private boolean isDamaged;
    private LogLocation reached;
    private long index;
    private long records;

    /**
     * @param limit how many records may count
     * @param format announces the log when it changes, if there are several
     */
    DumpProgress(long limit, BooleanSupplier isStopped, RecordFormat format, boolean isAnnouncing, Progress terminal) {
        this.left = limit;
        this.isStopped = isStopped;
        this.format = format;
        this.isAnnouncing = isAnnouncing;
        this.terminal = terminal;
    }

    boolean isOver() {
        return left == 0 || isStopped.getAsBoolean();
    }

    /** A record was looked at, whether it is printed or not. */
    void passed(LogLocation log, long at) {
        reached = log;
        index = at;
        records++;
        terminal.step(state);
    }

    private String state() {
        return reached + ": " + records + " records, at " + QueueIndex.toString(index);
    }

    void in(LogLocation log) throws IOException {
        if (isAnnouncing && log != current) {
            current = log;
            format.source(log);
        }
    }

    void count(boolean isCounted) {
        left -= isCounted ? 1 : 0;
    }

    void damaged() {
        isDamaged = true;
    }

    boolean isDamaged() {
        return isDamaged;
    }
}
