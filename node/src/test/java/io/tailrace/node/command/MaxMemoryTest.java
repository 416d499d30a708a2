package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.services.LagWindow;
import io.tailrace.node.services.ReplicationServices.LinkInfo;
import io.tailrace.node.shard.RebuildException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients of a node of two shards hear and see when its memory is short. */
class MaxMemoryTest {
    private static final String OOM = "-OOM command not allowed when used memory > 'maxmemory'.";
    private static final String ABORT = "-EXECABORT Transaction discarded because of: ";
    private static final int LIMIT = 200_000;
    private static final String VALUE = "v".repeat(200);
    private static final LinkInfo LINK = new LinkInfo(
            "STREAMING", true, false, true, 0, 0, 0, new LagWindow.Summary(0, 0, 0, 0, 0), 0, null, null, null, null);

    private SessionBench bench;
    private SessionBench.Client client;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException, RebuildException {
        bench = new SessionBench(directory, 2);
        client = bench.clientOfShard(0);
    }

    @AfterEach
    void stop() throws IOException {
        bench.close();
    }

    private void limit(long bytes, String policy) {
        assertEquals(
                "+OK",
                client.reply("CONFIG", "SET", "maxmemory", "" + bytes, "maxmemory-policy", policy)
                        .line());
    }

