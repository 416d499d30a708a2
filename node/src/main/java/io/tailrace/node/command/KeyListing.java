package io.tailrace.node.command;

import io.tailrace.node.store.Entry;
import io.tailrace.node.store.EntryVisitor;
import io.tailrace.wire.memory.GlobPattern;
import io.tailrace.wire.resp.ReplyWriter;

/**
 * Keys for an array in a reply, in two passes, because an array begins with its size: the first counts, the second
 * replies. Both see the same keys, as nothing changes between them. Lives for one command.
 */
final class KeyListing implements EntryVisitor {
    /** Keys of all types are listed. */
    static final int ANY_TYPE = -1;
    /** No key is listed. */
    static final int NO_TYPE = -2;

    private final int type;
    private final GlobPattern pattern;
    private ReplyWriter reply;
    private long visited;
    private int matching;

    /**
     * @param type that keys must have, or {@link #ANY_TYPE}
     * @param pattern the keys must match; null for all
     */
    KeyListing(int type, GlobPattern pattern) {
        this.type = type;
        this.pattern = pattern == null || pattern.isEverything() ? null : pattern;
    }

    @Override
    public void entry(long address, int length, Entry entry) {
        visited++;
        if (type != ANY_TYPE && entry.type() != type || pattern != null && !pattern.matches(address, length)) {
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
