package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.shard.RebuildException;
import io.tailrace.wire.memory.NativeBuffer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Replies that are held until replicas have the write, on a node of two shards. The key "a" belongs to shard 1, "b" to
 * shard 0; the client is served by shard 0.
 */
@Timeout(120)
class HeldRepliesTest {
    private static final String FAILURE = "NOREPLICAS it is in the log";
    private static final int TURNS = 50;

    private SessionBench bench;
    private SessionBench.Client client;
    private SessionBench.Client other;
    private FakeAcks near;
    private FakeAcks far;
    private long liveBytesBefore;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException, RebuildException {
        liveBytesBefore = NativeBuffer.liveBytes();
        bench = new SessionBench(directory, 2);
        client = bench.clientOfShard(0);
        other = bench.clientOfShard(0);
        near = bench.replication.get(0).acks;
        far = bench.replication.get(1).acks;
        other.reply("CONFIG", "SET", "ack-replicas", "1");
    }

    @AfterEach
    void stop() throws IOException {
        bench.close();
        SessionBench.assertFreed(liveBytesBefore);
    }

    private void assertReplies(String... lines) {
        for (String line : lines) {
            assertEquals(line, client.next().toString());
        }
        assertTrue(client.isSilent(TURNS), "nothing more");
    }

    private void awaitHeld(int nearCount, int farCount) {
        bench.await(() -> near.held.size() == nearCount && far.held.size() == farCount);
        assertTrue(client.isSilent(TURNS));
    }

    @Test
    void shouldHoldTheReplyAndExecuteWhatFollows() {
        client.send("SET", "b", "1");
        client.send("GET", "b");
        client.send("INCR", "b");
        client.send("GET", "b");
        client.send("PING");
        awaitHeld(2, 0);
        assertEquals("$1 2", other.reply("GET", "b").toString(), "all of it was executed");
        near.releaseFirst();
        assertReplies("+OK", "$1 1");
        near.releaseFirst();
        assertReplies(":2", "$1 2", "+PONG");
        assertEquals("+PONG", client.reply("PING").line());
    }

    @Test
    void shouldAnswerTheErrorInTheWritesPlace() {
        client.send("GET", "b");
        client.send("SET", "b", "1");
        client.send("GET", "b");
        client.send("INCR", "b");
        assertReplies("$-1");
        awaitHeld(2, 0);
        near.failFirst(FAILURE);
        assertReplies("-" + FAILURE, "$1 1");
        near.releaseFirst();
        assertReplies(":2");
    }

    @Test
    void shouldHoldTheReplyOfOneThatWaitedToo() {
        client.send("BLPOP", "b", "0");
        client.send("PING");
        bench.await(() -> bench.services(0).stats().blocked() == 1);
        other.send("RPUSH", "b", "x", "y");
        awaitHeld(2, 0);
        near.releaseFirst();
        near.releaseFirst();
        assertReplies("*2 [$1 b, $1 x]", "+PONG");
        assertEquals(":2", other.next().line());
        client.send("BLPOP", "b", "0");
        awaitHeld(1, 0);
        near.failFirst(FAILURE);
        assertReplies("-" + FAILURE);
    }

    @Test
    void shouldHoldTheReplyOfOneThatWaitedOnAnotherShard() {
        client.send("BLMOVE", "a", "a", "LEFT", "RIGHT", "0");
        client.send("PING");
        bench.await(() -> bench.services(0).stats().blocked() == 1);
        assertTrue(client.isSilent(TURNS));
        other.send("RPUSH", "a", "x", "y");
        awaitHeld(0, 2);
        far.releaseFirst();
        far.releaseFirst();
        assertReplies("$1 x", "+PONG");
        assertEquals(":2", other.next().line());
    }

    @Test
    void shouldNotHoldWhatWritesNothing() {
        assertEquals(":0", client.reply("DEL", "b").line());
        assertEquals("+OK", client.reply("CONFIG", "SET", "timeout", "0").line());
        client.send("SET", "b", "x");
        client.send("INCR", "b");
        client.send("SETNX", "b", "y");
        awaitHeld(1, 0);
        near.releaseFirst();
        assertReplies("+OK", "-ERR value is not an integer or out of range", ":0");
    }

