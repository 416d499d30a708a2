package io.tailrace.node.command;

import io.tailrace.node.shard.KeyVisitor;
import io.tailrace.wire.memory.GlobPattern;
import io.tailrace.wire.resp.ReplyWriter;

/**
 * Keys for an array in a reply, in two passes, because an array begins with its size: the first counts, the second
 * replies. Both see the same keys, as nothing changes between them. Lives for one command.
 */
final class KeyListing implements KeyVisitor {
    private final boolean isAnyWanted;
    private final GlobPattern pattern;
    private ReplyWriter reply;
    private long visited;
    private int matching;

    /**
     * @param isAnyWanted false to look at all keys and list none
     * @param pattern the keys must match; null for all
     */
    KeyListing(boolean isAnyWanted, GlobPattern pattern) {
        this.isAnyWanted = isAnyWanted;
        this.pattern = pattern == null || pattern.isEverything() ? null : pattern;
    }

    @Override
    public void key(long address, int length) {
        visited++;
        if (!isAnyWanted || pattern != null && !pattern.matches(address, length)) {
            return;
        }
        matching++;
        if (reply != null) {
            reply.bulk(address, length);
        }
    }

    /** Keys seen, whether they match or not. */
    long visited() {
        return visited;
    }

    /** Ends the first pass: replies the array's size; keys visited from now on are its elements. */
    void beginReply(ReplyWriter to) {
        to.array(matching);
        reply = to;
    }
}
