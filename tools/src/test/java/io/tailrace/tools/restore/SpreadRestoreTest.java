package io.tailrace.tools.restore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.directory.NodeIdentity;
import io.tailrace.node.repair.RestorePoint;
import io.tailrace.snapshot.fault.FaultPoint;
import io.tailrace.tools.Commands;
import io.tailrace.tools.export.Export;
import io.tailrace.tools.output.Progress;
import io.tailrace.wire.record.QueueIndex;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Transactions over several shards are whole, or not there, in what restore and export make of logs of different lengths. */
@Timeout(120)
class SpreadRestoreTest {
    private static final String NEW_HISTORY = "89abcdef0123456789abcdef0123456789abcdef";

    @TempDir
    private Path dir;

    private SpreadData data;

    @BeforeEach
    void open() throws Exception {
        data = new SpreadData(dir.resolve("data"), 3);
    }

    @AfterEach
    void close() {
        data.close();
    }

    private static long at(long sequence) {
        return QueueIndex.of(1, sequence);
    }

    /** t1 of 0 and 1 at 1:1 of both, t2 of 1 and 2 at 1:2 and 1:1, t3 of 0 and 2 at 1:3 and 1:3. */
    private void write() {
        data.transact("t1", 0, 1);
        data.write(0, "a");
        data.transact("t2", 1, 2);
        data.write(2, "c");
        data.transact("t3", 0, 2);
        data.write(1, "b");
    }

    private static String restore(Path from, Path into, RestoreWish wish, Map<Integer, Path> snapshots, Integer shards)
            throws Exception {
        StringWriter said = new StringWriter();
        new Restoration(from, into, wish, () -> NEW_HISTORY, new PrintWriter(said), Progress.none())
                .run(snapshots, shards);
        return said.toString();
    }

