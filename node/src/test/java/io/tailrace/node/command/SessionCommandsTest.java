package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.shard.RebuildException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What session commands do beyond their replies, on a node of two shards. */
class SessionCommandsTest {
    private SessionBench bench;
    private SessionBench.Client client;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException, RebuildException {
        bench = new SessionBench(directory, 2);
        client = bench.client();
    }

    @AfterEach
    void stop() throws IOException {
        bench.close();
    }

    private long id(SessionBench.Client of) {
        return of.reply("CLIENT", "ID").integer();
    }

    @Test
    void shouldCloseAfterQuit() {
        client.send("QUIT");
        client.send("PING");
        assertEquals("+OK", client.next().line());
        assertTrue(client.isClosed());
    }

    @Test
    void shouldListClientsOfAllShards() throws IOException {
        SessionBench.Client other = bench.client();
        other.reply("CLIENT", "SETNAME", "other");
        other.reply("CLIENT", "SETINFO", "lib-name", "driver");
        List<String> lines = client.reply("CLIENT", "LIST").body().lines().toList();
        assertEquals(2, lines.size());
        String line = client.reply("CLIENT", "LIST", "ID", "" + id(other)).body();
        assertTrue(line.contains(" name=other ") && line.contains(" cmd=client|id ") && line.endsWith("\n"), line);
        assertTrue(line.contains(" lib-name=driver "), line);
        assertTrue(client.reply("CLIENT", "INFO").body().startsWith("id=" + id(client) + " "));
    }

    @Test
    void shouldKillOthersButNotItself() throws IOException {
        SessionBench.Client other = bench.client();
        id(other);
        assertEquals(1, client.reply("CLIENT", "KILL", "TYPE", "normal").integer());
        assertTrue(other.isClosed());
        assertEquals(0, client.reply("CLIENT", "KILL", "USER", "default").integer());
        assertEquals(
                1,
                client.reply("CLIENT", "KILL", "SKIPME", "no", "ID", "" + id(client))
                        .integer());
        assertTrue(client.isClosed());
    }

    @Test
    void shouldKillByAddress() throws IOException {
        String line = client.reply("CLIENT", "INFO").body();
        String address = line.replaceAll("(?s).* addr=(\\S+) .*", "$1");
        assertEquals("+OK", client.reply("CLIENT", "KILL", address).line());
        assertTrue(client.isClosed());
    }

    @Test
    void shouldBeAsNewAfterReset() {
        client.reply("HELLO", "3", "SETNAME", "someone");
        client.reply("MULTI");
        assertEquals("+RESET", client.reply("RESET").line());
        assertEquals("$-1", client.reply("CLIENT", "GETNAME").line());
        assertEquals("-ERR EXEC without MULTI", client.reply("EXEC").line());
    }

    @Test
    void shouldNotReplyToShutdown() {
        client.send("SHUTDOWN", "NOSAVE");
        client.send("PING");
        assertTrue(client.isSilent(50));
        assertEquals("shutdown at once;", bench.node.asked);
    }

    @Test
    void shouldChangeSettingsTogetherOrNotAtAll() {
        String refusal = client.reply("CONFIG", "SET", "timeout", "7", "appendfsync", "sometimes")
                .line();
        assertEquals(
                "-ERR CONFIG SET failed (possibly related to argument 'appendfsync') - argument(s) must be one of the"
                        + " following: everysec, always, no",
                refusal);
        assertEquals(0, bench.node.settings().current().timeout());
        assertEquals(
                "+OK",
                client.reply("CONFIG", "SET", "timeout", "7", "appendfsync", "always")
                        .line());
        assertEquals(7, bench.node.settings().current().timeout());
        assertEquals(
                "*2 [$5 fsync, $6 always]",
                client.reply("CONFIG", "GET", "fsync").toString());
        assertEquals(
                "-ERR CONFIG SET failed (possibly related to argument 'timeout') - argument must be between 0 and"
                        + " 2147483647 inclusive",
                client.reply("CONFIG", "SET", "timeout", "-1").line());
    }

    @Test
    void shouldForgetCountersOnResetStat() {
        client.reply("PING");
        client.reply("CONFIG", "RESETSTAT");
        String stats = client.reply("INFO", "stats").body();
        assertTrue(stats.contains("total_commands_processed:1\r\n"), stats);
        assertTrue(stats.contains("total_connections_received:0\r\n"), stats);
    }

    @Test
    void shouldAskAllShardsWithinExec() {
        client.reply("MULTI");
        client.reply("PING");
        client.reply("CLIENT", "KILL", "TYPE", "pubsub");
        client.reply("INFO");
        client.reply("PING", "between");
        client.reply("ROLE");
        client.send("EXEC");
        client.send("PING", "behind");
        List<Reply> replies = client.next().elements();
        assertEquals(5, replies.size());
        assertEquals("+PONG", replies.get(0).line());
        assertEquals(":0", replies.get(1).line());
        assertTrue(replies.get(2).body().contains("# Replication\r\nrole:master\r\n"));
        assertEquals("between", replies.get(3).body());
        assertEquals("master", replies.get(4).elements().get(0).body());
        assertEquals("behind", client.next().body());
    }

    @Test
    void shouldLeaveNoHolesInATransactionThatIsDiscarded() {
        client.reply("MULTI");
        client.reply("CLIENT", "LIST");
        String large = "x".repeat(CommandBench.MAX_VALUE);
        for (int i = 0; i < 3; i++) {
            client.reply("SET", "{b}" + i, large);
        }
        client.reply("ROLE");
        client.send("EXEC");
        client.send("PING", "behind");
        assertTrue(client.next().line().startsWith("-EXECABORT"));
        assertEquals("behind", client.next().body());
        assertTrue(client.isSilent(20));
    }

    @Test
    void shouldDocumentEveryCommand() {
        for (CommandSpec spec : bench.node.commands().all()) {
            assertTrue(CommandDocs.has(spec), spec.name());
            spec.subcommands().values().forEach(sub -> assertTrue(CommandDocs.has(sub), sub.name()));
            assertFalse(CommandDocs.of(spec).categories.isEmpty(), spec.name());
        }
    }
}
