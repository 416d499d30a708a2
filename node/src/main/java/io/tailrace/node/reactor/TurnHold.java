package io.tailrace.node.reactor;

import io.tailrace.node.platform.CycleClock;
import io.tailrace.node.shard.ShardHold;
import io.tailrace.node.shard.ShardToken;

/**
 * The shards that this reactor's thread holds for requests that come one after the other, of one connection or of several that were ready
 * together: taking them for each would be a hand-over between two threads for each, where one for all of them is enough. Owned by the
 * reactor's thread.
 *
 * <pre>
 *  {@link #take}       a request needs several shards        they are held already, or others are given back and these are taken
 *  {@link #release}    it is over                            between {@link #begin} and {@link #end} they are kept for the next one; else given back
 *  {@link #letGo}      the next request needs them not       what is kept is given back before that runs
 *  {@link #keeps}      the next connection has its turn      what is kept too long is given back
 *  {@link #end}        no connection is ready any more       what is kept is given back
 * </pre>
 *
 * <p>Nothing is kept longer than {@value #MAX_MICROS} us, but for the transaction that runs then: that long, at most, others wait for a
 * shard that no transaction is using. So it is given back before anything runs that may take longer, and before replies are sent. A
 * script has no more shards than it needs, as clients of a shard that is held are answered by what the script on it tells. While a
 * request runs nothing is given back: a late script lets other connections have turns within its own.
 */
final class TurnHold {
    static final long MAX_MICROS = 200;

    private final ShardHold hold;
    private final CycleClock clock;
    private boolean isKeeping;
    private boolean isRunning;
    private long sinceMicros;

    TurnHold(ShardHold hold, CycleClock clock) {
        this.hold = hold;
        this.clock = clock;
    }

    /** What is taken from now on is kept for what follows. */
    void begin() {
        assert !isRunning && hold.held() == 0 : "within another turn";
        isKeeping = true;
    }

    void end() {
        isKeeping = false;
        letGo();
    }

    /**
     * Takes shards until {@link #release}.
     *
     * @param isExact whether no others may be held besides
     * @return whether it has them
     */
    boolean take(long shards, boolean isExact, ShardToken.Patience patience) {
        assert !isRunning : "two transactions at once";
        if (!has(shards, isExact)) {
            letGo();
            if (!hold.take(shards, patience)) {
                return false;
            }
            sinceMicros = clock.refreshSteadyMicros();
        }
        isRunning = true;
        return true;
    }

    private boolean has(long shards, boolean isExact) {
        long held = hold.held();
        long needed = hold.besidesOwn(shards);
        return held != 0 && isYoung() && (isExact ? held == needed : (needed & ~held) == 0);
    }

    /** By the time at which the last command ended. */
    private boolean isYoung() {
        return clock.steadyMicros() - sinceMicros < MAX_MICROS;
    }

    void release() {
        isRunning = false;
        if (!isKeeping) {
            letGo();
        }
    }

    /** Between two connections: whether shards are kept, so that those who wait for this thread's own one wait on. */
    boolean keeps() {
        if (hold.held() != 0 && !isYoung()) {
            letGo();
        }
        return hold.held() != 0;
    }

    /** Gives back what is kept. */
    void letGo() {
        if (!isRunning && hold.held() != 0) {
            hold.giveBack();
        }
    }
}
