package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.backlog.BacklogSettings;
import io.tailrace.node.config.EvictionPolicy;
import io.tailrace.node.platform.Background;
import io.tailrace.node.platform.CycleClock;
import io.tailrace.node.repair.ClosedStart;
import io.tailrace.node.repair.ShardStart;
import io.tailrace.node.shard.LoadProgress;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.shard.ShardDirectory;
import io.tailrace.node.shard.ShardFailedException;
import io.tailrace.node.shard.ShardSettings;
import io.tailrace.snapshot.fault.FaultPoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A transaction over several shards of which one does not take its part: nothing is logged anywhere, and nobody sees anything. */
class SpreadRefusalTest {
    private static final int SHARDS = 3;
    private static final String MORE = "x".repeat(1_000);
    private static final String FULL = "v".repeat(100_000);

    @TempDir
    private Path directory;

    private SessionBench bench;
    private SessionBench.Client client;

    private void start() throws Exception {
        bench = new SessionBench(directory, SHARDS);
        client = bench.clientOfShard(0);
        for (int shard = 0; shard < SHARDS; shard++) {
            assertEquals("+OK", reply("SET", key(shard), "before"));
        }
    }

    @AfterEach
    void stop() throws Exception {
        FaultPoint.watch(point -> {});
        if (bench != null) {
            bench.close();
        }
    }

    private String key(int shard) {
        return bench.keyOfShard(shard);
    }

    private String reply(String... command) {
        return client.reply(command).line();
    }

    private Shard shard(int id) {
        return bench.services(id).shard();
    }

    private List<Long> ends() {
        List<Long> ends = new ArrayList<>();
        for (int shard = 0; shard < SHARDS; shard++) {
            ends.add(shard(shard).backlog().lastIndex());
        }
        return ends;
    }

    /** Every way to write to all shards at once is refused with this, and nothing is logged or shown. */
    private void assertAllRefused(String error) {
        List<Long> before = ends();
        List<String> shown = shown();
        String refused = "-" + error;
        String[] set = {"MSET", key(0), MORE, key(1), MORE, key(2), MORE};
        assertEquals(refused, start(reply(set), refused));
        assertEquals("+OK", reply("MULTI"));
        for (int shard = 0; shard < SHARDS; shard++) {
            reply("SET", key(shard), MORE);
        }
        String exec = reply("EXEC");
        assertTrue(exec.startsWith("-EXECABORT "), exec);
        assertEquals(before, ends());
        assertEquals(shown, shown());
        assertEquals("+OK", reply("SET", key(0), "before"), "the others still take what is theirs alone");
    }

    private List<String> shown() {
        List<String> shown = new ArrayList<>();
        for (int shard = 0; shard < SHARDS; shard++) {
            shown.add(client.reply("GET", key(shard)).toString());
        }
        return shown;
    }

    private static String start(String line, String like) {
        return line.substring(0, Math.min(line.length(), like.length()));
    }

    @Test
    void shouldRefuseAllWhereOneShardIsHandedOver() throws Exception {
        start();
        shard(1).log().hold(true);
        assertAllRefused("TRYAGAIN this node is handing over to another");
        assertEquals("-TRYAGAIN", start(reply("RENAME", key(0), key(1)), "-TRYAGAIN"));
        shard(1).log().hold(false);
        assertEquals("+OK", reply("MSET", key(0), "x", key(1), "x", key(2), "x"));
    }

    @Test
    void shouldRefuseAllWhereOneLogHasNoRoom() throws Exception {
        start();
        shard(2).backlog().retention().set(1 << 20, 1);
        assertTrue(shard(2).backlog().growth().refusal(100) != null);
        List<Long> before = ends();
        assertEquals("-MISCONF", start(reply("MSET", key(0), "x", key(1), "x", key(2), "x"), "-MISCONF"));
        assertEquals("-MISCONF", start(reply("RENAME", key(0), key(2)), "-MISCONF"));
        assertEquals(before, ends());
        assertEquals("$6", reply("GET", key(0)));
    }

