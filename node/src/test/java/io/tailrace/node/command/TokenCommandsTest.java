package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.services.ReplicationServices.LinkInfo;
import io.tailrace.node.shard.RebuildException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * TOKEN and WAITTOKEN on a node of two shards. The key "a" belongs to shard 1, "b" to shard 0; the client is served by
 * shard 0.
 */
class TokenCommandsTest {
    private static final String OLD = SessionBench.HISTORY;
    private static final String NEW = FakeNode.NEW_HISTORY;
    private static final int TURNS = 50;

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

    private String token() {
        return client.reply("TOKEN").body();
    }

    private String await(String token) {
        return client.reply("WAITTOKEN", token, "0").line();
    }

    private void becomeReplica(LinkInfo link) {
        bench.node.primary = new HostPort("primary.example", 6379);
        bench.replication.forEach(shard -> shard.link = link);
    }

    /** What a record of a new history does, wherever it comes from. */
    private void beginHistory(int shard) {
        bench.shards.get(shard).log().beginHistory(NEW);
    }

    @Test
    void shouldNameTheLastWriteOnEachShard() {
        assertEquals("-.-.-", token());
        assertEquals("+OK", await("-.-.-"));
        client.reply("SET", "a", "1");
        assertEquals(OLD + ".-.1-1", token());
        client.reply("SET", "b", "1");
        client.reply("GET", "a");
        client.reply("DEL", "nothing");
        assertEquals(OLD + ".1-1.1-1", token());
        SessionBench.Client other = bench.clientOfShard(0);
        other.reply("SET", "a", "2");
        assertEquals(OLD + ".1-1.1-1", token(), "it was another one's");
        assertEquals(OLD + ".-.1-2", other.reply("TOKEN").body());
    }

    @Test
    void shouldNameWhatOtherShardsStillExecute() {
        client.send("SET", "a", "1");
        client.send("TOKEN");
        assertEquals("+OK", client.next().line());
        assertEquals(OLD + ".-.1-1", client.next().body());
    }

    @Test
    void shouldTellHistoriesApart() {
        client.reply("SET", "a", "1");
        beginHistory(0);
        beginHistory(1);
        client.reply("SET", "b", "1");
        assertEquals(NEW + ".2-1.1-1-" + OLD, token());
        assertEquals("+OK", await(token()));
    }

    @Test
    void shouldWaitOnAReplicaUntilAllShardsHaveTheWrites() {
        LinkInfo link = InfoTest.UP;
        becomeReplica(link);
        client.send("WAITTOKEN", OLD + ".1-1.1-1", "0");
        client.send("PING");
        assertTrue(client.isSilent(TURNS));
        becomePrimaryAndWrite("b", link);
        assertTrue(client.isSilent(TURNS), "shard 1 is still behind");
        becomePrimaryAndWrite("a", link);
        assertEquals("+OK", client.next().line());
        assertEquals("+PONG", client.next().line());
    }

    /** A record comes to a shard of the replica. */
    private void becomePrimaryAndWrite(String key, LinkInfo link) {
        bench.node.primary = null;
        bench.replication.forEach(shard -> shard.link = null);
        bench.replication.forEach(shard -> shard.acks.isStopped = true);
        try {
            bench.clientOfShard(0).reply("SET", key, "1");
        } finally {
            becomeReplica(link);
            bench.replication.forEach(shard -> shard.acks.isStopped = false);
        }
    }

    @Test
    void shouldSayWhatIsBehind() {
        becomeReplica(InfoTest.UP);
        client.send("WAITTOKEN", OLD + ".1-0.1-4", "100");
        bench.await(() -> bench.replication.stream().noneMatch(shard -> shard.acks.timeouts.isEmpty()));
        bench.replication.forEach(shard -> shard.acks.answerAll());
        assertEquals(
                "-BEHIND shard 1 has applied 1:0, the token asks for 1:4",
                client.next().line());
        client.send("WAITTOKEN", OLD + ".1-2.1-4", "100");
        bench.await(() -> bench.replication.get(0).acks.timeouts.size() == 2);
        client.isSilent(TURNS);
        bench.replication.forEach(shard -> shard.acks.answerAll());
        assertEquals(
                "-BEHIND shard 0 has applied 1:0, the token asks for 1:2; shard 1 has applied 1:0, the token asks for 1:4",
                client.next().line());
    }

    @Test
    void shouldTakeATokenOfAnOlderHistoryAndSayWhenItsWriteWasLost() {
        becomeReplica(InfoTest.UP);
        bench.shards.forEach(shard -> shard.log().beginHistory(NEW));
        assertEquals("+OK", await(OLD + ".1-0.1-0"));
        assertEquals("+OK", await(NEW + ".2-0.-"));
        assertEquals("-LOST shard 1 left history " + OLD + " at 1:0, the token asks for 1:1", await(OLD + ".1-0.1-1"));
    }

    @Test
    void shouldWaitForAHistoryThatAReplicaMayStillLearn() {
        becomeReplica(InfoTest.UP);
        client.send("WAITTOKEN", NEW + ".2-0.2-0", "0");
        assertTrue(client.isSilent(TURNS));
        beginHistory(0);
        assertTrue(client.isSilent(TURNS));
        beginHistory(1);
        assertEquals("+OK", client.next().line());
    }

    @Test
    void shouldSayThatAHistoryIsNotKnown() {
        String unknown = "f".repeat(40);
        assertEquals(
                "-FOREIGN shard 0 does not know history " + unknown + ", its own is " + OLD,
                await(unknown + ".1-0.-"),
                "a primary learns none");
        becomeReplica(InfoTest.UP);
        client.send("WAITTOKEN", unknown + ".1-0.-", "100");
        bench.await(() -> !bench.replication.get(0).acks.timeouts.isEmpty());
        assertTrue(client.isSilent(TURNS));
        bench.replication.forEach(shard -> shard.acks.answerAll());
        assertTrue(client.next().line().startsWith("-FOREIGN shard 0 does not know history"));
    }

    @Test
    void shouldNotWaitForWhatAPrimaryHasNotWritten() {
        assertEquals("-BEHIND shard 0 has applied 1:0, the token asks for 1:9", await(OLD + ".1-9.-"));
    }

    @Test
    void shouldRefuseWhatIsNoTokenOfThisNode() {
        assertTrue(await("x").startsWith("-ERR not a token: "));
        assertEquals("-ERR the token is of a node with another number of shards: 1, here 2", await("-.-"));
        assertEquals(
                "-ERR timeout is negative",
                client.reply("WAITTOKEN", "-.-.-", "-1").line());
    }

    @Test
    void shouldNotWaitWithinATransaction(@TempDir Path other) throws IOException, RebuildException {
        assertEquals("+OK", client.reply("MULTI").line());
        assertEquals(
                "-ERR Command not allowed inside a transaction",
                client.reply("TOKEN").line());
        client.reply("DISCARD");
        try (SessionBench single = new SessionBench(other, 1)) {
            SessionBench.Client only = single.client();
            only.reply("MULTI");
            only.reply("WAITTOKEN", OLD + ".1-0", "0");
            only.reply("WAITTOKEN", OLD + ".1-7", "0");
            assertEquals(
                    "*2 [+OK, -BEHIND shard 0 has applied 1:0, the token asks for 1:7]",
                    only.reply("EXEC").toString());
        }
    }
}
