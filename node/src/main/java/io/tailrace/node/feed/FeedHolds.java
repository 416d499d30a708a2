package io.tailrace.node.feed;

import io.tailrace.node.platform.FileFailure;
import io.tailrace.node.shard.Shard;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ObjLongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The slots of readers as the node sees them: from where on its log is kept for them. Owned by the shard's reactor thread; the files
 * are read on the log's disk thread, once a second.
 *
 * <pre>
 *  READING  the file has changed in the last five seconds         kept
 *  AWAY     it has not                                            kept for the reconnect window, as for a replica
 *  LAPSED   nor in the reconnect window                           no longer kept, until it changes
 *  DROPPED  on-disk-pressure drop-slots took it                   no longer kept, until it confirms a record that is there
 * </pre>
 *
 * <p>It is the change of the file that counts, by this node's steady clock, and not a time in it.
 */
public final class FeedHolds {
    private static final Logger LOG = LoggerFactory.getLogger(FeedHolds.class);
    private static final long READING_MS = TimeUnit.SECONDS.toMillis(5);
    private static final long MILLIS_PER_SECOND = 1_000;

    private static final class Hold {
        private SlotState slot;
        private long changedSteadyMs;
        private boolean isDropped;
        private long droppedIndex;
    }

    private final Map<String, Hold> holds = new LinkedHashMap<>();
    private final Shard shard;
    private volatile List<SlotState> read;
    private volatile boolean isReading;
    private boolean isBegun;
    private volatile boolean isFailureSaid;

    public FeedHolds(Shard shard) {
        this.shard = shard;
    }

    /** Those that were there when the node ended have had no chance to come back yet. */
    public void begin() {
        if (!isBegun) {
            isBegun = true;
            readFiles(shard.directory().root());
            adopt();
        }
    }

    /** Takes what was read last, and has the files read again. */
    public void onSecond() {
        begin();
        adopt();
        if (!isReading) {
            isReading = true;
            Path root = shard.directory().root();
            shard.backlog().onDiskThread(() -> readFiles(root));
        }
    }

    private void readFiles(Path root) {
        try {
            read = FeedSlots.list(root);
            isFailureSaid = false;
        } catch (IOException e) {
            if (!isFailureSaid) {
                isFailureSaid = true;
                LOG.warn("shard={}: can't read the slots of the change feed: {}", shard.id(), FileFailure.of(e));
            }
        } finally {
            isReading = false;
        }
    }

    private void adopt() {
        List<SlotState> slots = read;
        if (slots == null) {
            return;
        }
        read = null;
        long now = shard.clock().steadyMs();
        holds.keySet()
                .removeIf(name -> slots.stream().noneMatch(slot -> slot.name().equals(name)));
        for (SlotState slot : slots) {
            Hold hold = holds.computeIfAbsent(slot.name(), name -> new Hold());
            if (hold.slot == null || hold.slot.sequence() != slot.sequence()) {
                hold.changedSteadyMs = now;
            }
            hold.slot = slot;
            boolean isBack = index(slot) != hold.droppedIndex && shard.backlog().contains(index(slot));
            hold.isDropped &= !isBack;
        }
    }

    private static long index(SlotState slot) {
        return slot.position() == null ? QueueIndex.NONE : slot.position().index();
    }

    private FeedPlace.State state(Hold hold, long nowSteadyMs, long windowMs) {
        if (hold.isDropped) {
            return FeedPlace.State.DROPPED;
        }
        long silentMs = nowSteadyMs - hold.changedSteadyMs;
        if (silentMs < READING_MS) {
            return FeedPlace.State.READING;
        }
        return silentMs < windowMs ? FeedPlace.State.AWAY : FeedPlace.State.LAPSED;
    }

    /** Whether the log is kept for it. One that has confirmed nothing wants all that there is. */
    private boolean isHeld(Hold hold, long nowSteadyMs, long windowMs) {
        FeedPlace.State state = state(hold, nowSteadyMs, windowMs);
        return state == FeedPlace.State.READING || state == FeedPlace.State.AWAY;
    }

    /**
     * The oldest index that a reader still needs; Long.MAX_VALUE for none.
     *
     * @param windowMs for how long one that is away is kept
     */
    public long neededFrom(long windowMs) {
        begin();
        long now = shard.clock().steadyMs();
        long oldest = Long.MAX_VALUE;
        for (Hold hold : holds.values()) {
            long needed = needed(hold);
            if (needed < oldest && isHeld(hold, now, windowMs)) {
                oldest = needed;
            }
        }
        return oldest;
    }

    /** A place that this log does not have (it has gone, or is another node's) keeps nothing. */
    private long needed(Hold hold) {
        if (shard.backlog().isEmpty()) {
            return Long.MAX_VALUE;
        }
        long index = index(hold.slot);
        if (index == QueueIndex.NONE) {
            return shard.backlog().firstIndex();
        }
        return shard.backlog().contains(index) ? index : Long.MAX_VALUE;
    }

    /** Each that the log is kept for, with the index. */
    public void forEachHeld(long windowMs, ObjLongConsumer<String> taker) {
        long now = shard.clock().steadyMs();
        holds.forEach((name, hold) -> {
            if (isHeld(hold, now, windowMs) && needed(hold) != Long.MAX_VALUE) {
                taker.accept(name, needed(hold));
            }
        });
    }

    /** The disk has no room: the log is kept for it no longer. */
    public void drop(String name) {
        Hold hold = holds.get(name);
        if (hold != null) {
            hold.isDropped = true;
            hold.droppedIndex = index(hold.slot);
        }
    }

    private long behind(long index) {
        if (shard.backlog().isEmpty()) {
            return -1;
        }
        if (index == QueueIndex.NONE) {
            return shard.backlog().recordCount();
        }
        return shard.backlog().contains(index)
                ? shard.backlog().recordCount() - shard.backlog().segments().recordCount(index)
                : -1;
    }

    /** All of them, for INFO. */
    public List<FeedPlace> places(long windowMs) {
        long now = shard.clock().steadyMs();
        List<FeedPlace> places = new ArrayList<>();
        holds.forEach((name, hold) -> {
            FeedPlace.State state = state(hold, now, windowMs);
            long leftSeconds = Math.max(0, windowMs - (now - hold.changedSteadyMs)) / MILLIS_PER_SECOND;
            long heldSeconds =
                    switch (state) {
                        case READING -> -1;
                        case AWAY -> leftSeconds;
                        default -> 0;
                    };
            places.add(new FeedPlace(name, state, index(hold.slot), behind(index(hold.slot)), heldSeconds));
        });
        return places;
    }
}
