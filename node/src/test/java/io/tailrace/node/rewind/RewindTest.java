package io.tailrace.node.rewind;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.backlog.Backlog;
import io.tailrace.node.shard.ShardBench;
import io.tailrace.snapshot.fault.FaultPoint;
import io.tailrace.wire.handshake.HistoryPosition;
import io.tailrace.wire.record.QueueIndex;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** What comes of a shard that is rewound to what its primary is. */
class RewindTest extends RewindFixture {
    @Test
    void shouldBecomeWhatThePrimaryIs() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        shouldBecomeWhatThePrimaryIs(seed, random, 1);
        assertEquals("1:2,2:1", old.shard().databases().swapped());
    }

    /** Both write to three databases, and the primary swaps them besides: they are found by their places. */
    @RepeatedTest(3)
    void shouldBecomeWhatThePrimaryIsInEveryDatabase() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 4; i++) {
            primary.swap(random.nextInt(3), random.nextInt(3));
            writeAlone(primary, random, 10, 3);
        }
        if (random.nextBoolean()) {
            primary.flushDatabase();
        }
        shouldBecomeWhatThePrimaryIs(seed, random, 3);
    }

    /** There is no telling what the database held before. */
    @Test
    void shouldWantAWholeCopyWhenADatabaseWasSwappedOrEmptied() throws Exception {
        old.swap(0, 1);
        await(begin(), RewindPhase.SAVED);
    }

    private void shouldBecomeWhatThePrimaryIs(long seed, Random random, int databases) throws Exception {
        writeAlone(old, random, 100, databases);
        writeAlone(primary, random, 100, databases);
        Rewind rewind = begin();
        await(rewind, RewindPhase.FETCHING);
        fetch(rewind, random);
        await(rewind, RewindPhase.REDOING);
        redo(rewind);
        rewind.takeOver();
        rewind.await();
        assertEquals(primary.contents(), old.contents(), "seed " + seed);
        assertEquals("[shared: #!lua name=shared\nx]", primary.libraries());
        assertEquals(primary.libraries(), old.libraries());
        assertSameLog();
        assertTrue(
                old.shard().backlog().firstIndex() < QueueIndex.of(QueueIndex.segment(common), 0), "linked segments");

        old.close();
        old = new ShardBench(root.resolve("old"));
        assertEquals(primary.contents(), old.contents(), "seed " + seed);
        assertEquals(primary.libraries(), old.libraries());
        assertSameLog();
    }

    private void assertSameLog() {
        Backlog ours = old.shard().backlog();
        Backlog theirs = primary.shard().backlog();
        assertEquals(theirs.lastIndex(), ours.lastIndex());
        assertEquals(theirs.lastChain(), ours.lastChain());
        assertEquals(theirs.recordCount(), ours.recordCount());
        assertEquals(primary.shard().history().text(), old.shard().history().text());
    }

    @Test
    void shouldNeedNobodyWhenOnlyOpeningRecordsAreTakenBack() throws Exception {
        old.shard().log().openSegment();
        primary.set("key1", "later");
        Rewind rewind = begin();
        await(rewind, RewindPhase.FETCHING);
        assertFalse(rewind.ask(frames));
        rewind.finish();
        await(rewind, RewindPhase.REDOING);
        redo(rewind);
        assertNull(rewind.savedAs());
        rewind.takeOver();
        rewind.await();
        assertEquals(primary.contents(), old.contents());
        assertEquals(List.of(), lostWrites());
    }

    @Test
    void shouldTakeOverOnlyWhenItHasWhatThePrimaryHad() throws Exception {
        old.shard().log().openSegment();
        Rewind rewind = begin();
        primary.set("key1", "later");
        HistoryPosition later = end(primary);
        rewind.close();
        rewind.await();

        rewind = new Rewind(old.shard(), shared(), later, reactor);
        await(rewind, RewindPhase.FETCHING);
        rewind.finish();
        await(rewind, RewindPhase.REDOING);
        for (int i = 0; i < 100; i++) {
            assertEquals(RewindPhase.REDOING, rewind.poll(), "nothing of the primary's is here");
        }
        redo(rewind);
        rewind.takeOver();
        rewind.await();
        assertEquals(primary.contents(), old.contents());
    }

    /** A disk that takes four seconds held the reactor for as long when the old log was closed. */
    @Test
    void shouldNotWaitForTheOldLogsDiskWhenItTakesOver() throws Exception {
        old.set("key1", "mine");
        Rewind rewind = begin();
        await(rewind, RewindPhase.FETCHING);
        fetch(rewind, new Random(1));
        await(rewind, RewindPhase.REDOING);
        redo(rewind);
        CountDownLatch isDiskFree = new CountDownLatch(1);
        old.shard().backlog().onDiskThread(() -> awaitQuietly(isDiskFree));
        Backlog replaced = old.shard().backlog();
        Thread reactorThread = new Thread(rewind::takeOver);
        reactorThread.start();
        reactorThread.join(DEADLINE_NANOS / 1_000_000);
        assertFalse(reactorThread.isAlive(), "it waits for the disk thread of the log that it replaced");
        assertNotSame(replaced, old.shard().backlog());
        assertEquals(primary.contents(), old.contents());
        isDiskFree.countDown();
        rewind.await();
    }

    /** The new generation's directory, log and snapshot are made, synced and made current by another thread. */
    @Test
    void shouldWaitForNoFile() throws Exception {
        Set<Thread> syncing = ConcurrentHashMap.newKeySet();
        old.close();
        old = new ShardBench(root.resolve("old"), channel -> {
            syncing.add(Thread.currentThread());
            channel.force(false);
        });
        old.set("key1", "mine");
        Thread reactorThread = Thread.currentThread();
        List<FaultPoint> waits = new CopyOnWriteArrayList<>();
        FaultPoint.watch(point -> {
            if (Thread.currentThread() == reactorThread) {
                waits.add(point);
            }
        });
        try {
            Rewind rewind = begin();
            await(rewind, RewindPhase.FETCHING);
            fetch(rewind, new Random(1));
            await(rewind, RewindPhase.REDOING);
            redo(rewind);
            rewind.takeOver();
            rewind.await();
        } finally {
            FaultPoint.watch(point -> {});
        }
        assertEquals(primary.contents(), old.contents());
        waits.removeIf(point -> point.name().startsWith("ROLL") || point == FaultPoint.LOGGED);
        assertEquals(List.of(), waits);
        assertFalse(syncing.contains(reactorThread));
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A log that is closed waits for its disk thread: that of the copied segment too, before the whole is opened. */
    @Test
    void shouldLeaveItToTheBackgroundToCloseTheLogThatItCopies() throws Exception {
        Set<Thread> closing = ConcurrentHashMap.newKeySet();
        old.close();
        old = new ShardBench(root.resolve("old"), () -> new ScheduledThreadPoolExecutor(1) {
            @Override
            public void shutdown() {
                closing.add(Thread.currentThread());
                super.shutdown();
            }
        });
        old.set("key1", "mine");
        Rewind rewind = begin();
        await(rewind, RewindPhase.FETCHING);
        assertFalse(closing.isEmpty());
        assertFalse(closing.contains(Thread.currentThread()), "it is closed on the reactor's thread");
        rewind.close();
        rewind.await();
    }

    @Test
    void shouldTakeOverAfterAllWhenItIsEndedWhileItIsMadeCurrent() throws Exception {
        old.set("key1", "mine");
        Rewind rewind = begin();
        await(rewind, RewindPhase.FETCHING);
        fetch(rewind, new Random(1));
        await(rewind, RewindPhase.REDOING);
        takeRecords(rewind);
        rewind.poll();
        assertTrue(rewind.close(), "its generation may be current on the disk");
        rewind.await();
        assertEquals(primary.contents(), old.contents());
    }

    @Test
    void shouldBuildNothingWhenEveryKeyIsTouched() throws Exception {
        old.flush();
        Rewind rewind = begin();
        await(rewind, RewindPhase.SAVED);
        rewind.close();
        rewind.await();
        assertEquals(1, lostWrites().size());
        assertEquals(0, old.contents().size());
    }

    /** Which libraries the primary has is not to be told by keys. */
    @Test
    void shouldBuildNothingWhenFunctionLibrariesWereChanged() throws Exception {
        old.loadLibrary("mine", "y");
        Rewind rewind = begin();
        await(rewind, RewindPhase.SAVED);
        rewind.close();
        rewind.await();
        assertEquals(1, lostWrites().size());
    }
}
