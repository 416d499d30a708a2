package io.tailrace.node.reactor;

import io.tailrace.node.platform.CycleClock;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.shard.ShardHold;
import io.tailrace.node.shard.ShardToken;
import java.util.List;

/**
 * A reactor's right to touch its shard, turn by turn. Owned by the reactor's thread; the only shard of a node has no {@link ShardToken},
 * its thread may always touch it.
 *
 * <pre>
 *  the poll wakes                    {@link #begin}: takes the token, parked while a transaction of another thread has it
 *  between two connections or tasks  {@link #letOthers}: a transaction over several shards that waits for this one goes first
 *  a transaction of its own clients  {@link #hold}: takes other shards besides; {@link TurnHold} keeps them for the next one
 *  it has to wait for its shard      answers its clients with -BUSY while a late script of another thread has it
 *  the cycle ends                    {@link #end}: gives the token back; nothing of the shard or the reactor is touched until the next turn
 * </pre>
 */
final class ShardTurn {
    private final ShardToken token;
    private final ShardToken.Patience whileLent = this::answerWhileLent;
    private BusyPoll busyPoll;
    private ShardHold hold;
    private TurnHold kept;

    /** @param token of the shard, null where it is the only one */
    ShardTurn(ShardToken token) {
        this.token = token;
    }

    /** Gives what answers clients while the shard is lent, before the first cycle. */
    void answering(BusyPoll poll) {
        busyPoll = poll;
    }

    /** Tells which shards there are, before the first cycle; returns whether there are several. */
    boolean connect(List<Shard> shards, int own, CycleClock clock) {
        if (token != null) {
            ShardToken[] tokens =
                    shards.stream().map(shard -> shard.sharing().token()).toArray(ShardToken[]::new);
            hold = new ShardHold(tokens, own, clock::refreshSteadyMicros, whileLent);
            kept = new TurnHold(hold, clock);
        }
        return token != null;
    }

    /** Takes other shards; null where there are none. */
    ShardHold hold() {
        return hold;
    }

    /** Other shards that are held for several transactions; null where there are none. */
    TurnHold kept() {
        return kept;
    }

    /** Connections may be ready: what is held for their requests is kept until {@link #endKeeping}. */
    void keep() {
        if (kept != null) {
            kept.begin();
        }
    }

    void endKeeping() {
        if (kept != null) {
            kept.end();
        }
    }

    /** What comes next is not a client's. */
    void letGo() {
        if (kept != null) {
            kept.letGo();
        }
    }

    void begin() {
        if (token != null) {
            token.enter(whileLent);
            busyPoll.endLent();
        }
    }

    void letOthers() {
        if (token != null && !kept.keeps()) {
            token.letOthers(whileLent);
            busyPoll.endLent();
        }
    }

    /** Asked again and again by who waits here, for as long as it takes. */
    private boolean answerWhileLent() {
        busyPoll.serveWhileLent();
        return true;
    }

    void end() {
        if (token != null) {
            token.leave();
        }
    }

    /** The thread ends: nobody gets the shard any more. */
    void close() {
        if (token != null) {
            token.close();
        }
    }
}
