package io.tailrace.node.shard;

import io.tailrace.node.store.Databases;
import io.tailrace.node.store.Store;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.record.EffectCursor;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.resp.Arguments;

/**
 * Touches the entries of the keys of a record's next effects, before the first of them is applied: the processor then waits for memory
 * once and not for each. Changes nothing, and decides nothing. Owned by whoever applies.
 */
final class EffectsAhead {
    /** Effects that are looked at together. */
    static final int GROUP = 16;

    private final EffectCursor cursor = new EffectCursor();
    private final long[] hashes = new long[GROUP];
    private int database;

    /** Unused results of touching memory. */
    private long seen;

    /** Before the first effect of a record. */
    void begin(RecordView record) {
        cursor.wrap(record);
        database = 0;
    }

    /** Before each {@link #GROUP} effects of it. */
    void look(Databases databases) {
        int count = 0;
        for (int i = 0; i < GROUP && cursor.next(); i++) {
            Arguments arguments = cursor.arguments();
            Effect effect = Effect.of(arguments);
            if (effect == Effect.SELECT) {
                touch(databases, count);
                count = 0;
                database = (int) arguments.parseLong(1);
            } else if (effect != null && effect.key() != 0) {
                hashes[count++] = Store.hash(arguments.address(effect.key()), arguments.length(effect.key()));
            }
        }
        touch(databases, count);
    }

    private void touch(Databases databases, int count) {
        if (count > 1) {
            seen += databases.of(database).touch(hashes, count);
        }
    }
}
