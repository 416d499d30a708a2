package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.backlog.BacklogReader;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.shard.ShardBench;
import io.tailrace.snapshot.fault.FaultPoint;
import io.tailrace.wire.record.RecordView;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Which steps of a duty cycle wait for a disk that doesn't answer: those that the class comment of {@code Reactor} names, and no
 * others. What a rewind waits for is in {@code RewindTest}.
 */
class SlowDiskTest {
    private static final int TURNS = 200;
    private static final String PROMOTED = "00000000000000000000000000000000000000bb";

    private final Set<Thread> syncing = ConcurrentHashMap.newKeySet();
    private final CountDownLatch answer = new CountDownLatch(1);
    private volatile boolean isStuck;

    private void sync(FileChannel channel) throws IOException {
        syncing.add(Thread.currentThread());
        try {
            if (isStuck) {
                assertTrue(answer.await(60, TimeUnit.SECONDS), "nothing lets the disk answer");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        channel.force(false);
    }

    @AfterEach
    void release() {
        FaultPoint.watch(point -> {});
        answer.countDown();
    }

    @Test
    void shouldServeAllClientsWhileASyncOfEverySecondIsStuck(@TempDir Path directory) throws Exception {
        SessionBench bench = new SessionBench(directory, 1, this::sync);
        try {
            Shard shard = bench.shards.get(0);
            SessionBench.Client client = bench.clientOfShard(0);
            SessionBench.Client other = bench.clientOfShard(0);
            syncing.clear();
            isStuck = true;
            assertEquals("+OK", client.reply("SET", "k", "0").line());
            shard.log().forceSoon();
            bench.await(() -> !syncing.isEmpty());
            for (int i = 1; i <= TURNS; i++) {
                assertEquals(
                        "+OK", client.reply("SET", "k", Integer.toString(i)).line());
                assertTrue(other.reply("GET", "k").toString().endsWith(" " + i));
            }
            assertTrue(client.reply("INFO", "persistence").toString().contains("aof_last_write_status:ok"));
            assertFalse(syncing.contains(Thread.currentThread()), "the reactor's thread waits for no disk");
        } finally {
            answer.countDown();
            bench.close();
        }
    }

    @Test
    void shouldWaitForTheDiskInTheForceStepOnlyAndOnlyWithFsyncAlways(@TempDir Path directory) throws Exception {
        SessionBench bench = new SessionBench(directory, 1, this::sync);
        try {
            SessionBench.Client client = bench.clientOfShard(0);
            assertEquals("+OK", client.reply("SET", "k", "0").line());
            assertFalse(syncing.contains(Thread.currentThread()), "everysec");
            client.reply("CONFIG", "SET", "appendfsync", "always");
            bench.nowMicros += 1_000;
            assertEquals("$1 0", client.reply("GET", "k").toString());
            syncing.clear();
            assertEquals("$1 0", client.reply("GET", "k").toString());
            assertEquals(Set.of(), syncing, "nothing new to sync");
            assertEquals("+OK", client.reply("SET", "k", "1").line());
            assertEquals(Set.of(Thread.currentThread()), syncing, "the reactor's own step");
        } finally {
            bench.close();
        }
    }

    @Test
    void shouldOpenSegmentsWithoutTheDiskThatIsStuck(@TempDir Path directory) throws Exception {
        try (ShardBench bench = new ShardBench(directory, this::sync).begin()) {
            bench.awaitDiskThread();
            isStuck = true;
            bench.set("k", "v");
            bench.shard().log().forceSoon();
            Path history = bench.shard().directory().history();
            FileTime written = Files.getLastModifiedTime(history);
            Object file = Files.getAttribute(history, "unix:ino");
            int first = bench.shard().backlog().segments().last().segment();
            for (int i = 0; i < 3_000; i++) {
                bench.set("k" + i % 10, "v".repeat(500));
            }
            assertTrue(bench.shard().backlog().segments().last().segment() >= first + 3, "several segments");
            assertFalse(syncing.contains(Thread.currentThread()), "the shard's thread waits for no disk");
            assertEquals(file, Files.getAttribute(history, "unix:ino"), "the same history is not written again");
            assertEquals(written, Files.getLastModifiedTime(history));
            answer.countDown();
        }
    }

    /** A history that begins, in a promotion, or that the primary's log goes on with. */
    @Test
    void shouldWaitForNoFileWhenAHistoryIsNew(@TempDir Path directory) throws Exception {
        try (ShardBench promoted = new ShardBench(directory.resolve("promoted"), this::sync).begin();
                ShardBench replica = new ShardBench(directory.resolve("replica"), this::sync)) {
            promoted.set("k", "v");
            Thread reactorThread = Thread.currentThread();
            List<FaultPoint> waits = new CopyOnWriteArrayList<>();
            FaultPoint.watch(point -> {
                if (Thread.currentThread() == reactorThread && isAfterASync(point)) {
                    waits.add(point);
                }
            });
            syncing.clear();
            isStuck = true;
            promoted.shard().log().beginHistory(PROMOTED);
            assertEquals(List.of(), waits, "the list of histories is written by another thread");
            assertFalse(syncing.contains(reactorThread), "and the log is synced by it");
            answer.countDown();
            assertEquals(List.of(), waitsOfFollowing(promoted, replica));
            assertEquals(PROMOTED, replica.shard().history().current().id());
        }
    }

    /** A record that is logged and a segment that is opened are on no disk yet. */
    private static boolean isAfterASync(FaultPoint point) {
        return point != FaultPoint.LOGGED && !point.name().startsWith("ROLL");
    }

    /** What a replica waits for that gets a history it knows, and then segments of it, and one that it doesn't. */
    private static List<FaultPoint> waitsOfFollowing(ShardBench primary, ShardBench replica) {
        List<FaultPoint> waits = new CopyOnWriteArrayList<>();
        primary.shard().log().openSegment();
        Thread here = Thread.currentThread();
        try (BacklogReader reader = primary.shard().backlog().reader()) {
            RecordView record = reader.readAt(primary.shard().backlog().firstIndex());
            assertNull(replica.shard().follow(reader.index(), record));
            FaultPoint.watch(point -> {
                if (Thread.currentThread() == here && isAfterASync(point)) {
                    waits.add(point);
                }
            });
            for (record = reader.next(); record != null; record = reader.next()) {
                assertNull(replica.shard().follow(reader.index(), record));
            }
        }
        return waits;
    }
}
