package io.tailrace.tools.feed;

import io.tailrace.node.feed.FeedGap;
import io.tailrace.node.feed.HistoryChange;
import java.io.IOException;

/** Writes what a feed delivers, a line each. One thread. */
interface FeedFormat {
    /** @param token of the position once the change was taken */
    void change(ChangeView change, String token) throws IOException;

    /** At the end, of a part that is not delivered before the others of its transaction are in their logs. */
    void heldBack(int shard, long index) throws IOException;

    void gap(int shard, FeedGap gap) throws IOException;

    void history(int shard, HistoryChange change) throws IOException;

    /** There is no more. */
    default void end() throws IOException {}
}
