package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.shard.RebuildException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code min-replicas-to-write} on a node of two shards. The key "a" belongs to shard 1, "b" to shard 0. */
class MinReplicasTest {
    private static final String REFUSAL = "-NOREPLICAS Not enough good replicas to write.";

    private SessionBench bench;
    private SessionBench.Client client;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException, RebuildException {
        bench = new SessionBench(directory, 2);
        client = bench.client();
        client.reply("CONFIG", "SET", "min-replicas-to-write", "2");
        bench.replication.forEach(shard -> shard.acks.goodReplicas = 1);
    }

    @AfterEach
    void stop() throws IOException {
        bench.close();
    }

    @Test
    void shouldRefuseWritesOnlyWhileReplicasAreTooFew() {
        assertEquals(REFUSAL, client.reply("SET", "a", "1").line());
        assertEquals(REFUSAL, client.reply("MSET", "a", "1", "b", "1").line());
        assertEquals("$-1", client.reply("GET", "a").line());
        bench.replication.forEach(shard -> shard.acks.goodReplicas = 2);
        assertEquals("+OK", client.reply("SET", "a", "1").line());
    }

    @Test
    void shouldAskTheShardThatIsWrittenTo() {
        bench.replication.get(0).acks.goodReplicas = 2;
        assertEquals("+OK", client.reply("SET", "b", "1").line());
        SessionBench.Client other = bench.clientOfShard(0);
        assertEquals(REFUSAL, other.reply("SET", "a", "1").line());
    }

    @Test
    void shouldSpoilATransaction() {
        client.reply("MULTI");
        assertEquals(REFUSAL, client.reply("SET", "a", "1").line());
        assertEquals(
                "-EXECABORT Transaction discarded because of previous errors.",
                client.reply("EXEC").line());
        client.reply("CONFIG", "SET", "min-slaves-to-write", "0");
        client.reply("MULTI");
        assertEquals("+QUEUED", client.reply("SET", "a", "1").line());
        SessionBench.Client other = bench.clientOfShard(0);
        other.reply("CONFIG", "SET", "min-slaves-to-write", "2");
        assertEquals(
                "-EXECABORT Transaction discarded because of: " + REFUSAL.substring(1),
                client.reply("EXEC").line());
        client.reply("MULTI");
        client.reply("GET", "a");
        assertEquals("*1 [$-1]", client.reply("EXEC").toString());
    }

    @Test
    void shouldBeOffWithoutALimitOfLag() {
        client.reply("CONFIG", "SET", "min-slaves-max-lag", "0");
        assertEquals("+OK", client.reply("SET", "a", "1").line());
    }

    @Test
    void shouldLetAReplicaSayThatItIsOne() {
        bench.node.primary = new HostPort("primary.example", 6379);
        assertTrue(client.reply("SET", "a", "1").line().startsWith("-READONLY"));
    }

    @Test
    void shouldShowGoodReplicasWhileTheyMatter() {
        bench.replication.get(0).acks.goodReplicas = 3;
        assertTrue(
                client.reply("INFO", "replication").body().contains("connected_slaves:0\r\nmin_slaves_good_slaves:1"));
        client.reply("CONFIG", "SET", "min-replicas-to-write", "0");
        assertFalse(client.reply("INFO", "replication").body().contains("good_slaves"));
    }
}
