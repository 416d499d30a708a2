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
