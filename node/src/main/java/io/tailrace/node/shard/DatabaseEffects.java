package io.tailrace.node.shard;

import io.tailrace.wire.record.Effect;
import io.tailrace.wire.record.RecordBuilder;

/** The effects on whole databases. Owned by the shard's reactor thread; a part of its {@link Transaction}. */
public final class DatabaseEffects {
    private final EffectLog log;
    private final RecordBuilder record;
    private final SelectedDatabase selected;
    private final ChangedKeys changed;
    private final Watches watches;

    DatabaseEffects(EffectLog log, SelectedDatabase selected, ChangedKeys changed, Watches watches) {
        this.log = log;
        this.record = log.record();
        this.selected = selected;
        this.changed = changed;
        this.watches = watches;
    }

    /** Removes every key of every database. */
    public void flushAll() {
        if (selected.databases().keys() == 0) {
            return;
        }
        log.askForAll(0);
        record.command(1);
        record.argument(Effect.FLUSHALL.name());
        watches.removeAll(selected.databases());
        selected.databases().clear();
        changed.removeAll();
    }

    /** Removes every key of the selected database. */
    public void flush() {
        if (selected.store().keys() == 0) {
            // nothing changes, and there may be no store to empty
            return;
        }
        log.ask(0, 0, 0, false);
        record.command(1);
        record.argument(Effect.FLUSHDB.name());
        watches.removeAll(selected.number(), selected.databases());
        selected.store().clear();
        changed.removeAll();
    }

    /** Lets two databases change their contents. */
    public void swap(int one, int other) {
        if (one == other) {
            return;
        }
        log.askForAll(2 * EffectLog.ARGUMENT_ROOM);
        record.command(3);
        record.argument(Effect.SWAPDB.name());
        record.argumentLong(one);
        record.argumentLong(other);
        watches.swap(one, other, selected.databases(), selected.nowEpochMs());
        selected.databases().swap(one, other);
        changed.swap(one, other);
        selected.swapped();
    }
}
