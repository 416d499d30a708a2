package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scripts with keys of several shards of a node. */
class SpreadScriptTest {
    @TempDir
    Path directory;

    private SessionBench bench;

    private SessionBench.Client open(int shards) throws Exception {
        bench = new SessionBench(directory, shards);
        SessionBench.Client client = bench.client();
        client.reply("PING");
        return client;
    }

    @AfterEach
    void close() throws Exception {
        if (bench != null) {
            bench.close();
        }
    }

    private static String text(Reply reply) {
        return reply.toString();
    }

    @Test
    void shouldUseKeysOfAnyShard() throws Exception {
        SessionBench.Client client = open(3);
        for (int shard = 0; shard < 3; shard++) {
            String key = bench.keyOfShard(shard);
            String other = bench.keyOfShard((shard + 1) % 3);
            String incr = "return redis.call('incr',KEYS[1])";
            assertEquals(":1", text(client.reply("EVAL", incr, "1", key)));
            assertEquals(":2", text(client.reply("EVAL", incr, "2", key, other)));
            assertEquals(":3", text(client.reply("EVAL", "return redis.call('incr',ARGV[1])", "1", other, key)));
            String counting = "redis.call('incr',KEYS[1]) return redis.call('dbsize')";
            assertEquals(":1", text(client.reply("EVAL", counting, "1", key)));
            client.reply("MULTI");
            client.reply("GET", other);
            client.reply("EVAL", "return redis.call('incr',ARGV[1])", "0", key);
            assertEquals("*2 [$-1, :5]", text(client.reply("EXEC")), "what was taken back did not count");
            client.reply("DEL", key);
        }
    }

    /** One that has only used its own keys so far runs on their shard, and is begun anew when it uses others. */
    @Test
    void shouldBeginAScriptAnewThatUsesOtherKeysThanBefore() throws Exception {
        open(3);
        String script =
                "redis.call('incr',KEYS[1]) if ARGV[1] then redis.call('incr',ARGV[1]) end return redis.call('get',KEYS[1])";
        String key = bench.keyOfShard(1);
        String other = bench.keyOfShard(2);
        SessionBench.Client client = bench.clientOfShard(0);
        for (int i = 1; i < 4; i++) {
            assertEquals("$1 " + i, text(client.reply("EVAL", script, "1", key)));
        }
        assertEquals("$1 4", text(client.reply("EVAL", script, "1", key, other)));
        assertEquals("$1 5", text(client.reply("EVAL", script, "1", key, other)));
        assertEquals("$1 2", text(client.reply("GET", other)));
        assertEquals("$1 6", text(client.reply("EVAL", script, "1", key)));
    }
}
