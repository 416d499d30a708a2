package io.tailrace.node.command;

import io.tailrace.node.value.SortedSet;
import io.tailrace.node.value.SortedSetCursor;
import io.tailrace.wire.resp.ReplyWriter;

/** What is done at the ends of a sorted set. Stateless. */
final class SortedSetEnds {
    private SortedSetEnds() {}

    /**
     * Replies this many members of the sorted set that was opened last, and removes them.
     *
     * @param isPaired whether each member is an array with its score
     */
    static void take(CommandContext context, int count, boolean isHighest, boolean isPaired) {
        if (count == 0) {
            return;
        }
        context.events().removingAs(isHighest ? "zpopmax" : "zpopmin");
        SortedSet sortedSet = context.sortedSet();
        ReplyWriter reply = context.reply();
        long size = sortedSet.size();
        SortedSetCursor cursor = context.sortedSetCursor().wrap(sortedSet.value());
        cursor.seek(isHighest ? size - 1 : 0);
        for (int i = 0; i < count; i++) {
            if (isPaired) {
                reply.array(2);
            }
            reply.bulk(cursor.memberAddress(), cursor.memberLength());
            reply.doubleValue(cursor.score());
            if (isHighest) {
                cursor.previous();
            } else {
                cursor.next();
            }
        }
        SortedSetRemoval.remove(context, isHighest ? size - count : 0, isHighest ? size : count);
    }
}
