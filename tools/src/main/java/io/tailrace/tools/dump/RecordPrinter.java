package io.tailrace.tools.dump;

import io.tailrace.node.backlog.BacklogInspector;
import io.tailrace.wire.record.EffectCursor;
import io.tailrace.wire.record.RecordView;
import java.io.IOException;
import java.util.function.Consumer;

/** Prints records, or the commands of them that a filter passes. */
final class RecordPrinter implements RecordSink {
    private final RecordFormat format;
    private final KeyFilter keys;
    private final Consumer<String> notices;
    private final EffectCursor cursor = new EffectCursor();

    /** @param keys null for all commands */
    RecordPrinter(RecordFormat format, KeyFilter keys, Consumer<String> notices) {
        this.format = format;
        this.keys = keys;
        this.notices = notices;
    }

    @Override
    public boolean accept(BacklogInspector log, RecordView record) throws IOException, DumpException {
        if (log.gap() != null) {
            notices.accept(log.gap().text());
        }
        String problem = record.problem();
        if (problem != null) {
            throw new DumpException(log.place() + ": " + problem);
        }
        if (!record.hasEffects() && log.isOpening()) {
            if (keys == null) {
                format.segment(log.index(), record, log.opening());
            }
            return keys == null && format.showsSegments();
        }
        boolean isPrinted = printCommands(log, record);
        if (cursor.isMalformed()) {
            throw new DumpException(log.place() + ": " + cursor.problem());
        }
        return isPrinted;
    }

    private boolean printCommands(BacklogInspector log, RecordView record) throws IOException {
        boolean isBegun = false;
        cursor.wrap(record);
        for (int number = 1; cursor.next(); number++) {
            if (keys == null || keys.passes(cursor.arguments())) {
                if (!isBegun) {
                    format.begin(log.index(), record, log.opening());
                    isBegun = true;
                }
                format.command(number, cursor.arguments());
            }
        }
        if (isBegun) {
            format.end();
        }
        return isBegun;
    }

    @Override
    public void end() {}
}