    @Test
    void shouldHoldATransactionForWhichAllShardsAnswer() {
        client.reply("MULTI");
        client.reply("SET", "b", "1");
        client.reply("PUBLISH", "nobody", "m");
        client.send("EXEC");
        client.send("PING");
        awaitHeld(1, 0);
        near.releaseFirst();
        assertReplies("*2 [+OK, :0]", "+PONG");
        client.reply("MULTI");
        client.reply("PUBLISH", "nobody", "m");
        client.reply("INCR", "b");
        client.send("EXEC");
        awaitHeld(1, 0);
        near.failFirst(FAILURE);
        assertReplies("-" + FAILURE);
    }

    @Test
    void shouldHoldATransactionAsOne() {
        for (String key : List.of("b", "a")) {
            FakeAcks shard = key.equals("b") ? near : far;
            client.reply("MULTI");
            client.reply("SET", key, "1");
            client.reply("GET", key);
            client.send("EXEC");
            client.send("PING");
            bench.await(() -> !shard.held.isEmpty());
            assertTrue(client.isSilent(TURNS));
            shard.releaseFirst();
            assertReplies("*2 [+OK, $1 1]", "+PONG");
            client.reply("MULTI");
            client.reply("INCR", key);
            client.send("EXEC");
            bench.await(() -> !shard.held.isEmpty());
            shard.failFirst(FAILURE);
            assertReplies("-" + FAILURE);
            client.reply("MULTI");
            client.reply("GET", key);
            assertEquals("*1 [$1 2]", client.reply("EXEC").toString(), "nothing was written");
        }
    }

    @Test
    void shouldHoldOnTheShardThatWrote() {
        client.send("SET", "a", "1");
        client.send("SET", "b", "1");
        client.send("GET", "a");
        awaitHeld(1, 1);
        assertEquals("$1 1", other.reply("GET", "b").toString());
        near.releaseFirst();
        assertTrue(client.isSilent(TURNS), "the first reply is the far shard's");
        far.releaseFirst();
        assertReplies("+OK", "+OK", "$1 1");
        client.send("SET", "a", "2");
        client.send("PING");
        awaitHeld(0, 1);
        far.failFirst(FAILURE);
        assertReplies("-" + FAILURE, "+PONG");
    }

    @Test
    void shouldHoldEveryPartOfASplitCommand() {
        client.send("MSET", "a", "1", "b", "1");
        awaitHeld(1, 1);
        far.releaseFirst();
        assertTrue(client.isSilent(TURNS));
        near.releaseFirst();
        assertReplies("+OK");
        client.send("DEL", "a", "b", "c");
        awaitHeld(1, 1);
        near.failFirst(FAILURE);
        assertTrue(client.isSilent(TURNS));
        far.releaseFirst();
        assertReplies("-" + FAILURE);
    }

    @Test
    void shouldForgetAClientThatLeaves() throws IOException {
        SessionBench.Client leaving = bench.clientOfShard(0);
        long id = leaving.reply("CLIENT", "ID").integer();
        leaving.send("SET", "b", "1");
        leaving.send("SET", "a", "1");
        leaving.send("SET", "b", "2");
        awaitHeld(2, 1);
        assertEquals(1, client.reply("CLIENT", "KILL", "ID", "" + id).integer());
        assertTrue(leaving.isClosed());
        near.releaseFirst();
        near.failFirst(FAILURE);
        far.failFirst(FAILURE);
        assertEquals("$1 2", client.reply("GET", "b").toString());
    }

    @Test
    void shouldAnswerAClientThatSendsNoMore() {
        client.send("SET", "b", "1");
        client.send("GET", "b");
        client.endSending();
        awaitHeld(1, 0);
        near.releaseFirst();
        assertEquals("+OK", client.next().line());
        assertEquals("$1 1", client.next().toString());
        assertTrue(client.isClosed());
    }

