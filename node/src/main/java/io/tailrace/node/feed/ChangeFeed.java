package io.tailrace.node.feed;

import io.tailrace.node.backlog.BacklogException;
import io.tailrace.node.platform.FileFailure;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/**
 * Reads the committed writes of one shard, in order, out of the log in a node's data directory, while the node runs or not. Owned and
 * closed by one thread.
 *
 * <pre>
 *  try (ChangeFeed feed = ChangeFeed.open(directory).from(FeedStart.now())) {
 *      while (isRunning) {
 *          switch (feed.poll()) {
 *              case CHANGE -> handle(feed.change());
 *              case GAP -> rebuild(feed.gap());                  // records were deleted before they were read
 *              case HISTORY -> reconsider(feed.historyChange()); // a promotion, a rewind, other data
 *              case NOTHING -> idle();                           // spin, or wait as long as may be
 *          }
 *      }
 *  }
 * </pre>
 *
 * <p>Nothing is sent to the node and nothing asked of it: the log is mapped read-only, and where nothing is new a poll reads one word
 * of memory. A change may be seen some microseconds before its client has its reply, and before replicas have it. Each record's chain
 * is recomputed, so what is delivered is what was written.
 *
 * <p>A transaction over several shards has a part in the log of each, and so a change in the feed of each, which names all of them
 * ({@link Change#parts}). None is delivered before all are in their logs.
 *
 * <p>Delivery is in order and at least once: {@link #position} names the last record that was delivered, and its token lets another
 * feed continue after it, on this node or any other of the same history. With a {@link FeedSource#slot slot} the position is kept in the
 * data directory by {@link #confirm}, and the node keeps its log from there on.
 */
public final class ChangeFeed implements AutoCloseable {
    private final FeedWalk walk;
    private final SlotFile slot;
    private final FeedSource source;
    private final LongSupplier steadyMicros;
    private long nextLookMicros;
    private long nextTouchMicros;

    ChangeFeed(FeedSource source, FeedStart start, SlotFile slot) throws IOException {
        this.source = source;
        this.slot = slot;
        steadyMicros = source.steadyMicros();
        walk = new FeedWalk(source.root(), source.shardId(), start);
        nextLookMicros = steadyMicros.getAsLong();
    }

    /** Begins with the data directory of a node on this host. */
    public static FeedSource open(Path dataDirectory) {
        return new FeedSource(dataDirectory);
    }

    /**
     * Goes to what is next. Never waits.
     *
     * @throws FeedException when the log can't be read further, naming file and place
     */
    public FeedEvent poll() {
        try {
            FeedEvent event = walk.poll();
            boolean isDue = steadyMicros.getAsLong() - nextLookMicros >= 0;
            return isDue ? maintain(event) : event;
        } catch (IOException e) {
            throw new FeedException("can't read the log in " + source.root() + ": " + FileFailure.of(e), e);
        } catch (BacklogException e) {
            throw new FeedException(e.getMessage(), e);
        }
    }

    private FeedEvent maintain(FeedEvent event) throws IOException {
        long now = steadyMicros.getAsLong();
        nextLookMicros = now + source.lookMicros();
        if (slot != null && now - nextTouchMicros >= 0) {
            nextTouchMicros = now + source.touchMicros();
            slot.touch();
        }
        return event == FeedEvent.NOTHING ? walk.lookAround() : event;
    }

    /** After {@link FeedEvent#CHANGE}; valid until the next poll. */
    public Change change() {
        return walk.change();
    }

    /** After {@link FeedEvent#GAP}. */
    public FeedGap gap() {
        return walk.gap();
    }

    /** After {@link FeedEvent#HISTORY}. */
    public HistoryChange historyChange() {
        return walk.historyChange();
    }

    /**
     * After {@link FeedEvent#NOTHING}: a part of a transaction over several shards that is not delivered before the others are in their
     * logs, or {@link QueueIndex#NONE}. Where the node was killed then, its next start takes the part away.
     */
    public long heldBack() {
        return walk.heldBack();
    }

    /** The last record that was read, delivered or not; null before the first. */
    public FeedPosition position() {
        return walk.position();
    }

    /**
     * Keeps {@link #position} in the slot: what is up to there need not come again, nor be kept. What the process wrote before
     * outlives its being killed; a power loss may bring an older position back.
     *
     * @throws FeedException without a slot, or when its file can't be written
     */
    public void confirm() {
        if (slot == null) {
            throw new FeedException("the feed has no slot to confirm to: open it with one, or store its token");
        }
        FeedPosition position = walk.position();
        if (position == null) {
            return;
        }
        try {
            slot.confirm(position);
        } catch (IOException e) {
            throw new FeedException("can't write " + slot.path() + ": " + FileFailure.of(e), e);
        }
    }

    @Override
    public String toString() {
        FeedPosition position = walk.position();
        return source + (position == null ? "" : " at " + QueueIndex.toString(position.index()));
    }

    @Override
    public void close() {
        walk.close();
        if (slot != null) {
            slot.close();
        }
    }
}