    @Test
    void shouldRefuseAllWhereOneStoreIsFull() throws Exception {
        start();
        shard(1).memory().set(shard(1).databases().usedBytes() + 1, EvictionPolicy.NOEVICTION);
        assertEquals("+OK", reply("SET", "{" + key(1) + "}", FULL));
        assertAllRefused("OOM command not allowed when used memory > 'maxmemory'.");
    }

    /** Nothing of it is logged, so its error waits for no replica, whatever was logged before. */
    @Test
    void shouldAnswerARefusedTransactionAtOnceWhereWritesWaitForReplicas() throws Exception {
        start();
        SessionBench.Client waiting = bench.clientOfShard(0);
        assertEquals("+OK", reply("CONFIG", "SET", "ack-replicas", "1"));
        bench.nowMicros += 1_000;
        waiting.send("MSET", key(0), "x", key(1), "x", key(2), "x");
        assertTrue(waiting.isSilent(20));
        for (int shard = 0; shard < SHARDS; shard++) {
            assertEquals(1, bench.replication.get(shard).acks.held.size());
        }
        shard(1).memory().set(1, EvictionPolicy.NOEVICTION);
        assertEquals("+OK", reply("MULTI"));
        assertEquals("+QUEUED", reply("SET", key(0), "y"));
        shard(1).memory().set(0, EvictionPolicy.NOEVICTION);
        assertEquals("+QUEUED", reply("SET", key(1), "y"));
        shard(1).memory().set(1, EvictionPolicy.NOEVICTION);
        String exec = reply("EXEC");
        assertTrue(exec.startsWith("-EXECABORT "), exec);
        bench.replication.forEach(each -> each.acks.releaseAll());
        assertEquals("+OK", waiting.next().line());
    }

    /** Between two of the parts, as no kill does that is told beforehand: the node is to stop, and its start has none of them. */
    @Test
    void shouldStopWhereALogFailsBetweenTwoPartsAndStartWithNone() throws Exception {
        start();
        int[] left = {2};
        FaultPoint.watch(point -> {
            if (point == FaultPoint.PART_LOGGED && --left[0] == 0) {
                throw new IllegalStateException("the log fails");
            }
        });
        List<Long> before = ends();
        assertThrows(ShardFailedException.class, () -> reply("MSET", key(0), "x", key(1), "x", key(2), "x"));
        for (int shard = 0; shard < SHARDS; shard++) {
            int id = shard;
            assertThrows(
                    ShardFailedException.class,
                    () -> shard(id).sharing().token().enter(() -> true));
        }
        bench.close();
        bench = null;
        assertEquals(before, endsOfAStart());
    }

    private List<Long> endsOfAStart() throws Exception {
        List<ShardStart> starts = new ArrayList<>();
        List<Shard> opened = new ArrayList<>();
        for (int id = 0; id < SHARDS; id++) {
            Shard shard = new Shard(
                    new ShardSettings(
                            id,
                            SHARDS,
                            CommandBench.SIZING,
                            new BacklogSettings(64 << 20, 1 << 30, 2 * CommandBench.MAX_VALUE, "disk-start-" + id),
                            CommandBench.MAX_VALUE,
                            Background.THREADS),
                    new CycleClock(() -> 1_700_000_100_000_000L));
            opened.add(shard);
            starts.add(ShardStart.begin(
                    shard, ShardDirectory.open(directory.resolve("shard-" + id)), LoadProgress.unwatched()));
        }
        ClosedStart.of(starts, false);
        List<Long> ends = new ArrayList<>();
        for (int id = 0; id < SHARDS; id++) {
            starts.get(id).open();
            ends.add(opened.get(id).backlog().lastIndex());
            assertFalse(opened.get(id).backlog().parts().isAhead());
        }
        opened.forEach(Shard::close);
        return ends;
    }
}
