package io.tailrace.node.command;

import io.tailrace.node.backlog.Backlog;
import io.tailrace.node.backlog.BacklogException;
import io.tailrace.node.feed.FeedPage;
import io.tailrace.node.feed.FeedPages;
import io.tailrace.node.feed.FeedPosition;
import io.tailrace.node.feed.FeedStart;
import io.tailrace.node.services.ShardServices;
import io.tailrace.wire.record.QueueIndex;

/** What one FEEDREAD waits for on its shard. On that shard's reactor thread; while nothing was written it costs one comparison. */
final class FeedWait {
    private final FeedPages pages;
    private final ShardServices services;
    private final int most;
    private FeedStart start;
    private Backlog seenIn;
    private long seen = QueueIndex.NONE;
    private Answer answer = new Answer(null, null);

    /**
     * What it has come to.
     *
     * @param page or null
     * @param problem or null
     */
    record Answer(FeedPage page, String problem) {
        boolean isFinal() {
            return problem != null || page != null && !page.isEmpty();
        }
    }

    FeedWait(ShardServices services, FeedStart start, int most) {
        this.services = services;
        this.most = most;
        pages = services.replication().feedPages();
        this.start = start.kind() == FeedStart.Kind.NOW ? now() : start;
    }

    private FeedStart now() {
        FeedPosition newest = pages.newest();
        return newest == null ? FeedStart.oldest() : FeedStart.after(newest);
    }

    /** Whether the shard has no data yet, or has more of transactions over several shards than the others have got. */
    static boolean isLoading(ShardServices services) {
        return services.isLoading() || services.shard().backlog().parts().isAhead();
    }

    /** Whether there is anything to answer. */
    boolean isMet() {
        if (isLoading(services)) {
            return false;
        }
        Backlog log = services.shard().backlog();
        if (log == seenIn && log.lastIndex() == seen) {
            return answer.isFinal();
        }
        seenIn = log;
        seen = log.lastIndex();
        try {
            answer = new Answer(pages.read(start, most), null);
        } catch (BacklogException e) {
            answer = new Answer(null, e.getMessage());
        }
        return answer.isFinal();
    }

    Answer answer() {
        return answer;
    }
}
