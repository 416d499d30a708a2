package io.tailrace.node.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.platform.MachineClock;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ShardHoldTest {
    private static final int SHARDS = 4;

    /** So many transactions of all threads; a million by {@code -Dtailrace.transactions=1000000}. */
    private static final int TRANSACTIONS = Integer.getInteger("tailrace.transactions", 20_000);

    private final ShardToken[] tokens = tokens(SHARDS);

    private static ShardToken[] tokens(int count) {
        ShardToken[] made = new ShardToken[count];
        for (int i = 0; i < count; i++) {
            made[i] = new ShardToken(i);
        }
        return made;
    }

    private ShardHold hold(int own) {
        return new ShardHold(tokens, own, MachineClock::steadyMicros);
    }

    private static long set(int... shards) {
        long set = 0;
        for (int shard : shards) {
            set |= ShardHold.only(shard);
        }
        return set;
    }

    /** Giving back freed it again, and its own thread went on with a part of a transaction that had no others. */
    @Test
    void shouldLeaveAShardClosedThatFailedWhileItWasHeld() {
        tokens[1].enter(ShardToken.Patience.ENDLESS);
        ShardHold hold = hold(1);
        assertTrue(hold.take(set(0, 1), ShardToken.Patience.ENDLESS));
        tokens[0].fail();
        tokens[1].fail();
        hold.giveBack();
        tokens[1].leave();
        assertFalse(tokens[0].tryLend());
        assertThrows(ShardFailedException.class, () -> tokens[0].enter(ShardToken.Patience.ENDLESS));
        assertThrows(ShardFailedException.class, () -> tokens[1].enter(ShardToken.Patience.ENDLESS));
        tokens[0].close();
        assertFalse(tokens[0].tryEnter());
    }

    @Test
    void shouldTakeFreeShardsAtOnceAndKeepItsOwn() {
        tokens[1].enter(ShardToken.Patience.ENDLESS);
        ShardHold hold = hold(1);
        assertTrue(hold.take(set(0, 1, 3), ShardToken.Patience.ENDLESS));
        assertTrue(tokens[0].isHeldHere());
        assertTrue(tokens[1].isHeldHere());
        assertFalse(tokens[2].isHeldHere());
        assertTrue(tokens[3].isHeldHere());
        assertEquals(set(0, 3), hold.held());
        hold.giveBack();
        assertFalse(tokens[0].isHeldHere());
        assertFalse(tokens[3].isHeldHere());
        assertTrue(tokens[1].isHeldHere());
        assertEquals(0, hold.waited());
    }

    @Test
    void shouldNameAllShards() {
        assertEquals(0b1111, ShardHold.all(4));
        assertEquals(-1L, ShardHold.all(64));
        assertEquals(1, ShardHold.all(1));
    }

    @Test
    void shouldWaitForABusyShardAndHaveAllThen() throws InterruptedException {
        tokens[2].enter(ShardToken.Patience.ENDLESS);
        AtomicBoolean hasAll = new AtomicBoolean();
        Thread other = ShardTokenTest.start(() -> {
            tokens[3].enter(ShardToken.Patience.ENDLESS);
            ShardHold hold = hold(3);
            assertTrue(hold.take(set(0, 2), ShardToken.Patience.ENDLESS));
            hasAll.set(tokens[0].isHeldHere() && tokens[2].isHeldHere() && tokens[3].isHeldHere());
            hold.giveBack();
            tokens[3].leave();
        });
        ShardTokenTest.await(tokens[2]::isWanted);
        tokens[2].leave();
        ShardTokenTest.join(other);
        assertTrue(hasAll.get());
        for (ShardToken token : tokens) {
            assertTrue(token.tryLend(), token.toString());
        }
    }

    @Test
    void shouldGiveTheOthersBackWhileOneIsBusyForLong() throws InterruptedException {
        tokens[2].enter(ShardToken.Patience.ENDLESS);
        Thread other = ShardTokenTest.start(() -> {
            tokens[0].enter(ShardToken.Patience.ENDLESS);
            ShardHold hold = hold(0);
            hold.take(set(1, 2), ShardToken.Patience.ENDLESS);
            hold.giveBack();
            tokens[0].leave();
        });
        ShardTokenTest.await(tokens[2]::isWanted);
        // past its budget, others get what it does not wait for
        for (int shard = 0; shard < 2; shard++) {
            ShardToken token = tokens[shard];
            ShardTokenTest.await(token::tryLend);
            token.giveBack();
        }
        ShardTokenTest.await(tokens[2]::isWanted);
        tokens[2].leave();
        ShardTokenTest.join(other);
    }

    @Test
    void shouldHaveItsOwnAgainAfterGivingUp() throws InterruptedException {
        tokens[2].enter(ShardToken.Patience.ENDLESS);
        AtomicBoolean isTaken = new AtomicBoolean(true);
        AtomicBoolean hasOwn = new AtomicBoolean();
        AtomicInteger looks = new AtomicInteger();
        Thread other = ShardTokenTest.start(() -> {
            tokens[0].enter(ShardToken.Patience.ENDLESS);
            isTaken.set(hold(0).take(set(1, 2), () -> looks.incrementAndGet() < 10));
            hasOwn.set(tokens[0].isHeldHere() && !tokens[1].isHeldHere());
            tokens[0].leave();
        });
        ShardTokenTest.join(other);
        assertFalse(isTaken.get());
        assertTrue(hasOwn.get());
        assertFalse(tokens[2].isWanted());
        tokens[2].leave();
    }

    @Test
    void shouldGiveUpOnAShardThatIsClosed() {
        tokens[1].enter(ShardToken.Patience.ENDLESS);
        tokens[1].close();
        tokens[0].enter(ShardToken.Patience.ENDLESS);
        assertFalse(hold(0).take(set(1, 2), ShardToken.Patience.ENDLESS));
        assertTrue(tokens[0].isHeldHere());
        assertTrue(tokens[2].tryLend());
    }

    /** Plain counters, guarded by nothing but the tokens. */
    @Test
    void shouldLoseNoTurnAndNeverStopUnderOverlappingTransactions() throws InterruptedException {
        long[] counters = new long[SHARDS];
        long[] expected = new long[SHARDS];
        AtomicReference<Throwable> fault = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < SHARDS; i++) {
            int own = i;
            threads.add(ShardTokenTest.start(() -> {
                try {
                    transact(own, counters, expected);
                } catch (Throwable e) {
                    fault.compareAndSet(null, e);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(null, fault.get());
        long total = 0;
        for (int i = 0; i < SHARDS; i++) {
            assertEquals(expected[i], counters[i], "shard " + i);
            total += counters[i];
        }
        assertTrue(total > TRANSACTIONS);
    }

    private void transact(int own, long[] counters, long[] expected) {
        SplittableRandom random = new SplittableRandom(own);
        ShardHold hold = hold(own);
        long[] done = new long[SHARDS];
        for (int n = 0; n < TRANSACTIONS / SHARDS; n++) {
            tokens[own].enter(ShardToken.Patience.ENDLESS);
            long shards = random.nextInt(1, 1 << SHARDS) | ShardHold.only(own);
            boolean isTaken = hold.take(shards, ShardToken.Patience.ENDLESS);
            assertTrue(isTaken);
            for (int shard = 0; shard < SHARDS; shard++) {
                if ((shards & ShardHold.only(shard)) != 0) {
                    counters[shard]++;
                    done[shard]++;
                }
            }
            hold.giveBack();
            tokens[own].letOthers(ShardToken.Patience.ENDLESS);
            tokens[own].leave();
        }
        synchronized (expected) {
            for (int shard = 0; shard < SHARDS; shard++) {
                expected[shard] += done[shard];
            }
        }
    }
}
