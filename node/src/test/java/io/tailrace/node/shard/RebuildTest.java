package io.tailrace.node.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.backlog.Backlog;
import io.tailrace.node.backlog.BacklogReader;
import io.tailrace.node.backlog.LogCheck;
import io.tailrace.snapshot.SnapshotFile;
import io.tailrace.snapshot.SnapshotFiles;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordBuilder;
import io.tailrace.wire.record.RecordLayout;
import io.tailrace.wire.record.RecordView;
import java.io.RandomAccessFile;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RebuildTest {
    @TempDir
    Path root;

    private static void write(ShardBench bench, Random random, int count) {
        for (int i = 0; i < count; i++) {
            String key = "key" + random.nextInt(300);
            boolean isThere = bench.has(key);
            switch (random.nextInt(isThere ? 5 : 2)) {
                case 2:
                    bench.append(key, "+" + i);
                    break;
                case 3:
                    bench.delete(key);
                    break;
                default:
                    bench.set(key, "value" + i, random.nextBoolean() ? 0 : 9_000_000_000L + i);
            }
        }
    }

    @Test
    void shouldComeBackFromTheLogAlone() throws Exception {
        TreeMap<String, String> before;
        long last;
        try (ShardBench bench = new ShardBench(root).begin()) {
            write(bench, new Random(1), 500);
            before = bench.contents();
            last = bench.shard().backlog().lastIndex();
        }
        try (ShardBench bench = new ShardBench(root)) {
            assertEquals(before, bench.contents());
            assertEquals(last, bench.shard().backlog().lastIndex());
            assertEquals(before.size(), bench.shard().store().keys());
            bench.begin();
            bench.set("next", "1");
            assertEquals(QueueIndex.of(2, 1), bench.shard().backlog().lastIndex());
        }
    }

    @Test
    void shouldComeBackFromASnapshotTakenWhileWriting() throws Exception {
        for (int seed = 1; seed <= 5; seed++) {
            Path own = root.resolve("seed" + seed);
            TreeMap<String, String> before;
            try (ShardBench bench = new ShardBench(own).begin()) {
                Random random = new Random(seed);
                write(bench, random, 300);
                assertNotNull(bench.shard().snapshots().begin(true));
                write(bench, random, 200);
                if (seed % 2 == 0) {
                    bench.flush();
                    write(bench, random, 100);
                }
                bench.finishSnapshot();
                write(bench, random, 100);
                before = bench.contents();
            }
            try (ShardBench bench = new ShardBench(own)) {
                assertEquals(before, bench.contents(), "seed " + seed);
            }
        }
    }

    /** What a replica sends to its own replicas: it begins at a segment that the shard did not open for it. */
    @Test
    void shouldComeBackFromASnapshotThatBeginsBeforeItsWalk() throws Exception {
        for (int seed = 1; seed <= 5; seed++) {
            Path own = root.resolve("segment" + seed);
            TreeMap<String, String> before;
            try (ShardBench bench = new ShardBench(own).begin()) {
                Random random = new Random(seed);
                write(bench, random, 200);
                bench.shard().log().openSegment();
                write(bench, random, 300);
                if (seed % 2 == 0) {
                    bench.flush();
                    write(bench, random, 20);
                }
                long begin =
                        bench.shard().snapshots().beginShippable(false).header().beginIndex();
                assertEquals(QueueIndex.of(2, 0), begin);
                write(bench, random, 200);
                bench.finishSnapshot();
                assertNotNull(bench.shard().snapshots().newestShippable());
                before = bench.contents();
            }
            try (ShardBench bench = new ShardBench(own)) {
                assertEquals(before, bench.contents(), "seed " + seed);
            }
        }
    }

    @Test
    void shouldFallBackWhenTheNewestSnapshotIsDamaged() throws Exception {
        TreeMap<String, String> before;
        try (ShardBench bench = new ShardBench(root).begin()) {
            Random random = new Random(3);
            for (int i = 0; i < 2; i++) {
                write(bench, random, 200);
                bench.shard().snapshots().begin(true);
                bench.finishSnapshot();
            }
            before = bench.contents();
        }
        List<SnapshotFile> files =
                new SnapshotFiles(ShardDirectory.current(root).snapshots()).newestFirst();
        assertEquals(2, files.size());
        try (RandomAccessFile file = new RandomAccessFile(files.get(0).path().toFile(), "rw")) {
            file.seek(file.length() / 2);
            int old = file.read();
            file.seek(file.length() / 2);
            file.write(old ^ 0x40);
        }
        try (ShardBench bench = new ShardBench(root)) {
            assertEquals(before, bench.contents());
        }
    }

    /** As for a bad sector: reading it is an error of the system. */
    @Test
    void shouldFallBackWhenTheNewestSnapshotCannotBeRead() throws Exception {
        TreeMap<String, String> before;
        try (ShardBench bench = new ShardBench(root).begin()) {
            write(bench, new Random(4), 200);
            bench.shard().snapshots().begin(true);
            bench.finishSnapshot();
            before = bench.contents();
        }
        Path newest = new SnapshotFiles(ShardDirectory.current(root).snapshots())
                .newestFirst()
                .get(0)
                .path();
        Files.delete(newest);
        Files.createDirectory(newest);
        SnapshotFile unreadable = new SnapshotFiles(ShardDirectory.current(root).snapshots())
                .newestFirst()
                .get(0);
        assertTrue(unreadable.problem().startsWith(newest + ": "), unreadable.problem());
        try (ShardBench bench = new ShardBench(root)) {
            assertEquals(before, bench.contents());
        }
    }

    @Test
    void shouldRefuseToStartWhenTheBeginOfTheLogIsGoneAndNoSnapshotHelps() throws Exception {
        try (ShardBench bench = new ShardBench(root).begin()) {
            bench.set("a", "1");
            bench.shard().snapshots().begin(true);
            bench.finishSnapshot();
            for (int i = 0; i < 100; i++) {
                bench.set("key" + i, "v".repeat(100_000));
            }
            bench.shard().snapshots().begin(true);
            bench.finishSnapshot();
            assertTrue(bench.shard().backlog().firstIndex() > QueueIndex.of(1, 0));
        }
        for (SnapshotFile file : new SnapshotFiles(ShardDirectory.current(root).snapshots()).newestFirst()) {
            Files.delete(file.path());
        }
        RebuildException refused = assertThrows(RebuildException.class, () -> new ShardBench(root).close());
        assertTrue(refused.getMessage().contains("no usable snapshot"), refused.getMessage());
    }

    @Test
    void shouldRefuseToStartEmptyWhenTheLogIsGoneAndSnapshotsAreThere() throws Exception {
        try (ShardBench bench = new ShardBench(root).begin()) {
            bench.set("a", "1");
            bench.shard().snapshots().begin(true);
            bench.finishSnapshot();
        }
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(ShardDirectory.current(root).queue())) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        RebuildException refused = assertThrows(RebuildException.class, () -> new ShardBench(root).close());
        assertTrue(refused.getMessage().contains("is empty"), refused.getMessage());

        for (SnapshotFile file : new SnapshotFiles(ShardDirectory.current(root).snapshots()).newestFirst()) {
            Files.delete(file.path());
            Files.createDirectory(file.path());
        }
        refused = assertThrows(RebuildException.class, () -> new ShardBench(root).close());
        assertTrue(refused.getMessage().contains("is empty"), "one that can't be read: " + refused.getMessage());
    }

    @Test
    void shouldLogNothingOfARecordItCannotApply() throws Exception {
        try (ShardBench bench = new ShardBench(root).begin();
                RecordBuilder record = new RecordBuilder()) {
            bench.set("a", "1");
            long last = bench.shard().backlog().lastIndex();
            record.begin(RecordLayout.KIND_EFFECT);
            record.command(2);
            record.argument("DEL");
            record.argument("a");
            record.command(2);
            record.argument("FROB");
            record.argument("a");
            record.seal(
                    bench.shard().backlog().commitMicros(1),
                    bench.shard().backlog().lastChain());
            String problem = bench.shard().follow(last + 1, new RecordView().wrap(record.address(), record.length()));
            assertTrue(problem.contains("unknown effect FROB"), problem);
            assertEquals(last, bench.shard().backlog().lastIndex());
            assertTrue(bench.has("a"));
        }
        try (ShardBench bench = new ShardBench(root)) {
            assertTrue(bench.has("a"));
        }
    }

    @Test
    void shouldRepeatTheLastCommitTimeWhenTheClockIsSetBack() throws Exception {
        try (ShardBench bench = new ShardBench(root)) {
            bench.at(5_000);
            bench.begin();
            bench.at(3_000);
            bench.set("a", "1");
            bench.shard().log().openSegment();
            bench.at(5_001);
            bench.set("a", "2");
            assertEquals(List.of(5_000L, 5_000L, 5_000L, 5_001L), commitEpochMs(bench));
        }
        assertNull(LogCheck.of(ShardDirectory.current(root).queue(), 0).fault());
        try (ShardBench bench = new ShardBench(root)) {
            bench.at(4_000);
            bench.begin();
            assertEquals(List.of(5_000L, 5_000L, 5_000L, 5_001L, 5_001L), commitEpochMs(bench));
        }
    }

    private static List<Long> commitEpochMs(ShardBench bench) {
        List<Long> times = new ArrayList<>();
        Backlog log = bench.shard().backlog();
        try (BacklogReader reader = log.reader()) {
            for (RecordView record = reader.readAt(log.firstIndex()); record != null; record = reader.next()) {
                times.add(record.commitMicros() / 1_000);
            }
        }
        return times;
    }

    @Test
    void shouldForgetAHistoryThatTheLogLostWithItsFirstRecord() throws Exception {
        try (ShardBench bench = new ShardBench(root).begin()) {
            bench.set("a", "1");
            bench.shard().log().beginHistory("00000000000000000000000000000000000000bb");
        }
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(ShardDirectory.current(root).queue(), "*02S.cq4")) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        try (ShardBench bench = new ShardBench(root)) {
            assertEquals(ShardBench.HISTORY, bench.shard().history().current().id());
        }
    }

    @Test
    void shouldNotTrimWhatTheNewestSnapshotNeeds() throws Exception {
        try (ShardBench bench = new ShardBench(root).begin()) {
            for (int i = 0; i < 100; i++) {
                bench.set("key" + i, "v".repeat(100_000));
            }
            assertEquals(QueueIndex.of(1, 0), bench.shard().backlog().firstIndex());
            bench.shard().snapshots().begin(true);
            bench.finishSnapshot();
            long first = bench.shard().backlog().firstIndex();
            assertTrue(first > QueueIndex.of(1, 0));
            assertTrue(bench.shard().backlog().segments().bytes() <= 5 << 20);
        }
        try (ShardBench bench = new ShardBench(root)) {
            assertEquals(100, bench.contents().size());
        }
    }

    @Test
    void shouldRemoveExpiredKeysThroughTheLog() throws Exception {
        try (ShardBench bench = new ShardBench(root).begin();
                ActiveExpiry expiry = new ActiveExpiry(bench.shard())) {
            for (int i = 0; i < 1_000; i++) {
                bench.set("key" + i, "v", 2_000_000 + i);
            }
            bench.set("stays", "v");
            assertEquals(0, expiry.step());
            bench.at(2_000_499);
            while (expiry.step() > 0) {
                assertTrue(expiry.expired() <= 500);
            }
            assertEquals(500, expiry.expired());
            assertEquals(501, bench.shard().store().keys());
        }
        try (ShardBench bench = new ShardBench(root)) {
            assertEquals(501, bench.contents().size());
            assertFalse(bench.contents().containsKey("key0"));
        }
    }

    @Test
    void shouldRemoveExpiredKeysThatTogetherAreLongerThanARecord() throws Exception {
        try (ShardBench bench = new ShardBench(root).begin();
                ActiveExpiry expiry = new ActiveExpiry(bench.shard())) {
            String padding = "k".repeat(60_000);
            for (int i = 0; i < 400; i++) {
                bench.set(i + padding, "v", 2_000_000);
            }
            bench.at(2_000_000);
            while (expiry.step() > 0) {
                assertTrue(expiry.expired() <= 400);
            }
            assertEquals(0, bench.shard().store().keys());
        }
    }

    @Test
    void shouldLeaveNoMemoryBehind() throws Exception {
        long before = NativeBuffer.liveBytes();
        try (ShardBench bench = new ShardBench(root).begin()) {
            write(bench, new Random(9), 50);
            bench.shard().snapshots().begin(true);
        }
        assertEquals(before, NativeBuffer.liveBytes());
    }
}
