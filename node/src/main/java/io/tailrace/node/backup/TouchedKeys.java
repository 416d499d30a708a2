package io.tailrace.node.backup;

import io.tailrace.node.store.DatabasePlaces;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.record.EffectCursor;
import io.tailrace.wire.record.EntryImage;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.resp.Arguments;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;

/**
 * The keys that a stretch of the log touches, of which a snapshot's entry is not the last word. Where a database was emptied or swapped
 * that is all of them. Memory follows the log, not the data. One thread.
 */
final class TouchedKeys {
    /** A key of the database in a place. */
    private record Key(int place, ByteBuffer bytes) {}

    private final DatabasePlaces places;
    private final Set<Key> keys = new HashSet<>();
    private final EffectCursor cursor = new EffectCursor();
    private boolean isAll;

    /** @param places as they are where the stretch begins */
    TouchedKeys(DatabasePlaces places) {
        this.places = places;
    }

    void add(RecordView record) {
        int selected = 0;
        cursor.wrap(record);
        while (cursor.next()) {
            Arguments arguments = cursor.arguments();
            Effect effect = Effect.of(arguments);
            if (effect == Effect.SELECT) {
                selected = (int) arguments.parseLong(1);
            } else if (effect == Effect.FLUSHALL || effect == Effect.FLUSHDB || effect == Effect.SWAPDB) {
                isAll = true;
                keys.clear();
            } else if (effect != null && effect != Effect.FUNCTION && !isAll) {
                int target = effect.database(arguments, selected);
                add(places.placeOf(selected), arguments, effect.key());
                add(places.placeOf(target), arguments, effect.key());
                add(places.placeOf(target), arguments, effect.secondKey());
                add(places.placeOf(selected), arguments, effect.sourceKey());
            }
        }
    }

    private void add(int place, Arguments arguments, int i) {
        if (i != 0) {
            keys.add(new Key(place, ByteBuffer.wrap(arguments.bytes(i))));
        }
    }

    boolean contains(EntryImage entry) {
        return isAll
                || !keys.isEmpty()
                        && keys.contains(new Key(
                                entry.place(), ByteBuffer.wrap(Memory.toBytes(entry.keyAddress(), entry.keyLength()))));
    }
}