    private static TreeSet<String> keys(Path data, RestorePoint point) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new Export(data, point, notice -> {}, Progress.none()).run(List.of(), out);
        TreeSet<String> keys = new TreeSet<>();
        String[] lines = out.toString(StandardCharsets.UTF_8).split("\r\n");
        for (int i = 0; i < lines.length; i++) {
            if (lines[i].equals("SET")) {
                keys.add(lines[i + 2]);
            }
        }
        return keys;
    }

    private static TreeSet<String> keys(Path data) throws Exception {
        return keys(data, RestorePoint.logEnd());
    }

    private static TreeSet<String> set(String... keys) {
        return new TreeSet<>(List.of(keys));
    }

    @Test
    void shouldRestoreAndExportTheGreatestClosedCutOfLogsOfDifferentLengths() throws Exception {
        write();
        Path torn = data.copyUpTo(dir.resolve("torn"), at(3), at(1), at(3));
        assertEquals(set("t1/0", "t1/1", "a"), keys(torn));
        String said = restore(torn, dir.resolve("into"), RestoreWish.ofAll(RestorePoint.logEnd()), Map.of(), null);
        assertEquals(set("t1/0", "t1/1", "a"), keys(dir.resolve("into")));
        assertTrue(
                said.contains("shard 0: as of record 1:2, committed "
                        + "2026-01-31T12:00:00.000002Z, so that transactions over several shards are whole: record 1:3 of"
                        + " shard 0 needs record 1:3 of shard 2, which it has not"),
                said);
        assertTrue(said.contains("shard 1: as of record 1:1, committed 2026-01-31T12:00:00.000001Z\n"), said);
    }

    @Test
    void shouldRestoreEachTimeWhole() throws Exception {
        write();
        Path all = data.copyUpTo(dir.resolve("all"), at(3), at(3), at(3));
        List<TreeSet<String>> expected = List.of(
                set(),
                set("t1/0", "t1/1"),
                set("t1/0", "t1/1", "a"),
                set("t1/0", "t1/1", "a", "t2/1", "t2/2"),
                set("t1/0", "t1/1", "a", "t2/1", "t2/2", "c"),
                set("t1/0", "t1/1", "a", "t2/1", "t2/2", "c", "t3/0", "t3/2"));
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.get(i), keys(all, RestorePoint.time(SpreadData.START_MICROS + i)), "after " + i);
        }
        Path into = dir.resolve("into");
        restore(all, into, RestoreWish.ofAll(RestorePoint.time(SpreadData.START_MICROS + 3)), Map.of(), null);
        assertEquals(expected.get(3), keys(into));
    }

    @Test
    void shouldTakeTheOthersToTheTimeOfARecordOfOneShard() throws Exception {
        write();
        Path all = data.copyUpTo(dir.resolve("all"), at(3), at(3), at(3));
        restore(all, dir.resolve("into"), new RestoreWish(RestorePoint.index(at(1)), 2), Map.of(), null);
        assertEquals(set("t1/0", "t1/1", "a", "t2/1", "t2/2"), keys(dir.resolve("into")));
        IOException refused = assertThrows(
                IOException.class,
                () -> restore(all, dir.resolve("no"), new RestoreWish(RestorePoint.index(at(9)), 2), Map.of(), null));
        assertTrue(refused.getMessage().startsWith("shard 2 has no record 1:9 in "), refused.getMessage());
    }

    /** A start finds the snapshot of shard 0 ahead of the others: so does a restore of a copy of a running node. */
    @Test
    void shouldGoBackToAnOlderSnapshotWhereTheNewestHoldsTornTransactions() throws Exception {
        data.transact("t1", 0, 1);
        data.snapshot(0);
        data.transact("t2", 0, 1);
        long ended = data.shard(1).backlog().lastIndex();
        data.transact("t3", 0, 1);
        data.snapshot(0);
        data.write(0, "a");
        Path copy = data.copyUpTo(
                dir.resolve("copy"),
                data.shard(0).backlog().lastIndex(),
                ended,
                data.shard(2).backlog().lastIndex());
        String said = restore(copy, dir.resolve("into"), RestoreWish.ofAll(RestorePoint.logEnd()), Map.of(), null);
        assertEquals(set("t1/0", "t1/1", "t2/0", "t2/1"), keys(dir.resolve("into")), said);
        assertEquals(set("t1/0", "t1/1", "t2/0", "t2/1"), keys(copy));
    }

    @Test
    void shouldGoOnFromNamedSnapshotsToWhereAllAreWhole() throws Exception {
        data.transact("t1", 0, 1);
        Map<Integer, Path> named = new HashMap<>();
        named.put(1, data.snapshot(1));
        data.transact("t2", 0, 1);
        data.transact("t3", 1, 2);
        named.put(0, data.snapshot(0));
        data.write(1, "b");
        named.put(2, data.snapshot(2));
        data.transact("t4", 0, 1, 2);
        String said = restore(
                data.directory(), dir.resolve("into"), RestoreWish.ofAll(RestorePoint.snapshotEnd()), named, null);
        // what shards 0 and 2 hold of t2 and t3 takes shard 1 up to there, and no further
        assertEquals(set("t1/0", "t1/1", "t2/0", "t2/1", "t3/1", "t3/2"), keys(dir.resolve("into")), said);
        assertTrue(said.contains("shard 1: as of record 2:2, "), said);
    }

    @Test
    void shouldDivideWhatIsWholeAmongOtherNumbersOfShards() throws Exception {
        write();
        Path torn = data.copyUpTo(dir.resolve("torn"), at(3), at(3), at(2));
        TreeSet<String> whole = set("t1/0", "t1/1", "a", "t2/1", "t2/2", "c", "b");
        for (int shards : new int[] {1, 2, 5}) {
            Path into = dir.resolve("into" + shards);
            restore(torn, into, RestoreWish.ofAll(RestorePoint.logEnd()), Map.of(), shards);
            assertEquals(whole, keys(into), shards + " shards");
        }
    }

    @Test
    void shouldRefuseAStartWhereARestoreInPlaceEndedEarlyAndGoOnWithIt() throws Exception {
        write();
        Path torn = data.copyUpTo(dir.resolve("torn"), at(3), at(1), at(3));
        String planned = restoreInPlace(torn);
        assertTrue(planned.contains("shard 0: as of record 1:2, "), planned);
        assertTrue(planned.contains("which it has not; what comes after it goes to "), planned);
        assertTrue(planned.contains("nothing was changed"), planned);
        NodeIdentity.of(torn).restoring();
        String refused = NodeIdentity.of(torn).refusal();
        assertTrue(refused.startsWith("a restore of " + torn + " ended early, as "), refused);
        restoreInPlace(torn, "--yes");
        assertNull(NodeIdentity.of(torn).refusal());
        assertEquals(set("t1/0", "t1/1", "a"), keys(torn));
        String done = restoreInPlace(torn);
        assertTrue(done.contains("shard 0: as of record 1:2, committed 2026-01-31T12:00:00.000002Z\n"), done);
    }

    /** Killed at each place where it makes something current, in turn. */
    @Test
    @Tag("long")
    void shouldGoOnWithARestoreInPlaceThatWasKilledAnywhere() throws Exception {
        write();
        TreeSet<String> all = keys(data.copyUpTo(dir.resolve("all"), at(3), at(3), at(3)));
        TreeSet<String> wanted = set("t1/0", "t1/1", "a");
        String[] order = {"--to-index", "0@1:2", "--yes"};
        int kill = 1;
        int refused = 0;
        for (boolean isKilled = true; isKilled; kill++) {
            Path copy = data.copyUpTo(dir.resolve("copy-" + kill), at(3), at(3), at(3));
            isKilled = killedAt(kill, copy, order);
            String refusal = NodeIdentity.of(copy).refusal();
            if (refusal == null) {
                TreeSet<String> now = keys(copy);
                assertTrue(now.equals(all) || now.equals(wanted), "killed at " + kill + ": " + now);
            } else {
                refused++;
                assertTrue(refusal.startsWith("a restore of " + copy + " ended early, as "), refusal);
            }
            restoreInPlace(copy, order);
            assertNull(NodeIdentity.of(copy).refusal());
            assertEquals(wanted, keys(copy), "killed at " + kill);
        }
        assertTrue(kill > 6, "three shards, each with more than one: " + kill);
        assertTrue(refused > 3, "of " + kill + " only " + refused + " were half done");
    }

    private static boolean killedAt(int hit, Path directory, String[] order) {
        AtomicInteger left = new AtomicInteger(hit);
        FaultPoint.watch(point -> {
            if (left.decrementAndGet() == 0) {
                throw new IllegalStateException("killed at " + point);
            }
        });
        try {
            List<String> arguments = new ArrayList<>(List.of("restore", directory.toString()));
            arguments.addAll(List.of(order));
            Commands.run(new StringWriter(), arguments.toArray(new String[0]));
        } finally {
            FaultPoint.watch(point -> {});
        }
        return left.get() <= 0;
    }

    private static String restoreInPlace(Path directory, String... more) {
        StringWriter said = new StringWriter();
        List<String> arguments = new ArrayList<>(List.of("restore", directory.toString()));
        arguments.addAll(List.of(more));
        int code = Commands.run(said, arguments.toArray(new String[0]));
        assertEquals(0, code, said.toString());
        return said.toString();
    }

    /** Whatever the logs kept, nothing is half there, and nothing is missing that could be whole. */
    @Test
    void shouldExportWhatIsWholeOfAnyLengths() throws Exception {
        write();
        SplittableRandom random = new SplittableRandom(3);
        int[][] of = {{0, 1, 1, 1}, {1, 2, 2, 1}, {0, 3, 2, 3}};
        for (int i = 0; i < 8; i++) {
            long[] ends = {random.nextInt(4), random.nextInt(4), random.nextInt(4)};
            Path copy = data.copyUpTo(dir.resolve("copy" + i), at(ends[0]), at(ends[1]), at(ends[2]));
            TreeSet<String> keys = keys(copy);
            for (int round = 0; round < 3; round++) {
                for (int[] t : of) {
                    if (ends[t[0]] < t[1] || ends[t[2]] < t[3]) {
                        ends[t[0]] = Math.min(ends[t[0]], t[1] - 1);
                        ends[t[2]] = Math.min(ends[t[2]], t[3] - 1);
                    }
                }
            }
            assertEquals(ends[0] + ends[1] + ends[2], keys.size(), keys.toString());
        }
    }
}