    private long info(String field) {
        return client.reply("INFO", "memory", "stats")
                .body()
                .lines()
                .filter(line -> line.startsWith(field + ":"))
                .mapToLong(line -> Long.parseLong(line.substring(field.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    /** Writes until both shards refuse; gives the keys that were taken. */
    private List<String> fill() {
        List<String> taken = new ArrayList<>();
        int refused = 0;
        for (int i = 0; refused < 50; i++) {
            Reply reply = client.reply("SET", "key" + i, VALUE);
            if (reply.line().equals("+OK")) {
                taken.add("key" + i);
            } else {
                assertEquals(OOM, reply.line());
                refused++;
            }
        }
        return taken;
    }

    @Test
    void shouldRefuseWhatNeedsRoomAndNothingElse() {
        limit(LIMIT, "noeviction");
        List<String> taken = fill();
        long used = info("used_memory");
        assertTrue(used > LIMIT && used < LIMIT + 2_000, used + " bytes");
        assertEquals(taken.size(), info("db0:keys=", taken.size()));
        String key = taken.get(0);
        assertEquals(OOM, client.reply("APPEND", key, VALUE.repeat(3)).line());
        assertEquals(OOM, client.reply("SETRANGE", key, "1000", "x").line());
        assertEquals(VALUE, client.reply("GET", key).body());
        assertEquals(
                "+OK", client.reply("SET", key, VALUE.toUpperCase(Locale.ROOT)).line());
        assertEquals(":200", client.reply("SETRANGE", key, "10", "xyz").line());
        assertEquals("+OK", client.reply("SET", key, "short").line());
        assertEquals(":1", client.reply("EXPIRE", key, "100").line());
        assertEquals("+OK", client.reply("RENAME", taken.get(1), taken.get(1)).line());
        for (String each : taken.subList(0, 40)) {
            assertEquals(":1", client.reply("DEL", each).line());
        }
        assertTrue(info("used_memory") < LIMIT);
        assertEquals("+OK", client.reply("SET", key, VALUE).line());
        assertEquals(0, info("evicted_keys"));
    }

    private long info(String prefix, int keys) {
        String body = client.reply("INFO", "keyspace").body();
        assertTrue(body.contains(prefix + keys + ","), body);
        return keys;
    }

    /** What a transaction replaces outside of the map stays until its end, and is not to be counted as needed beside the new. */
    @Test
    void shouldTakeShorterValuesWhereverTheyLie() {
        String large = "v".repeat(40_000);
        String member = "m".repeat(60);
        client.reply("SET", "{k}string", large);
        client.reply("HSET", "{k}packed", "field", member, "other", member);
        client.reply("RPUSH", "{k}list", member, member);
        client.reply("ZADD", "{k}zset", "1", member, "2", "x");
        for (int i = 0; i < 600; i++) {
            client.reply("HSET", "{k}tree", "field" + i, member);
            client.reply("SADD", "{k}set", "member" + i);
        }
        limit(2, "noeviction");
        for (String command : List.of(
                "SET {k}string " + large.substring(1),
                "SET {k}string " + large.substring(1).toUpperCase(Locale.ROOT),
                "SETRANGE {k}string 17 xyz",
                "SET {k}string " + large.substring(20_000),
                "SET {k}string short",
                "HSET {k}packed field " + member.toUpperCase(Locale.ROOT),
                "HSET {k}packed field x",
                "LSET {k}list 0 " + member.toUpperCase(Locale.ROOT),
                "LSET {k}list 0 x",
                "ZADD {k}zset 3 " + member,
                "HSET {k}tree field9 " + member.toUpperCase(Locale.ROOT),
                "HSET {k}tree field9 x",
                "COPY {k}packed {k}tree REPLACE",
                "SET {k}set string")) {
            Reply reply = client.reply(command.split(" "));
            assertTrue(!reply.line().startsWith("-"), command.substring(0, 14) + ": " + reply.line());
        }
        for (String command : List.of(
                "SET {k}string " + "v".repeat(100),
                "SET {k}packed " + large,
                "HSET {k}packed field " + member.repeat(20),
                "LSET {k}list 0 " + large,
                "SETRANGE {k}string 40000 x")) {
            String line = client.reply(command.split(" ")).line();
            assertEquals(OOM, line, command.substring(0, 14));
        }
    }

    /** One that grows by halves would be a way around the limit. */
    @Test
    void shouldNotBeFooledByTheSameKeyTwice() {
        limit(LIMIT, "noeviction");
        String key = fill().get(0);
        assertEquals(OOM, client.reply("MSET", key, "", key, VALUE.repeat(2)).line());
        assertEquals("+OK", client.reply("MSET", key, VALUE.repeat(2), key, "").line());
    }

    @Test
    void shouldRefuseTransactionsAsRedisDoes() {
        client.reply("SET", "{a}1", "1");
        client.reply("MULTI");
        client.reply("SET", "{a}2", "1");
        SessionBench.Client other = bench.clientOfShard(1);
        other.reply("CONFIG", "SET", "maxmemory", "2");
        assertEquals(ABORT + OOM.substring(1), client.reply("EXEC").line());
        assertNull(client.reply("GET", "{a}2").body());
        assertEquals("+OK", client.reply("MULTI").line());
        assertEquals(OOM, client.reply("GET", "{a}1").line());
        assertEquals(
                ABORT.substring(0, 11) + "Transaction discarded because of previous errors.",
                client.reply("EXEC").line());
        other.reply("MULTI");
        bench.nowMicros += 1_000;
        assertEquals(OOM, other.reply("SET", "{a}3", "1").line());
        assertEquals("+OK", other.reply("DISCARD").line());
    }

    @Test
    void shouldEvictBeforeTheWatchIsLookedAt() {
        for (String on : List.of("0", "1")) {
            SessionBench.Client watcher = bench.clientOfShard(Integer.parseInt(on));
            limit(0, "noeviction");
            watcher.reply("SET", "{b}watched", VALUE);
            watcher.reply("WATCH", "{b}watched");
            watcher.reply("MULTI");
            watcher.reply("SET", "{b}other", "1");
            limit(100, "allkeys-random");
            assertEquals("*-1", watcher.reply("EXEC").line(), "the watched key was evicted for it");
            assertNull(watcher.reply("GET", "{b}other").body());
        }
        assertTrue(info("evicted_keys") >= 2);
    }

    @Test
    void shouldEvictWithoutTraffic() {
        for (int i = 0; i < 1_000; i++) {
            client.reply("SET", "key" + i, VALUE);
        }
        limit(LIMIT, "allkeys-random");
        bench.await(() -> {
            bench.nowMicros += 1_000;
            return bench.shards.stream().allMatch(shard -> shard.store().usedBytes() <= LIMIT / 2);
        });
        long kept =
                bench.shards.stream().mapToLong(shard -> shard.store().keys()).sum();
        assertTrue(kept > 500, kept + " keys are kept");
        assertEquals(1_000 - kept, info("evicted_keys"));
        client.reply("CONFIG", "RESETSTAT");
        assertEquals(0, info("evicted_keys"));
    }

    @Test
    void shouldNeitherEvictNorRefuseWhileItIsAReplica() {
        for (int i = 0; i < 100; i++) {
            client.reply("SET", "key" + i, VALUE);
        }
        bench.replication.forEach(replication -> replication.link = LINK);
        limit(2, "allkeys-random");
        for (int i = 0; i < 50; i++) {
            bench.nowMicros += 1_000;
            client.reply("PING");
        }
        assertEquals(0, info("evicted_keys"));
        bench.replication.forEach(replication -> replication.link = null);
        bench.await(() -> {
            bench.nowMicros += 1_000;
            return bench.shards.stream().allMatch(shard -> shard.store().keys() == 0);
        });
        assertEquals(100, info("evicted_keys"));
    }

    @Test
    void shouldNotEvictWhileWritesArePaused() {
        client.reply("SET", "key", VALUE);
        client.reply("CLIENT", "PAUSE", "100", "WRITE");
        limit(2, "allkeys-random");
        for (int i = 0; i < 50; i++) {
            bench.nowMicros += 1_000;
            client.reply("PING");
        }
        assertEquals(VALUE, client.reply("GET", "key").body());
        bench.nowMicros += 100_000;
        bench.await(() -> bench.shards.stream().allMatch(shard -> shard.store().keys() == 0));
    }
}
