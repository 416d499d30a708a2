package io.tailrace.node.replication;

import io.tailrace.node.backlog.Backlog;
import io.tailrace.node.shard.Shard;
import io.tailrace.snapshot.fault.FaultPoint;
import io.tailrace.wire.record.QueueIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a shard that has left its primary begins a history of its own: a step in a cycle, none of which waits for the disk. Meanwhile it
 * follows no node and takes no writes. Owned by the shard's reactor thread.
 *
 * <pre>
 *  state      event                                              becomes
 *  NONE       begin                                              LEFT
 *             a start had no room for the history                NO_ROOM
 *  LEFT       the cycle after that, the log has room             SYNCING: the history's first record is appended
 *             the same, it has none                              NO_ROOM, told to who asked
 *  NO_ROOM    once a second, when there is room                  SYNCING
 *  SYNCING    the record is on the disk                          NONE, told to who asked
 *             the disk fails                                     NONE, told to who asked: no write is taken before the disk works again
 *  all        the shard follows a node, or begins another        NONE, told to who asked
 * </pre>
 *
 * <p>Nobody hears of the history before its first record is on the disk: a crash could give the same history another beginning.
 */
final class ShardPromotion {
    private static final Logger LOG = LoggerFactory.getLogger(ShardPromotion.class);

    private enum State {
        NONE,
        LEFT,
        NO_ROOM,
        SYNCING
    }

    private final Shard shard;
    private final List<Consumer<String>> listeners = new ArrayList<>();
    private State state = State.NONE;
    private String history;
    private boolean isNextCycle;

    ShardPromotion(Shard shard) {
        this.shard = shard;
    }

    boolean isUnderWay() {
        return state != State.NONE;
    }

    boolean isUnderWay(String historyId) {
        return isUnderWay() && history.equals(historyId);
    }

    /** Whether the log must have room first. */
    boolean lacksRoom() {
        return state == State.NO_ROOM;
    }

    /**
     * The shard has just left its primary.
     *
     * @param listener hears null once the history has begun, or why it has not
     */
    void begin(String historyId, Consumer<String> listener) {
        history = historyId;
        state = State.LEFT;
        isNextCycle = false;
        listeners.add(listener);
    }

    /** One that is under way is asked for again. */
    void await(Consumer<String> listener) {
        if (lacksRoom()) {
            listener.accept(growthRefusal());
        } else {
            listeners.add(listener);
        }
    }

    /** A start had no room for it. */
    void isDue(String historyId) {
        history = historyId;
        state = State.NO_ROOM;
    }

    /** The shard follows a node, or begins another history. */
    void cancel() {
        state = State.NONE;
        tell("shard " + shard.id() + " was given another role");
    }

    /** Once a cycle; returns whether something was done. */
    boolean poll() {
        switch (state) {
            case LEFT:
                if (isNextCycle) {
                    beginHistory();
                }
                isNextCycle = true;
                return true;
            case SYNCING:
                return endWhenSynced();
            default:
                return false;
        }
    }

    void onSecond() {
        if (lacksRoom()) {
            beginHistory();
        }
    }

    private void beginHistory() {
        if (shard.backlog().growth().canOpenNext()) {
            shard.log().beginHistory(history);
            FaultPoint.PROMOTION_BEGUN.hit();
            shard.log().forceAtOnce();
            state = State.SYNCING;
            return;
        }
        if (!lacksRoom()) {
            LOG.error(
                    "shard={} history={}: accepts no writes until its log has room to begin it: {}",
                    shard.id(),
                    history,
                    shard.backlog().growth().refusalOfNext());
        }
        state = State.NO_ROOM;
        tell(growthRefusal());
    }

    private String growthRefusal() {
        return "shard " + shard.id() + ": " + shard.backlog().growth().refusalOfNext();
    }

    private boolean endWhenSynced() {
        Backlog backlog = shard.backlog();
        boolean isSynced = backlog.durableIndex() >= backlog.lastIndex();
        String failure = isSynced ? null : shard.log().disk().failure();
        if (!isSynced && failure == null) {
            return false;
        }
        state = State.NONE;
        LOG.info(
                "shard={} history={}: promoted, begins at {}",
                shard.id(),
                history,
                QueueIndex.toString(backlog.lastIndex()));
        tell(failure == null ? null : "the disk fails to take the log of shard " + shard.id() + ": " + failure);
        return true;
    }

    private void tell(String problem) {
        List<Consumer<String>> now = List.copyOf(listeners);
        listeners.clear();
        now.forEach(listener -> listener.accept(problem));
    }
}
