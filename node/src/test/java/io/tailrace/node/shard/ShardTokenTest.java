package io.tailrace.node.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class ShardTokenTest {
    private final ShardToken token = new ShardToken(3);

    @Test
    void shouldBeTakenByOneAtATime() {
        assertTrue(token.tryLend());
        assertTrue(token.isHeldHere());
        assertFalse(token.tryLend());
        assertFalse(token.tryEnter());
        token.giveBack();
        assertFalse(token.isHeldHere());
        token.enter(ShardToken.Patience.ENDLESS);
        assertEquals("shard 3 owned", token.toString());
        assertFalse(token.tryLend());
        token.leave();
        assertEquals("shard 3 free", token.toString());
    }

    @Test
    void shouldWakeTheOneThatWaitsWhenItIsFree() throws InterruptedException {
        token.enter(ShardToken.Patience.ENDLESS);
        AtomicReference<ShardToken.Outcome> outcome = new AtomicReference<>();
        Thread borrower = start(() -> {
            outcome.set(token.await(false, ShardToken.Patience.ENDLESS));
            token.giveBack();
        });
        await(token::isWanted);
        assertSame(null, outcome.get());
        token.leave();
        join(borrower);
        assertSame(ShardToken.Outcome.TAKEN, outcome.get());
        assertFalse(token.isWanted());
        assertTrue(token.tryEnter());
    }

    @Test
    void shouldServeInTheOrderOfComing() throws InterruptedException {
        token.enter(ShardToken.Patience.ENDLESS);
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        List<Thread> borrowers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            int number = i;
            borrowers.add(start(() -> {
                token.await(false, ShardToken.Patience.ENDLESS);
                order.add(number);
                token.giveBack();
            }));
            await(() -> token.waiting() == number + 1);
        }
        token.leave();
        for (Thread borrower : borrowers) {
            join(borrower);
        }
        assertEquals(List.of(0, 1, 2, 3, 4), order);
    }

    @Test
    void shouldNotBeOvertaken() throws InterruptedException {
        token.enter(ShardToken.Patience.ENDLESS);
        AtomicBoolean mayGo = new AtomicBoolean();
        Thread waits = start(() -> {
            token.await(false, ShardToken.Patience.ENDLESS);
            await(mayGo::get);
            token.giveBack();
        });
        await(token::isWanted);
        token.leave();
        // free or lent by now, it is the other's turn
        assertFalse(token.tryEnter());
        assertFalse(token.tryLend());
        mayGo.set(true);
        join(waits);
        assertTrue(token.tryEnter());
    }

    @Test
    void shouldLetOthersGoFirstAtABoundaryAndComeBack() throws InterruptedException {
        AtomicInteger turns = new AtomicInteger();
        token.enter(ShardToken.Patience.ENDLESS);
        token.letOthers(ShardToken.Patience.ENDLESS);
        Thread borrower = start(() -> {
            token.await(false, ShardToken.Patience.ENDLESS);
            turns.incrementAndGet();
            token.giveBack();
        });
        await(token::isWanted);
        token.letOthers(ShardToken.Patience.ENDLESS);
        assertEquals(1, turns.get());
        assertTrue(token.isHeldHere());
        token.leave();
        join(borrower);
    }

    @Test
    void shouldGiveUpWithoutPatienceAndLetTheNextOneGo() throws InterruptedException {
        token.enter(ShardToken.Patience.ENDLESS);
        AtomicBoolean lasts = new AtomicBoolean(true);
        AtomicReference<ShardToken.Outcome> first = new AtomicReference<>();
        AtomicReference<ShardToken.Outcome> second = new AtomicReference<>();
        Thread one = start(() -> first.set(token.await(false, lasts::get)));
        await(() -> token.waiting() == 1);
        Thread other = start(() -> {
            second.set(token.await(false, ShardToken.Patience.ENDLESS));
            token.giveBack();
        });
        await(() -> token.waiting() == 2);
        lasts.set(false);
        join(one);
        assertSame(ShardToken.Outcome.GIVEN_UP, first.get());
        token.leave();
        join(other);
        assertSame(ShardToken.Outcome.TAKEN, second.get());
    }

    @Test
    void shouldBeNobodysOnceClosed() throws InterruptedException {
        token.enter(ShardToken.Patience.ENDLESS);
        AtomicReference<ShardToken.Outcome> outcome = new AtomicReference<>();
        Thread borrower = start(() -> outcome.set(token.await(false, ShardToken.Patience.ENDLESS)));
        await(token::isWanted);
        token.close();
        join(borrower);
        assertSame(ShardToken.Outcome.CLOSED, outcome.get());
        assertFalse(token.tryLend());
        assertSame(ShardToken.Outcome.CLOSED, token.await(false, ShardToken.Patience.ENDLESS));
    }

    static Thread start(Runnable work) {
        Thread thread = new Thread(work);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    static void join(Thread thread) throws InterruptedException {
        thread.join(TimeUnit.SECONDS.toMillis(60));
        assertFalse(thread.isAlive(), "it never got its turn");
    }

    static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "waited too long");
            Thread.onSpinWait();
        }
    }
}
