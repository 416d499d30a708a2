package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.shard.RebuildException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * WAITAOF as Redis 7.2 documents it, on a node of two shards. The key "a" belongs to shard 1, "b" to shard 0; the client is
 * served by shard 0.
 */
class WaitAofTest {
    private static final int TURNS = 50;

    private SessionBench bench;
    private SessionBench.Client client;
    private FakeAcks near;
    private FakeAcks far;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException, RebuildException {
        bench = new SessionBench(directory, 2);
        client = bench.clientOfShard(0);
        near = bench.replication.get(0).acks;
        far = bench.replication.get(1).acks;
    }

    @AfterEach
    void stop() throws IOException {
        bench.close();
    }

    private String error(String... command) {
        return client.reply(command).line();
    }

    @Test
    void shouldRefuseInTheWordsOfRedis() {
        assertEquals("-ERR wrong number of arguments for 'waitaof' command", error("WAITAOF", "1", "1"));
        assertEquals("-ERR value is not an integer or out of range", error("WAITAOF", "x", "1", "1"));
        assertEquals("-ERR value is out of range, value must between 0 and 1", error("WAITAOF", "2", "1", "1"));
        assertEquals("-ERR value is out of range, value must between 0 and 1", error("WAITAOF", "-1", "1", "1"));
        assertEquals("-ERR value is not an integer or out of range", error("WAITAOF", "1", "1.5", "1"));
        assertEquals("-ERR value is out of range, must be positive", error("WAITAOF", "1", "-1", "1"));
        assertEquals("-ERR timeout is not an integer or out of range", error("WAITAOF", "1", "1", "x"));
        assertEquals("-ERR timeout is negative", error("WAITAOF", "1", "1", "-1"));
        assertEquals("-ERR timeout is out of range", error("WAITAOF", "1", "1", "" + Long.MAX_VALUE));
        bench.node.primary = new HostPort("primary.example", 6379);
        assertEquals("-ERR timeout is negative", error("WAITAOF", "1", "1", "-1"), "arguments come first");
        assertEquals(
                "-ERR WAITAOF cannot be used with replica instances. Please also note that writes to replicas are just"
                        + " local and are not propagated.",
                error("WAITAOF", "1", "1", "0"));
    }

    @Test
    void shouldAnswerAtOnceWhenNothingIsAskedFor() {
        client.reply("SET", "a", "1");
        near.durable.put("one", 1L << 33);
        assertEquals("*2 [:0, :0]", client.reply("WAITAOF", "0", "0", "0").toString());
        assertEquals("", near.asked + far.asked, "nobody waits for a disk");
        far.durable.put("one", 1L << 33);
        far.durableHere = 1L << 33;
        assertEquals("*2 [:1, :1]", client.reply("WAITAOF", "0", "0", "0").toString());
    }

    @Test
    void shouldWaitForTheDiskOfEveryShardThatWasWrittenTo() {
        client.reply("SET", "b", "1");
        client.reply("SET", "a", "1");
        client.send("WAITAOF", "1", "0", "0");
        client.send("PING");
        bench.await(() -> near.asked.contains("here") && far.asked.contains("here"));
        near.durableHere = bench.shards.get(0).backlog().lastIndex();
        assertTrue(client.isSilent(TURNS));
        far.durableHere = bench.shards.get(1).backlog().lastIndex();
        assertEquals("*2 [:1, :0]", client.next().toString());
        assertEquals("+PONG", client.next().line());
        assertTrue(!near.asked.contains("replicas"), "replicas were not asked for");
    }

    @Test
    void shouldWaitForReplicasThatHaveItOnTheirDisks() {
        client.reply("SET", "a", "1");
        long index = bench.shards.get(1).backlog().lastIndex();
        near.durable.put("one", -1L);
        far.applied.put("one", index);
        client.send("WAITAOF", "0", "1", "0");
        bench.await(() -> far.asked.contains("replicas"));
        assertTrue(client.isSilent(TURNS), "having applied it is not enough");
        far.durable.put("one", index);
        assertEquals("*2 [:0, :1]", client.next().toString());
    }

    @Test
    void shouldNotWaitWithinATransaction(@TempDir Path other) throws IOException, RebuildException {
        try (SessionBench single = new SessionBench(other, 1)) {
            FakeAcks acks = single.replication.get(0).acks;
            SessionBench.Client only = single.client();
            only.reply("SET", "a", "1");
            acks.applied.put("one", single.shards.get(0).backlog().lastIndex());
            only.reply("MULTI");
            only.reply("WAITAOF", "1", "1", "0");
            only.reply("WAIT", "2", "0");
            assertEquals("*2 [*2 [:0, :0], :1]", only.reply("EXEC").toString());
        }
    }

    @Test
    void shouldTellHowItIsWhenTimeIsUp() {
        client.reply("SET", "b", "1");
        client.send("WAITAOF", "1", "2", "70");
        bench.await(() -> !near.timeouts.isEmpty() && !far.timeouts.isEmpty());
        assertEquals(70, near.timeouts.get(0));
        near.durableHere = bench.shards.get(0).backlog().lastIndex();
        near.durable.put("one", near.durableHere);
        far.durable.put("one", -1L);
        near.answerAll();
        far.answerAll();
        assertEquals("*2 [:1, :1]", client.next().toString());
    }
}
