package io.tailrace.node.command;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node of four shards and a real Redis run the same scripts and functions, with declared and undeclared keys of any shards, and reply
 * the same.
 */
class RedisSpreadScriptTest {
    private static final int SHARDS = 4;
    private static final long SEED = Long.getLong("tailrace.seed", 11);
    private static final int ROUNDS = Integer.getInteger("tailrace.rounds", 700);
    private static final int KEYS = 7;

    private static final String LIBRARY = "#!lua name=lib\n"
            + "redis.register_function('move', function(k, a) local v = redis.call('lpop', k[1])"
            + " if v then redis.call('rpush', k[2], v) end return v end)\n"
            + "redis.register_function('bump', function(k, a) for _, x in ipairs(a) do redis.call('incr', x) end return #a end)\n"
            + "redis.register_function{function_name='sum', flags={'no-writes'}, callback=function(k, a)"
            + " local s = 0 for _, x in ipairs(k) do s = s + (tonumber(redis.call('get', x)) or 0) end return s end}";

    /** With only the keys that they declare. */
    private static final String[] CLOSED = {
        "local n = 0 for _, k in ipairs(KEYS) do n = n + redis.call('incr', k) end return n",
        "for i, k in ipairs(KEYS) do redis.call('set', k, i) end return redis.call('mget', unpack(KEYS))",
        "redis.call('del', unpack(KEYS)) return redis.call('exists', unpack(KEYS))",
        "return redis.call('mget', unpack(KEYS))",
        "redis.call('mset', KEYS[1], 5, KEYS[#KEYS], 6) return redis.call('rename', KEYS[1], KEYS[#KEYS])",
        "redis.call('set', KEYS[1], 'half') return redis.call('lpush', KEYS[1], 'x')",
        "redis.call('set', KEYS[1], 1) local r = redis.pcall('lpush', KEYS[#KEYS], 'x') return r",
        "redis.call('incr', KEYS[#KEYS]) error('on purpose')",
        "return redis.call('copy', KEYS[1], KEYS[#KEYS], 'replace')",
    };

    /** With keys that they make up, or are given as other arguments. */
    private static final String[] OPEN = {
        "local n = 0 for _, k in ipairs(ARGV) do n = n + redis.call('incr', k) end return n",
        "return redis.call('mget', unpack(ARGV))",
        "redis.call('set', 's' .. #ARGV, ARGV[1]) return redis.call('get', 's' .. #ARGV)",
        "redis.call('incr', ARGV[1]) redis.call('select', 1) redis.call('incr', ARGV[1]) return redis.call('get', ARGV[1])",
        "redis.call('mset', ARGV[1], 1, ARGV[#ARGV], 2) return redis.call('dbsize')",
        "local v = redis.pcall('incr', ARGV[1]) redis.call('set', ARGV[#ARGV], 'v') return v",
        "redis.call('incr', ARGV[#ARGV]) return redis.error_reply('MY error')",
        "redis.call('publish', 'nobody', 'x') return redis.call('rename', ARGV[1], ARGV[#ARGV])",
        "return {redis.call('type', ARGV[1]), redis.call('exists', unpack(ARGV)), redis.call('dbsize')}",
        "redis.call('flushdb') redis.call('set', ARGV[1], 1) return redis.call('dbsize')",
        "return redis.call('rpush', 'l' .. #ARGV, unpack(ARGV))",
    };

    @TempDir
    Path directory;

