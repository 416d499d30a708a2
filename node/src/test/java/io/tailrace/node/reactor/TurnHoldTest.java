package io.tailrace.node.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.platform.CycleClock;
import io.tailrace.node.shard.ShardHold;
import io.tailrace.node.shard.ShardToken;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is kept from one request to the next, and when it is given back. The shard of this thread is the second of four. */
class TurnHoldTest {
    private static final int OWN = 1;

    private final ShardToken[] tokens = {
        new ShardToken(0), new ShardToken(1), new ShardToken(2), new ShardToken(3),
    };
    private long micros;
    private final CycleClock clock = new CycleClock(() -> micros);
    private final ShardHold hold = new ShardHold(tokens, OWN, () -> micros);
    private final TurnHold turn = new TurnHold(hold, clock);

    @BeforeEach
    void own() {
        tokens[OWN].enter(ShardToken.Patience.ENDLESS);
    }

    private static long set(int... shards) {
        long set = 0;
        for (int shard : shards) {
            set |= ShardHold.only(shard);
        }
        return set;
    }

    private void run(long shards) {
        run(shards, false);
    }

    private void run(long shards, boolean isExact) {
        assertTrue(turn.take(shards, isExact, ShardToken.Patience.ENDLESS));
        assertEquals(hold.besidesOwn(shards), hold.besidesOwn(shards) & hold.held(), "all that it needs");
        turn.release();
    }

    private void pass(long passedMicros) {
        micros += passedMicros;
        clock.tick();
    }

    @Test
    void shouldGiveBackAtOnceOutsideOfTurns() {
        run(set(0, OWN));
        assertEquals(0, hold.held());
    }

    @Test
    void shouldKeepShardsForTheNextRequestsUntilTheTurnsEnd() {
        turn.begin();
        run(set(0, OWN, 2));
        assertEquals(set(0, 2), hold.held());
        run(set(0, 2));
        assertTrue(turn.keeps());
        run(set(OWN, 2));
        assertEquals(set(0, 2), hold.held(), "more than is needed is kept");
        turn.end();
        assertEquals(0, hold.held());
        assertTrue(tokens[OWN].isHeldHere());
    }

    @Test
    void shouldTakeOthersWhenTheNextRequestNeedsMore() {
        turn.begin();
        run(set(0, OWN));
        run(set(OWN, 3));
        assertEquals(set(3), hold.held());
        turn.end();
    }

    @Test
    void shouldGiveAScriptNoMoreThanItNeeds() {
        turn.begin();
        run(set(0, OWN, 2));
        run(set(0), true);
        assertEquals(set(0), hold.held());
        run(set(0, OWN), true);
        assertEquals(set(0), hold.held());
        turn.end();
    }

    @Test
    void shouldGiveBackBeforeWhatNeedsNone() {
        turn.begin();
        run(set(0));
        turn.letGo();
        assertEquals(0, hold.held());
        turn.end();
    }

    /** A late script has other connections served within its own turn. */
    @Test
    void shouldGiveNothingBackWhileARequestRuns() {
        turn.begin();
        assertTrue(turn.take(set(0), true, ShardToken.Patience.ENDLESS));
        turn.letGo();
        assertEquals(set(0), hold.held());
        turn.release();
        turn.end();
    }

    @Test
    void shouldGiveBackWhatItHasHadTooLong() throws InterruptedException {
        turn.begin();
        run(set(0));
        Thread other = new Thread(() -> {
            tokens[0].enter(ShardToken.Patience.ENDLESS);
            tokens[0].leave();
        });
        other.start();
        for (long end = System.nanoTime() + 30_000_000_000L; !tokens[0].isWanted() && System.nanoTime() < end; ) {
            Thread.onSpinWait();
        }
        pass(TurnHold.MAX_MICROS - 1);
        assertTrue(turn.keeps());
        pass(1);
        run(set(0));
        other.join(30_000);
        assertFalse(other.isAlive(), "who waited had it before the request ran");
        pass(TurnHold.MAX_MICROS);
        assertFalse(turn.keeps());
        assertEquals(0, hold.held());
        turn.end();
    }

    @Test
    void shouldKeepNothingWhenItsShardsCanNotBeTaken() {
        Thread owner = new Thread(() -> tokens[0].enter(ShardToken.Patience.ENDLESS));
        owner.start();
        join(owner);
        turn.begin();
        assertFalse(turn.take(set(0), false, () -> false));
        assertFalse(turn.keeps());
        run(set(2));
        turn.end();
        assertEquals(0, hold.held());
    }

    private static void join(Thread thread) {
        try {
            thread.join(30_000);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
