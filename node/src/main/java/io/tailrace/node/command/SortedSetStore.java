package io.tailrace.node.command;

import io.tailrace.node.shard.Transaction;
import io.tailrace.node.store.StoredValue;
import io.tailrace.node.value.SortedSet;
import io.tailrace.wire.memory.DoubleText;
import io.tailrace.wire.record.Effect;

/**
 * Gives a key a sorted set that a command has put together, in the place of whatever it held, and replies its size. The log has
 * the members, as they come from other keys. Stateless.
 */
final class SortedSetStore {
    private SortedSetStore() {}

    /** @param target argument that names the key */
    static void store(CommandContext context, int target, ScoredMembers members) {
        StoredValue value = context.openTarget(target);
        Transaction keys = context.keys();
        boolean isReplaced = value.isThere() || value.isHidden();
        int count = members.count();
        long bytes = members.bytes() + (long) count * DoubleText.MAX_LENGTH;
        context.reply().integer(count);
        if (count == 0 && !isReplaced) {
            return;
        }
        if (isReplaced) {
            promise(keys, value, 2 * count, bytes);
            // the members may lie in what is removed
            int length = Math.toIntExact(members.bytes());
            members.moveTo(context.scratch(length));
            if (count > 0) {
                keys.deleteToReplace(value.key(), value.keyLength());
            } else {
                keys.delete(value.key(), value.keyLength());
            }
        }
        if (count > 0) {
            keys.effect().begin(Effect.ZADD, context.open(target), 2 * count, bytes);
            boolean isLarge = context.sortedSet().isLarge(count, members.longest());
            for (int i = 0; i < count; i++) {
                double score = members.score(i);
                keys.effect().argumentDouble(SortedSet.kept(score, isLarge));
                keys.effect().argument(members.address(i), members.length(i));
            }
            keys.effect().apply(context.typeOf(Effect.ZADD), value);
            keys.effect().end(value, false);
        }
    }

    /**
     * Gives members the scores that they keep when they are added one by one to a sorted set that is small at first, which is how Redis
     * stores a range of which it does not know the size before.
     *
     * @param isLastFirst whether they are added from the last one on
     */
    static void addedOneByOne(CommandContext context, ScoredMembers members, boolean isLastFirst) {
        boolean isLarge = false;
        for (int i = 0; i < members.count() && !isLarge; i++) {
            int index = isLastFirst ? members.count() - 1 - i : i;
            isLarge = context.sortedSet().isLarge(i + 1L, members.length(index));
            members.scoreAt(index, SortedSet.kept(members.score(index), isLarge));
        }
    }

    private static void promise(Transaction keys, StoredValue value, int arguments, long bytes) {
        keys.promise(2, 2L * value.keyLength() + bytes + (long) arguments * Transaction.ARGUMENT_ROOM);
    }
}
