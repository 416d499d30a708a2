package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.backlog.DiskSync;
import io.tailrace.node.config.Setting;
import io.tailrace.node.services.ReplicationServices;
import io.tailrace.node.shard.RebuildException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What INFO tells of snapshots, loading, memory that is given back and deadlines, on a node of two shards, and CONFIG RESETSTAT of it. */
class UpkeepInfoTest {
    private static final long SECOND = 1_000_000;

    @TempDir
    private Path directory;

    private final CountDownLatch disk = new CountDownLatch(1);
    private volatile boolean isDiskSlow;
    private SessionBench bench;
    private SessionBench.Client client;

    @BeforeEach
    void start() throws IOException, RebuildException {
        DiskSync slow = channel -> {
            if (isDiskSlow) {
                awaitDisk();
            }
            channel.force(false);
        };
        bench = new SessionBench(directory, 2, slow, Map.of(Setting.SNAPSHOT_INTERVAL, "0"));
        client = bench.client();
    }

    private void awaitDisk() throws IOException {
        try {
            disk.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @AfterEach
    void stop() throws IOException {
        disk.countDown();
        bench.close();
    }

    private String info(String field) {
        return client.reply("INFO", "everything")
                .body()
                .lines()
                .filter(line -> line.startsWith(field + ":"))
                .map(line -> line.substring(field.length() + 1))
                .findFirst()
                .orElseThrow();
    }

    private long number(String field) {
        return Long.parseLong(info(field));
    }

    private void requireMetric(String line) {
        List<String> lines = client.reply("METRICS").body().lines().toList();
        assertTrue(lines.contains(line), () -> line + " is not in\n" + String.join("\n", lines));
    }

    private void makeLargeHash(String key, int fields) {
        for (int i = 0; i < fields; i += 500) {
            List<String> command = new ArrayList<>(List.of("HSET", key));
            for (int j = i; j < i + 500; j++) {
                command.add("field" + j);
                command.add("value".repeat(20));
            }
            assertEquals(":500", client.reply(command.toArray(String[]::new)).line());
        }
    }

    /** Some is done once a millisecond only. */
    private void awaitInTime(BooleanSupplier condition) {
        bench.await(() -> {
            bench.nowMicros += 1_000;
            return condition.getAsBoolean();
        });
    }

    @Test
    void shouldTellHowManyKeysOfASnapshotAreWritten() {
        for (int i = 0; i < 50; i++) {
            client.reply("SET", "key" + i, "v");
        }
        makeLargeHash("large", 1_000);
        assertEquals(0, number("current_save_keys_total"));

        isDiskSlow = true;
        assertEquals("+Background saving started", client.reply("BGSAVE").line());
        awaitInTime(() -> number("current_save_keys_processed") == 51);

        assertEquals("1", info("rdb_bgsave_in_progress"));
        assertEquals(51, number("current_save_keys_total"));
        requireMetric("tailrace_snapshot_keys{shard=\"0\"} "
                + bench.shards.get(0).snapshots().keysToWrite() + ".0");
        requireMetric("tailrace_snapshot_keys_written{shard=\"1\"} "
                + bench.shards.get(1).snapshots().keysWritten() + ".0");

        isDiskSlow = false;
        disk.countDown();
        awaitInTime(() -> number("rdb_saves") == 1);
        assertEquals(0, number("current_save_keys_processed"));
        assertEquals(0, number("current_save_keys_total"));
        client.reply("CONFIG", "RESETSTAT");
        assertEquals(0, number("rdb_saves"));
    }

    @Test
    void shouldTellHowManyKeysAStartLoaded() throws IOException, RebuildException {
        assertEquals(0, number("rdb_last_load_keys_loaded"));
        client.reply("MSET", "a", "1", "b", "2", "c", "3");
        client.reply("SET", "late", "1", "PX", "10");
        client.reply("DEL", "a");
        bench.close();

        bench = new SessionBench(directory, 2);
        bench.nowMicros += SECOND;
        client = bench.client();

        assertEquals(3, number("rdb_last_load_keys_loaded"));
        assertEquals(0, number("rdb_last_load_keys_expired"), "one that is past its deadline goes by a record");
        bench.await(() -> number("expired_keys") == 1);
        assertEquals(3, number("rdb_last_load_keys_loaded"));
        requireMetric("tailrace_keys_loaded{shard=\"0\"} "
                + bench.shards.get(0).counts().keysLoaded() + ".0");
    }

    @Test
    void shouldCountValuesWhoseMemoryIsGivenBackInTheBackground() {
        makeLargeHash("large", 2_000);
        client.reply("SET", "small", "v");
        client.reply("DEL", "small");
        assertEquals(0, number("lazyfreed_objects"));

        client.reply("DEL", "large");
        bench.await(() -> number("lazyfreed_objects") == 1);
        assertEquals(0, number("lazyfree_pending_objects"));

        makeLargeHash("large", 2_000);
        client.reply("MSET", "a", "1", "b", "2", "c", "3");
        client.reply("FLUSHALL");
        bench.await(() -> number("lazyfreed_objects") == 5);
        assertEquals(0, number("lazyfree_pending_objects"));
        requireMetric("tailrace_values_freed_total{shard=\"1\"} "
                + bench.shards.get(1).databases().freedValues() + ".0");

        client.reply("CONFIG", "RESETSTAT");
        assertEquals(0, number("lazyfreed_objects"));
        assertEquals(0, number("lazyfree_pending_objects"));
    }

    @Test
    void shouldNotCountAsFreedWhatIsStillToBeFreed() {
        makeLargeHash("{b}1", 20_000);
        int shard = bench.shards.get(0).databases().keys() == 1 ? 0 : 1;
        client.send("DEL", "{b}1");
        bench.await(() -> bench.shards.get(shard).databases().keys() == 0);

        assertEquals(1, bench.shards.get(shard).databases().droppedValues());
        assertEquals(0, bench.shards.get(shard).databases().freedValues());

        assertEquals(":1", client.next().line());
        bench.await(() -> number("lazyfreed_objects") == 1);
    }

    @Test
    void shouldEstimateTheShareOfKeysPastTheirDeadline() throws IOException {
        for (int i = 0; i < 4_000; i++) {
            client.send("SET", "key" + i, "v", i % 4 == 0 ? "EX" : "PX", "1000");
        }
        for (int i = 0; i < 4_000; i++) {
            client.next();
        }
        assertEquals("0.00", info("expired_stale_perc"));

        bench.nowMicros += 2 * SECOND;
        bench.turn();
        double percent = Double.parseDouble(info("expired_stale_perc"));
        assertTrue(percent > 65 && percent < 85, () -> "three of four: " + percent);

        bench.await(() -> number("expired_keys") == 3_000);
        assertEquals("0.00", info("expired_stale_perc"));
        requireMetric("tailrace_expired_stale_ratio{shard=\"0\"} 0.0");
    }

    /** However a deadline comes and goes, and with a transaction that is taken back. */
    @Test
    void shouldKnowTheMeanTimeToLiveOfEachDatabase() {
        List<String> commands = List.of(
                "SET {a}1 v PX 70001",
                "SET {a}2 v EX 100",
                "SET {a}3 v",
                "SET {b}1 v PXAT 99999999999999",
                "HSET {a}hash f v",
                "EXPIRE {a}hash 500",
                "PEXPIRE {a}1 12345",
                "SET {a}2 v KEEPTTL",
                "SET {a}4 vvv EX 7",
                "SET {a}4 www",
                "SET {a}4 wwwwwww EX 8",
                "GETEX {a}4 PX 999",
                "RENAME {a}1 {a}5",
                "COPY {a}5 {a}6",
                "COPY {a}5 {c}7",
                "EXPIRE {c}7 10 GT",
                "PERSIST {a}6",
                "EXPIRE {a}6 -1",
                "MSET {a}2 x {a}3 y",
                "SET {b}2 v PX 922337203685477",
                "EXPIRE {b}2 4000000000",
                "DEL {b}1",
                "SETEX {d}1 100 v",
                "INCR {d}1",
                "APPEND {a}4 x",
                "MOVE {a}4 5",
                "EVAL return{redis.call('setex',KEYS[1],3,'v'),redis.call('persist',KEYS[1])} 1 {e}1",
                "SADD {e}set m",
                "PEXPIREAT {e}set 1800000000999",
                "SUNIONSTORE {e}other {e}set",
                "RENAMENX {e}set {e}other2");
        for (String command : commands) {
            client.reply(command.split(" "));
            for (int database : new int[] {0, 5}) {
                assertEquals(expectedMean(database), mean(database), command);
            }
        }
        client.reply("SWAPDB", "0", "5");
        assertEquals(expectedMean(0), mean(0));
        client.reply("FLUSHALL");
        client.reply("SET", "{a}1", "v", "PX", "1500");
        assertEquals(1_500, mean(0));
        int shard = bench.shards.get(0).databases().keys() == 1 ? 0 : 1;
        requireMetric("tailrace_mean_ttl_seconds{shard=\"" + shard + "\"} 1.5");
    }

    private long expectedMean(int database) {
        client.reply("SELECT", "" + database);
        long sum = 0;
        int count = 0;
        for (Reply key : client.reply("KEYS", "*").elements()) {
            long ms = Long.parseLong(client.reply("PTTL", key.body()).line().substring(1));
            sum += Math.max(0, ms);
            count += ms > 0 ? 1 : 0;
        }
        client.reply("SELECT", "0");
        return count == 0 ? 0 : Math.round((double) sum / count);
    }

    private long mean(int database) {
        return client.reply("INFO", "keyspace")
                .body()
                .lines()
                .filter(line -> line.startsWith("db" + database + ":"))
                .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf('=') + 1)))
                .findFirst()
                .orElse(0);
    }

    @Test
    void shouldCountPayloadsOfRestore() {
        client.reply("RPUSH", "list", "a", "b");
        String payload = client.reply("DUMP", "list").body();
        assertEquals("+OK", client.reply("RESTORE", "copy", "0", payload).line());
        assertTrue(client.reply("RESTORE", "copy", "0", payload).line().startsWith("-BUSYKEY"));
        assertTrue(client.reply("RESTORE", "other", "0", "nonsense").line().startsWith("-ERR DUMP payload"));
        assertEquals("+OK", client.reply("RESTORE", "more", "0", payload).line());

        assertEquals(2, number("dump_payload_sanitizations"));
        client.reply("CONFIG", "RESETSTAT");
        assertEquals(0, number("dump_payload_sanitizations"));
    }

    @Test
    void shouldCountHowReplyBuffersOfClientsGrowAndShrink() {
        number("reply_buffer_expands");
        client.reply("CONFIG", "RESETSTAT");
        assertEquals(0, number("reply_buffer_expands"), "it has room for INFO");
        client.reply("SET", "key", "x".repeat(60_000));
        client.reply("GET", "key");
        assertEquals(1, number("reply_buffer_expands"));
        assertEquals(0, number("reply_buffer_shrinks"));

        bench.nowMicros += 3 * SECOND;
        client.reply("PING");
        bench.nowMicros += 3 * SECOND;
        bench.await(() -> number("reply_buffer_shrinks") > 0);

        client.reply("CONFIG", "RESETSTAT");
        assertEquals(0, number("reply_buffer_shrinks"));
    }

    @Test
    void shouldCountWhatRedisResetsFromZeroAgain() {
        bench.replication.get(1).grantedSyncs = new ReplicationServices.GrantedSyncs(3, 2, 1);
        assertEquals(3, number("sync_full"));
        client.reply("CONFIG", "SET", "maxmemory", "1");
        awaitInTime(() -> number("total_eviction_exceeded_time") > 5);
        client.reply("CONFIG", "RESETSTAT");
        assertEquals(0, number("total_eviction_exceeded_time"));
        assertEquals(0, number("sync_full"));
        assertEquals(0, number("sync_partial_ok"));
        assertEquals(0, number("sync_partial_err"));
    }
}
