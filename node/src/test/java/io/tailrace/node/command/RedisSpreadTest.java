package io.tailrace.node.command;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node of four shards and a real Redis get the same commands with keys of any shards, and reply the same. */
class RedisSpreadTest {
    private static final int SHARDS = 4;
    private static final long SEED = Long.getLong("tailrace.seed", 7);
    private static final int ROUNDS = Integer.getInteger("tailrace.rounds", 1_200);

    @TempDir
    Path directory;

    private SideBySide both;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(RedisServer.isInstalled(), "redis-server is not installed (Debian: redis-server)");
        both = new SideBySide(directory, SHARDS, Map.of());
    }

    @AfterEach
    void stop() throws Exception {
        if (both != null) {
            both.close();
        }
    }

    @Test
    void shouldReplyAsRedisDoesToCommandsOverShards() throws Exception {
        Random random = new Random(SEED);
        SpreadGenerator generator = new SpreadGenerator(SEED);
        List<SideBySide.Client> clients = clients();
        for (int round = 0; round < ROUNDS; round++) {
            SideBySide.Client client = clients.get(random.nextInt(clients.size()));
            List<String> commands = new ArrayList<>();
            for (int i = random.nextInt(4); i >= 0; i--) {
                commands.add(generator.next());
            }
            if (random.nextInt(3) == 0) {
                commands.add(0, "MULTI");
                commands.add(random.nextInt(10) == 0 ? "DISCARD" : "EXEC");
            }
            client.compare("seed " + SEED + ", round " + round, commands.toArray(String[]::new));
        }
        compareContents(clients.get(0));
    }

    private List<SideBySide.Client> clients() throws Exception {
        List<SideBySide.Client> clients = new ArrayList<>();
        for (int shard = 0; shard < SHARDS; shard++) {
            clients.add(both.connect(shard));
        }
        return clients;
    }

    private static void compareContents(SideBySide.Client client) throws Exception {
        for (int database = 0; database < 3; database++) {
            client.compare("contents", "SELECT " + database);
            for (String key : SpreadGenerator.keys()) {
                client.compare(
                        "contents",
                        "TYPE " + key,
                        "GET " + key,
                        "LRANGE " + key + " 0 -1",
                        "SUNION " + key,
                        "ZRANGE " + key + " 0 -1 WITHSCORES",
                        "HGET " + key + " f1",
                        "PFCOUNT " + key);
            }
        }
        client.compare("contents", "SELECT 0");
    }

    @Test
    void shouldRefuseExecWhenAWatchedKeyOfAnyShardWasTouched() throws Exception {
        Random random = new Random(SEED);
        List<SideBySide.Client> clients = clients();
        for (int round = 0; round < 150; round++) {
            SideBySide.Client watching = clients.get(random.nextInt(SHARDS));
            SideBySide.Client writing = clients.get(random.nextInt(SHARDS));
            String context = "round " + round;
            watching.compare(context, "WATCH s0 s1 s2 s3", "WATCH s4");
            if (random.nextBoolean() && writing != watching) {
                writing.compare(context, "MSET s" + random.nextInt(7) + " 1 s" + random.nextInt(7) + " 2");
            }
            if (random.nextInt(5) == 0) {
                watching.compare(context, "UNWATCH");
            }
            watching.compare(
                    context,
                    "MULTI",
                    "MSET s0 a s" + random.nextInt(7) + " b",
                    "MGET s0 s1 s2 s3",
                    "SWAPDB 0 1",
                    "SWAPDB 1 0",
                    "EXEC");
        }
    }

    @Test
    void shouldKeepTheOrderOfAPipelineOverShards() throws Exception {
        SideBySide.Client client = both.connect(1);
        List<String> commands = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            commands.add("SET s" + i % 7 + " " + i);
            commands.add("INCR s" + (i + 3) % 7);
            commands.add("MGET s0 s1 s2 s3 s4 s5 s6");
            commands.add("MULTI");
            commands.add("INCR s" + i % 7);
            commands.add("INCR s" + (i + 1) % 7);
            commands.add("PING");
            commands.add("EXEC");
            commands.add("WATCH s0 s1 s2");
            commands.add("UNWATCH");
        }
        client.compare("pipeline", commands.toArray(String[]::new));
    }

    @Test
    void shouldMoveLargeValuesFromShardToShard() throws Exception {
        SideBySide.Client client = both.connect(0);
        for (int i = 0; i < 40; i++) {
            StringBuilder hash = new StringBuilder("HSET h0");
            StringBuilder set = new StringBuilder("SADD t0");
            StringBuilder sorted = new StringBuilder("ZADD z0");
            StringBuilder list = new StringBuilder("RPUSH l0");
            for (int j = 0; j < 50; j++) {
                hash.append(" f").append(i * 50 + j).append(" value").append(j);
                set.append(" member").append(i * 50 + j);
                sorted.append(" ").append(j).append(" m").append(i * 50 + j);
                list.append(" element").append(i * 50 + j);
            }
            client.compare("fill", hash.toString(), set.toString(), sorted.toString(), list.toString());
            client.compare("fill", "XADD x0 " + (i + 1) + "-1 f v" + i);
        }
        client.compare("groups", "XGROUP CREATE x0 g 5-1", "XREADGROUP GROUP g c COUNT 3 STREAMS x0 >");
        for (String type : List.of("h", "t", "z", "l", "x")) {
            for (int to = 1; to < 7; to++) {
                client.compare("copy", "COPY " + type + "0 " + type + to, "EXPIRE " + type + to + " 100000");
                client.compare("rename", "RENAME " + type + to + " " + type + "9", "OBJECT ENCODING " + type + "9");
                client.compare("moved", "EXISTS " + type + to + " " + type + "9", "TTL " + type + "9");
            }
        }
        client.compare("hash", "HLEN h9", "HGET h9 f1999", "HGET h9 f7");
        client.compare("set", "SCARD t9", "SISMEMBER t9 member1234");
        client.compare("sorted set", "ZCARD z9", "ZRANGE z9 100 130 WITHSCORES");
        client.compare("list", "LLEN l9", "LRANGE l9 900 920");
        client.compare("stream", "XLEN x9", "XRANGE x9 - +", "XPENDING x9 g", "XINFO GROUPS x9");
    }

    @Test
    void shouldRefuseWhatIsNotOneOfItsCommands() throws Exception {
        SideBySide.Client client = both.connect(2);
        client.compare(
                "errors",
                "MSET s0",
                "MSET s0 1 s1",
                "DEL",
                "RENAME nothing s1",
                "SET l1 string",
                "SET t1 string",
                "SINTER t0 l1 t1",
                "LMOVE l0 l1 LEFT LEFT",
                "MULTI",
                "INCR l1",
                "MGET l1 t1",
                "SADD l1 x",
                "NOSUCH l1",
                "EXEC",
                "MULTI",
                "INCR l1",
                "LPUSH t1 x",
                "MGET l1 t1",
                "EXEC");
    }
}
