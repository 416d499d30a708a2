package io.tailrace.tools.dump;

import java.io.IOException;
import java.util.function.BooleanSupplier;

/** How far all logs together have come, whether that is enough, and whether anything was not good. */
final class DumpProgress {
    private final BooleanSupplier isStopped;
    private final RecordFormat format;
    private final boolean isAnnouncing;
    private long left;
    private LogLocation current;
    private boolean isDamaged;

    /**
     * @param limit how many records may count
     * @param format announces the log when it changes, if there are several
     */
    DumpProgress(long limit, BooleanSupplier isStopped, RecordFormat format, boolean isAnnouncing) {
        this.left = limit;
        this.isStopped = isStopped;
        this.format = format;
        this.isAnnouncing = isAnnouncing;
    }

    boolean isOver() {
        return left == 0 || isStopped.getAsBoolean();
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