    private final Random random = new Random(SEED);
    private SideBySide both;
    private List<SideBySide.Client> clients;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(RedisServer.isInstalled(), "redis-server is not installed (Debian: redis-server)");
        both = new SideBySide(directory, SHARDS, Map.of());
        clients = new ArrayList<>();
        for (int shard = 0; shard < SHARDS; shard++) {
            clients.add(both.connect(shard));
        }
    }

    @AfterEach
    void stop() throws Exception {
        if (both != null) {
            both.close();
        }
    }

    private static String one(String words) {
        return words.replace(' ', SideBySide.SPACE);
    }

    private String keys(String type, int count) {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < count; i++) {
            all.append(' ').append(type).append(random.nextInt(KEYS));
        }
        return all.toString();
    }

    private String script() {
        int count = 1 + random.nextInt(4);
        switch (random.nextInt(8)) {
            case 0:
                return "FCALL move 2" + keys("l", 2);
            case 1:
                return "FCALL bump 0" + keys("s", count);
            case 2:
                return "FCALL_RO sum " + count + keys("s", count);
            case 3, 4, 5:
                String closed = CLOSED[random.nextInt(CLOSED.length)];
                return "EVAL " + one(closed) + " " + count + keys("s", count);
            default:
                String open = OPEN[random.nextInt(OPEN.length)];
                int declared = random.nextInt(3);
                return "EVAL " + one(open) + " " + declared + keys("s", declared) + keys("s", count);
        }
    }

    private String other() {
        return switch (random.nextInt(5)) {
            case 0 -> "SET" + keys("s", 1) + " " + random.nextInt(99);
            case 1 -> "MGET" + keys("s", 3);
            case 2 -> "RPUSH" + keys("l", 1) + " a b";
            case 3 -> "GET" + keys("s", 1);
            default -> "LRANGE" + keys("l", 1) + " 0 -1";
        };
    }

    @Test
    void shouldReplyAsRedisDoesToScriptsOverShards() throws Exception {
        clients.get(0).compare("library", "FUNCTION LOAD " + one(LIBRARY));
        for (int round = 0; round < ROUNDS; round++) {
            SideBySide.Client client = clients.get(random.nextInt(clients.size()));
            List<String> commands = new ArrayList<>();
            // what is known of its scripts by now decides where they run: a pipeline may only overtake one that changes
            // its ways
            commands.add(script());
            for (int i = random.nextInt(3); i > 0; i--) {
                commands.add(random.nextBoolean() ? script() : other());
            }
            if (random.nextInt(3) == 0) {
                commands.add(0, "MULTI");
                commands.add("EXEC");
            }
            client.compare("seed " + SEED + ", round " + round, commands.toArray(String[]::new));
        }
        compareContents();
    }

    private void compareContents() throws IOException {
        for (int i = 0; i < KEYS; i++) {
            clients.get(0).compare("contents", "GET s" + i, "LRANGE l" + i + " 0 -1", "TYPE s" + i);
        }
        clients.get(0).compare("contents", "DBSIZE");
    }

    @Test
    void shouldRunScriptsOverShardsByTheirHash() throws Exception {
        String script = one("redis.call('set', KEYS[1], ARGV[1]) redis.call('set', KEYS[2], ARGV[1]) return ARGV[1]");
        String hash = clients.get(1).ours("SCRIPT LOAD " + script).get(0).body();
        clients.get(1).compare("load", "SCRIPT LOAD " + script);
        for (SideBySide.Client client : clients) {
            for (int i = 0; i < 6; i++) {
                client.compare(
                        "hash",
                        "EVALSHA " + hash + " 2 s" + i + " s" + (i + 1) + " v" + i,
                        "MGET s0 s1 s2 s3 s4 s5 s6");
                client.compare("read only", "EVALSHA_RO " + hash + " 2 s" + i + " s" + (i + 1) + " w");
                client.compare("none", "EVALSHA " + hash.replace('a', 'b') + "0 2 s1 s2 w");
            }
        }
    }

    @Test
    void shouldSeeALibraryThatTheSameTransactionLoads() throws Exception {
        for (SideBySide.Client client : clients) {
            client.compare(
                    "library in MULTI",
                    "MULTI",
                    "FUNCTION FLUSH",
                    "FUNCTION LOAD " + one(LIBRARY),
                    "FCALL bump 0 s0 s1 s2 s3",
                    "FCALL_RO sum 4 s0 s1 s2 s3",
                    "EXEC");
        }
    }
}
