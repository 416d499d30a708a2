package io.tailrace.node.command;

import io.tailrace.node.shard.Transaction;
import io.tailrace.node.store.StoredValue;
import io.tailrace.node.store.ValueType;

/**
 * What ZUNION and its relatives read of a key: members with scores, of a sorted set or, with a score of 1 each, of a set. Lives
 * for one command, in which the key is not changed.
 */
interface MemberSource {
    /**
     * Opens the key that an argument names; an empty source when there is none.
     *
     * @throws io.tailrace.node.shard.CommandErrorException when the key holds another type
     */
    static MemberSource open(CommandContext context, int argument) {
        StoredValue value = context.keys()
                .open(
                        context.keys().ownedBy(null),
                        context.arguments().address(argument),
                        context.arguments().length(argument));
        if (value.isThere() && value.type() == ValueType.SET) {
            return new SetSource(context, value);
        }
        Transaction.requireType(value, ValueType.SORTED_SET);
        return new SortedSetSource(context, value);
    }

    /** How many members there are. */
    long size();

    /** Goes to the next member; false after the last one. */
    boolean next();

    long memberAddress();

    int memberLength();

    /** Of the member that {@link #next} has gone to. */
    double score();

    /** Looks any member up; when it is there, {@link #foundScore} is its score. */
    boolean find(long member, int length);

    double foundScore();
}
