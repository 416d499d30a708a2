package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.shard.Shard;
import io.tailrace.node.shard.ShardBench;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Which steps of a duty cycle wait for a disk that doesn't answer: those that the class comment of {@code Reactor} names, and no
 * others. That a rewind's takeover doesn't is in {@code RewindTest}.
 */
class SlowDiskTest {
    private static final int TURNS = 200;

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
}
