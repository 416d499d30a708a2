package io.tailrace.node.shard;

import io.tailrace.node.store.Store;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.record.RecordBuilder;

/** How much more the store would take after a transaction. Stateless. */
final class RoomNeeded {
    private RoomNeeded() {}

    /**
     * In bytes, negative when it would take less.
     *
     * @param pending what the transaction makes of its keys, but for a single APPEND or SETRANGE
     */
    static long of(RecordBuilder record, PendingKeys pending, EffectList effects, Store store) {
        long room = 0;
        for (int at = 0; at < pending.count(); at++) {
            boolean isValueStored = pending.exists(at) && pending.valueOffset(at) == PendingKeys.VALUE_IN_STORE;
            if (!isValueStored) {
                int keyLength = pending.keyLength(at);
                room += pending.exists(at) ? store.cost(keyLength, pending.valueLength(at)) : 0;
                room -= store.costNow(record.address() + pending.keyOffset(at), keyLength);
            }
        }
        for (int i = 0; i < effects.count(); i++) {
            room += ofPart(record, effects, i, store);
        }
        return room;
    }

    private static long ofPart(RecordBuilder record, EffectList effects, int i, Store store) {
        boolean isAppend = effects.effect(i) == Effect.APPEND;
        if (!isAppend && effects.effect(i) != Effect.SETRANGE) {
            return 0;
        }
        long key = record.address() + effects.keyOffset(i);
        int keyLength = effects.keyLength(i);
        int oldLength = store.valueLength(key, keyLength);
        long newEnd = (isAppend ? oldLength : effects.number(i)) + effects.valueLength(i);
        return store.cost(keyLength, (int) Math.max(oldLength, newEnd)) - store.costNow(key, keyLength);
    }
}