    @Test
    void shouldQuitBehindWhatIsHeld() {
        client.send("SET", "b", "1");
        client.send("QUIT");
        awaitHeld(1, 0);
        near.releaseFirst();
        assertEquals("+OK", client.next().line());
        assertEquals("+OK", client.next().line());
        assertTrue(client.isClosed());
    }

    @Test
    void shouldCountWhatIsHeldAgainstTheOutputLimit() {
        other.reply("CONFIG", "SET", "client-output-limit", "1mb");
        bench.nowMicros += 1_000;
        other.send("SETRANGE", "b", "" + (CommandBench.MAX_VALUE / 2), "x");
        awaitHeld(1, 0);
        near.releaseFirst();
        other.next();
        client.send("SET", "c{b}", "1");
        client.send("GET", "b");
        awaitHeld(1, 0);
        assertTrue(client.isSilent(TURNS));
        client.send("GET", "b");
        assertTrue(client.isClosed());
        assertTrue(other.reply("INFO", "stats").body().contains("client_output_limit_closed:1\r\n"));
    }

    @Test
    void shouldRefuseWritesWhenTooManyAreHeld() {
        near.moreHeld = 1 << 18;
        assertEquals(
                "-NOREPLICAS 262144 writes wait for replicas already (ack-replicas); this one was not executed",
                client.reply("SET", "b", "1").line());
        assertEquals("$-1", client.reply("GET", "b").line());
    }

    @Test
    void shouldWaitForWritesThatOtherShardsAreStillExecuting() {
        near.applied.put("one", -1L);
        far.applied.put("one", -1L);
        client.send("SET", "a", "1");
        client.send("WAIT", "1", "0");
        bench.await(() -> !far.timeouts.isEmpty());
        assertTrue(client.isSilent(TURNS), "the write on the far shard is one of this connection's");
        far.applied.put("one", far.held.getFirst().index());
        far.releaseFirst();
        assertReplies("+OK", ":1");
    }

    @Test
    void shouldKeepThousandsFlowing() {
        int count = 3_000;
        for (int i = 0; i < count; i++) {
            client.send("INCR", i % 2 == 0 ? "a" : "b");
            client.send("PING");
            if (i % 100 == 0) {
                client.isSilent(1);
            }
        }
        awaitHeld(count / 2, count / 2);
        near.releaseAll();
        far.releaseAll();
        for (int i = 0; i < count; i++) {
            assertEquals(":" + (i / 2 + 1), client.next().line());
            assertEquals("+PONG", client.next().line());
        }
    }

    @Test
    void shouldKeepTheOrderWhateverIsHeldAndReleased() {
        long seed = 20_261_123;
        SplittableRandom random = new SplittableRandom(seed);
        int sent = 0;
        int received = 0;
        int failed = 0;
        int errors = 0;
        int[] counts = new int[2];
        int[] expected = new int[2_000];
        while (received < expected.length) {
            for (int i = random.nextInt(8); i > 0 && sent < expected.length; i--) {
                int shard = random.nextInt(2);
                expected[sent++] = ++counts[shard];
                client.send("INCR", shard == 0 ? "b" : "a");
            }
            client.isSilent(random.nextInt(3));
            for (FakeAcks acks : List.of(near, far)) {
                for (int i = random.nextInt(6); i > 0 && !acks.held.isEmpty(); i--) {
                    if (random.nextInt(10) == 0) {
                        acks.failFirst(FAILURE);
                        failed++;
                    } else {
                        acks.releaseFirst();
                    }
                }
            }
            for (Reply reply = client.poll(); reply != null; reply = client.poll()) {
                boolean isError = reply.line().equals("-" + FAILURE);
                errors += isError ? 1 : 0;
                assertTrue(isError || reply.line().equals(":" + expected[received]), "seed " + seed + ": " + reply);
                received++;
            }
        }
        assertEquals(failed, errors, "seed " + seed);
    }
}
