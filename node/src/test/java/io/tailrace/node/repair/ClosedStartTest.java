package io.tailrace.node.repair;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.backlog.BacklogSettings;
import io.tailrace.node.backlog.LogCheck;
import io.tailrace.node.backlog.LogPrefix;
import io.tailrace.node.backlog.PartLogs;
import io.tailrace.node.platform.Background;
import io.tailrace.node.platform.CycleClock;
import io.tailrace.node.shard.AheadMark;
import io.tailrace.node.shard.LoadProgress;
import io.tailrace.node.shard.RebuildException;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.shard.ShardDirectory;
import io.tailrace.node.shard.ShardSettings;
import io.tailrace.node.store.StoreSizing;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordBuilder;
import io.tailrace.wire.record.RecordLayout;
import io.tailrace.wire.record.ShardIndexes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClosedStartTest {
    private static final int SHARDS = 3;
    private static final int MAX_RECORD = 1 << 20;

    @TempDir
    private Path dir;

    private final List<Shard> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(Shard::close);
        opened.clear();
    }

    private static Path queue(Path data, int shard) {
        try {
            return ShardDirectory.open(ShardDirectory.root(data, shard)).queue();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Shard shard(int id, int shards) {
        Shard shard = new Shard(
                new ShardSettings(
                        id,
                        shards,
                        new StoreSizing(1_000, 16, 100),
                        new BacklogSettings(1 << 20, 4 << 20, MAX_RECORD, "disk-test-" + id),
                        1 << 20,
                        Background.THREADS),
                new CycleClock(() -> 1_700_000_100_000_000L));
        opened.add(shard);
        return shard;
    }

    private List<ShardStart> begin(Path data, int shards) throws IOException, RebuildException {
        List<ShardStart> starts = new ArrayList<>();
        for (int id = 0; id < shards; id++) {
            starts.add(ShardStart.begin(
                    shard(id, shards), ShardDirectory.open(ShardDirectory.root(data, id)), LoadProgress.unwatched()));
        }
        return starts;
    }

    private static long[] ends(List<ShardStart> starts) {
        return starts.stream().mapToLong(start -> start.log().last()).toArray();
    }

    /** Parts at 1:1 of 0 and 1, 1:2 of 1 and 1:1 of 2, 1:3 of 0 and 2. */
    private static void write(PartLogs logs) {
        logs.transact("t1", "1", 0, 1);
        logs.set(0, "a", "1");
        logs.transact("t2", "1", 1, 2);
        logs.set(2, "c", "1");
        logs.transact("t3", "1", 0, 2);
        logs.set(1, "b", "1");
    }

    private static long[] closed(long[] from) {
        long[] cut = from.clone();
        long[][] transactions = {{0, 1, 1, 1}, {1, 2, 2, 1}, {0, 3, 2, 3}};
        for (int round = 0; round < SHARDS; round++) {
            for (long[] t : transactions) {
                boolean isLacking = cut[(int) t[0]] < t[1] || cut[(int) t[2]] < t[3];
                if (isLacking) {
                    cut[(int) t[0]] = Math.min(cut[(int) t[0]], t[1] - 1);
                    cut[(int) t[2]] = Math.min(cut[(int) t[2]], t[3] - 1);
                }
            }
        }
        return cut;
    }

    /** What a power loss leaves: of each log so many records. */
    private static void keep(Path from, Path to, long[] ends) throws IOException {
        for (int shard = 0; shard < SHARDS; shard++) {
            long end = PartLogs.at(ends[shard]);
            LogPrefix.write(LogCheck.of(queue(from, shard), 0, (index, micros) -> index > end), queue(to, shard));
        }
    }

    @Test
    void shouldCutWhatAPowerLossLeftToWhatIsClosed() throws Exception {
        Path written = dir.resolve("written");
        try (PartLogs logs = new PartLogs(SHARDS, shard -> queue(written, shard))) {
            write(logs);
        }
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 8; i++) {
            long[] ends = {random.nextInt(4), random.nextInt(4), random.nextInt(4)};
            Path left = dir.resolve("left" + i);
            keep(written, left, ends);
            List<ShardStart> starts = begin(left, SHARDS);
            ClosedStart.of(starts, false);
            long[] expected = Arrays.stream(closed(ends)).map(PartLogs::at).toArray();
            assertEquals(Arrays.toString(expected), Arrays.toString(ends(starts)), Arrays.toString(ends));
            List<ShardStart> again = begin(left, SHARDS);
            ClosedStart.of(again, false);
            assertEquals(Arrays.toString(expected), Arrays.toString(ends(again)), "begun again");
        }
    }

    @Test
    void shouldServeWhatIsLeftAndKeepWhatWasCut() throws Exception {
        Path written = dir.resolve("written");
        try (PartLogs logs = new PartLogs(SHARDS, shard -> queue(written, shard))) {
            write(logs);
        }
        Path left = dir.resolve("left");
        keep(written, left, new long[] {3, 1, 3});
        List<ShardStart> starts = begin(left, SHARDS);
        ClosedStart.of(starts, false);
        for (ShardStart start : starts) {
            start.open();
        }
        assertEquals(2, opened.get(0).databases().keys());
        assertEquals(1, opened.get(1).databases().keys());
        assertEquals(0, opened.get(2).databases().keys());
        try (Stream<Path> files = Files.walk(left.resolve("shard-2"))) {
            Path readable = files.filter(file -> file.endsWith("readable.resp"))
                    .findFirst()
                    .orElseThrow();
            String commands = Files.readString(readable);
            assertTrue(commands.contains("t2") && commands.contains("t3"), commands);
            assertFalse(commands.contains("PART"), commands);
            assertTrue(commands.contains("ECHO\r\n$19\r\npart of 1@1:2 2@1:1\r\n"), commands);
        }
    }

    @Test
    void shouldLeaveAClosedLogAsItIs() throws Exception {
        Path data = dir.resolve("data");
        try (PartLogs logs = new PartLogs(SHARDS, shard -> queue(data, shard))) {
            write(logs);
            logs.openSegment(1);
        }
        List<ShardStart> starts = begin(data, SHARDS);
        List<Path> before =
                starts.stream().map(start -> start.log().directory().queue()).toList();
        ClosedStart.of(starts, false);
        assertEquals(
                before,
                starts.stream().map(start -> start.log().directory().queue()).toList());
    }

    @Test
    void shouldCutThePartOfAKillBetweenTwoAppends() throws Exception {
        Path data = dir.resolve("data");
        try (PartLogs logs = new PartLogs(2, shard -> queue(data, shard))) {
            logs.transact("k", "1", 0, 1);
            logs.part(0, logs.names(0, 1), "k", "2");
        }
        List<ShardStart> starts = begin(data, 2);
        ClosedStart.of(starts, false);
        assertEquals(PartLogs.at(1), starts.get(0).log().last());
        assertEquals(PartLogs.at(1), starts.get(1).log().last());
    }

    @Test
    void shouldRefuseToCutForALogThatIsGone() throws Exception {
        Path data = dir.resolve("data");
        try (PartLogs logs = new PartLogs(2, shard -> queue(data, shard))) {
            logs.transact("k", "1", 0, 1);
        }
        try (Stream<Path> files = Files.list(queue(data, 1))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        RebuildException refused = assertThrows(RebuildException.class, () -> ClosedStart.of(begin(data, 2), false));
        assertTrue(refused.getMessage().startsWith("the log of shard 1 in "), refused.getMessage());
        assertEquals(PartLogs.at(1), LogCheck.of(queue(data, 0), 0).lastIndex());
    }

    /** A full sync put shard 0 in place, with a snapshot of what shard 1 has not got yet. */
    @Test
    void shouldKeepAShardThatIsAheadOnAReplicaAndRefuseItOnAPrimary() throws Exception {
        Path data = dir.resolve("data");
        try (Shard shard = shard(0, 2);
                RecordBuilder record = new RecordBuilder()) {
            shard.open(ShardDirectory.open(ShardDirectory.root(data, 0)));
            shard.log().beginHistory(PartLogs.HISTORY);
            record.begin(RecordLayout.KIND_EFFECT);
            record.command(3);
            record.argument("SET");
            record.argument("k");
            record.argument("v");
            record.part(new ShardIndexes().add(0, PartLogs.at(1)).add(1, PartLogs.at(1)), new ShardIndexes());
            record.seal(1_700_000_200_000_000L, shard.backlog().lastChain());
            shard.backlog().append(PartLogs.at(1), record.recordAddress(), record.recordLength(), record.chain());
            shard.log().openSegment();
            assertEquals("1:" + PartLogs.at(1), shard.backlog().newestOpening().needs());
            shard.finish();
        }
        opened.clear();
        try (PartLogs other = new PartLogs(2, shard -> shard == 1 ? queue(data, 1) : dir.resolve("unused"))) {
            assertEquals(PartLogs.at(0), other.log(1).lastIndex());
        }
        Files.delete(queue(data, 0).resolve("19700101-000001S.cq4"));
        RebuildException refused = assertThrows(RebuildException.class, () -> ClosedStart.of(begin(data, 2), false));
        assertTrue(
                refused.getMessage()
                        .startsWith("shard 0 can't be opened: record 2:0 of shard 0 needs record 1:1 of shard 1"),
                refused.getMessage());
        List<ShardStart> starts = begin(data, 2);
        ClosedStart.of(starts, true);
        assertTrue(starts.get(0).isAhead());
        assertFalse(starts.get(1).isAhead());
        starts.get(0).open();
        assertEquals(QueueIndex.of(2, 0), starts.get(0).log().last());
    }

    /** Shard 0 was copied from another primary; shard 1 still has a longer log of a history of its own. */
    @Test
    void shouldKeepAShardAheadThatWasNotServedYetWhateverTheIndexesSay() throws Exception {
        Path data = dir.resolve("data");
        try (PartLogs logs = new PartLogs(2, shard -> queue(data, shard))) {
            logs.transact("k", "1", 0, 1);
            logs.set(1, "k", "2");
        }
        AheadMark.set(ShardDirectory.open(ShardDirectory.root(data, 0)));
        RebuildException refused = assertThrows(RebuildException.class, () -> ClosedStart.of(begin(data, 2), false));
        assertTrue(refused.getMessage().startsWith("shard 0 can't be opened: by a full sync"), refused.getMessage());
        List<ShardStart> starts = begin(data, 2);
        ClosedStart.of(starts, true);
        starts.get(0).open();
        starts.get(1).open();
        assertTrue(opened.get(opened.size() - 2).backlog().parts().isAhead());
        assertFalse(opened.get(opened.size() - 1).backlog().parts().isAhead());
    }

    @Test
    void shouldKeepAShardAheadWhoseLogEndIsCut() throws Exception {
        Path data = dir.resolve("data");
        try (PartLogs logs = new PartLogs(2, shard -> queue(data, shard))) {
            logs.transact("k", "1", 0, 1);
            logs.set(0, "k", "2");
        }
        ShardDirectory first = ShardDirectory.open(ShardDirectory.root(data, 0));
        AheadMark.set(first);
        LogCheck kept = LogCheck.of(first.queue(), 0, (index, micros) -> index > PartLogs.at(1));
        ShardDirectory next = new LogTruncation(first, kept).run();
        assertFalse(next.queue().equals(first.queue()));
        assertTrue(AheadMark.isSet(next));
    }
}
