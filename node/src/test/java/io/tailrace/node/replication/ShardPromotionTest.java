package io.tailrace.node.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.platform.Background;
import io.tailrace.node.services.PendingPromotion;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.shard.ShardBench;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A promotion goes step by step, and the shard's thread waits for no disk in it. */
class ShardPromotionTest {
    private static final String HISTORY = "c".repeat(40);
    private static final String OTHER = "d".repeat(40);

    private final List<String> told = new ArrayList<>();
    private final CountDownLatch answer = new CountDownLatch(1);
    private volatile boolean isStuck;
    private volatile boolean isBroken;
    private PeerBench bench;
    private Shard shard;

    private void sync(FileChannel channel) throws IOException {
        try {
            if (isStuck) {
                assertTrue(answer.await(60, TimeUnit.SECONDS), "nothing lets the disk answer");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (isBroken) {
            throw new IOException("the disk is broken");
        }
        channel.force(false);
    }

    @BeforeEach
    void follow(@TempDir Path dir) throws Exception {
        bench = new PeerBench(new ShardBench(dir, this::sync).begin());
        shard = bench.shard.shard();
        assertNull(bench.shard.trySet("a", 1));
        bench.followedPrimary();
        shard.backlog().sync().now();
    }

    @AfterEach
    void close() throws Exception {
        answer.countDown();
        bench.close();
    }

    private void promote(String history) {
        bench.replication.promote(history, told::add);
    }

    private void turn(int times) {
        for (int i = 0; i < times; i++) {
            bench.turn();
        }
    }

    @Test
    void shouldLeaveItsPrimaryInOneCycleAndBeginItsHistoryInALaterOne() {
        isStuck = true;
        long last = shard.backlog().lastIndex();
        promote(HISTORY);
        turn(1);
        assertNull(bench.replication.link(), "it has left");
        assertEquals(last, shard.backlog().lastIndex(), "that was enough for a cycle");
        turn(1);
        assertEquals(HISTORY, shard.backlog().newestOpening().history());
        turn(100);
        assertFalse(bench.replication.acceptsClientWrites(), "the disk has not taken it");
        assertFalse(bench.replication.ownsLog(), "no replica is told of it");
        assertTrue(bench.replication.isBeingPromoted());
        assertEquals(List.of(), told);
        answer.countDown();
        bench.await(bench.replication::acceptsClientWrites);
        assertEquals(shard.backlog().lastIndex(), shard.backlog().durableIndex());
        assertFalse(bench.replication.isBeingPromoted());
        assertEquals(1, told.size());
        assertNull(told.get(0));
    }

    @Test
    void shouldBeginOneHistoryWhereItIsAskedTwice() {
        isStuck = true;
        promote(HISTORY);
        turn(1);
        promote(HISTORY);
        turn(10);
        long last = shard.backlog().lastIndex();
        promote(HISTORY);
        turn(10);
        assertEquals(last, shard.backlog().lastIndex());
        answer.countDown();
        bench.await(bench.replication::acceptsClientWrites);
        promote(HISTORY);
        assertEquals(4, told.size(), "the last one at once");
        assertTrue(told.stream().allMatch(problem -> problem == null), told.toString());
    }

    @Test
    void shouldFollowAgainFromEachStepAndTellWhoWaits() throws Exception {
        isStuck = true;
        for (int steps = 0; steps < 4; steps++) {
            promote(HISTORY);
            turn(steps);
            bench.replication.follow(new HostPort("127.0.0.1", 1), null);
            assertEquals(List.of("shard 0 was given another role"), told);
            told.clear();
            turn(3);
            assertFalse(bench.replication.acceptsClientWrites());
            assertFalse(bench.replication.isBeingPromoted());
            answer.countDown();
            bench.primary();
        }
    }

    /** As REPLICAOF NO ONE on a node that is getting ready to take over: all shards of it must have that history. */
    @Test
    void shouldBeginTheLastHistoryThatItIsAskedFor() {
        isStuck = true;
        promote(HISTORY);
        turn(5);
        promote(OTHER);
        turn(5);
        answer.countDown();
        bench.await(bench.replication::acceptsClientWrites);
        assertEquals(OTHER, shard.backlog().newestOpening().history());
        assertEquals(2, told.size());
        assertEquals("shard 0 was given another role", told.get(0));
        assertNull(told.get(1));
    }

    @Test
    void shouldNotBeReadyToTakeOverWithADiskThatFails() throws Exception {
        bench.replication.preparePromotion(new PendingPromotion(HISTORY), "another", QueueIndex.NONE, told::add);
        assertEquals(List.of("shard 0 does not follow that node"), told);
        told.clear();
        isBroken = true;
        promote(HISTORY);
        bench.await(() -> !told.isEmpty());
        assertEquals(List.of("the disk fails to take the log of shard 0: the disk is broken"), told);
        isBroken = false;
    }

    /** That thread prepares segments and writes lists of histories, which a handover's clients would wait for. */
    @Test
    void shouldNotWaitForTheThreadOfTheDisk(@TempDir Path dir) throws Exception {
        List<ScheduledExecutorService> disks = new ArrayList<>();
        PeerBench busy = new PeerBench(new ShardBench(dir, () -> {
                    disks.add(Background.THREADS.executor("disk-test"));
                    return disks.get(disks.size() - 1);
                })
                .begin());
        try {
            assertNull(busy.shard.trySet("a", 1));
            busy.followedPrimary();
            busy.await(() -> busy.shard.shard().backlog().growth().canOpenNext());
            ScheduledExecutorService disk = disks.get(disks.size() - 1);
            CountDownLatch isFree = new CountDownLatch(1);
            disk.execute(() -> await(isFree));

            busy.replication.promote(HISTORY, told::add);
            busy.await(busy.replication::acceptsClientWrites);

            assertEquals(1, told.size());
            assertNull(told.get(0));
            assertEquals(
                    busy.shard.shard().backlog().lastIndex(),
                    busy.shard.shard().backlog().durableIndex());
            isFree.countDown();
        } finally {
            busy.close();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(60, TimeUnit.SECONDS), "it was not freed");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
