package io.tailrace.node.command;

import io.tailrace.node.shard.Transaction;
import io.tailrace.node.value.SortedSet;
import io.tailrace.node.value.SortedSetCursor;
import io.tailrace.wire.record.Effect;

/** Takes members of a sorted set away by their positions; the effect names them. Stateless. */
final class SortedSetRemoval {
    private SortedSetRemoval() {}

    /** Removes the members from a position to another, not included, of the sorted set that was opened last. */
    static void remove(CommandContext context, long from, long to) {
        SortedSet sortedSet = context.sortedSet();
        Transaction keys = context.keys();
        if (from >= to) {
            return;
        }
        if (to - from == sortedSet.size()) {
            keys.delete(sortedSet.value().key(), sortedSet.value().keyLength());
            return;
        }
        SortedSetCursor cursor = context.sortedSetCursor().wrap(sortedSet.value());
        int count = Math.toIntExact(to - from);
        long bytes = 0;
        cursor.seek(from);
        for (int i = 0; i < count; i++) {
            bytes += cursor.memberLength();
            cursor.next();
        }
        keys.effect().begin(Effect.ZREM, sortedSet.value(), count, bytes);
        cursor.seek(from);
        for (int i = 0; i < count; i++) {
            keys.effect().argument(cursor.memberAddress(), cursor.memberLength());
            cursor.next();
        }
        keys.effect().apply(context.typeOf(Effect.ZREM), sortedSet.value());
        keys.effect().end(sortedSet.value(), false);
    }
}
