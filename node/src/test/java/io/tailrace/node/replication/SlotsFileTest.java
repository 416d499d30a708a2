package io.tailrace.node.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.platform.AtomicFile;
import io.tailrace.node.shard.ShardBench;
import io.tailrace.wire.record.QueueIndex;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a start makes of the list of replicas that were away: a damaged one holds the log for nobody, and costs no more. */
class SlotsFileTest {
    @TempDir
    private Path dir;

    private static List<String> read(ShardBench bench) {
        return new SlotsFile()
                .read(bench.shard(), 1_000).stream()
                        .map(ReconnectSlots.Slot::id)
                        .toList();
    }

    /** As on a full disk. */
    @Test
    void shouldWriteAgainWhatTheDiskDidNotTake() throws Exception {
        try (ShardBench bench = new ShardBench(dir).begin()) {
            Path file = bench.shard().directory().replicas();
            Path inTheWay = Files.createDirectory(file.resolveSibling("replicas.new"));
            SlotsFile slots = new SlotsFile();
            String one = SlotsFile.line(QueueIndex.of(1, 0), "10.0.0.1", 6380, "one");
            slots.write(bench.shard(), one);
            awaitDiskThread(bench);
            assertFalse(Files.exists(file));
            Files.delete(inTheWay);
            slots.write(bench.shard(), one);
            awaitDiskThread(bench);
            assertEquals(List.of("one"), read(bench));
            FileTime written = Files.getLastModifiedTime(file);
            slots.write(bench.shard(), one);
            awaitDiskThread(bench);
            assertEquals(written, Files.getLastModifiedTime(file), "not once more");
        }
    }

    private static void awaitDiskThread(ShardBench bench) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        bench.shard().backlog().onDiskThread(done::countDown);
        assertTrue(done.await(30, TimeUnit.SECONDS));
    }

    @Test
    void shouldHoldTheLogForThoseOfAWholeFileOnly() throws Exception {
        try (ShardBench bench = new ShardBench(dir).begin()) {
            Path file = bench.shard().directory().replicas();
            assertEquals(List.of(), read(bench), "missing");
            AtomicFile.write(
                    file,
                    SlotsFile.line(QueueIndex.of(1, 0), "10.0.0.1", 6380, "one")
                            + SlotsFile.line(QueueIndex.of(1, 1), "10.0.0.2", 6380, "two"));
            assertEquals(List.of("one", "two"), read(bench));
            byte[] whole = Files.readAllBytes(file);
            for (int length = 0; length < whole.length; length++) {
                Files.write(file, Arrays.copyOf(whole, length));
                assertEquals(List.of(), read(bench), "cut after " + length + " bytes");
            }
            for (int bit = 0; bit < whole.length * Byte.SIZE; bit++) {
                byte[] wrong = whole.clone();
                wrong[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
                Files.write(file, wrong);
                assertEquals(List.of(), read(bench), "bit " + bit);
            }
        }
    }
}
