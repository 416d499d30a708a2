package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.shard.RebuildException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** FEEDREAD on a node of two shards. The key "a" belongs to shard 1, "b" to shard 0; the client is served by shard 0. */
class FeedCommandsTest {
    private static final int TURNS = 50;

    private SessionBench bench;
    private SessionBench.Client client;
    private SessionBench.Client writer;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException, RebuildException {
        bench = new SessionBench(directory, 2);
        client = bench.clientOfShard(0);
        writer = bench.clientOfShard(1);
    }

    @AfterEach
    void stop() throws IOException {
        bench.close();
    }

    private static String text(Reply reply) {
        if (reply.elements() == null || reply.elements().isEmpty()) {
            return reply.body() != null ? reply.body() : reply.line();
        }
        return reply.elements().stream().map(FeedCommandsTest::text).toList().toString();
    }

    /** Of a change the index in its token, and its effects. */
    private static List<String> read(Reply reply) {
        List<String> entries = new ArrayList<>();
        for (Reply entry : reply.elements()) {
            boolean isChange = entry.elements().get(0).body().equals("change");
            entries.add(
                    isChange
                            ? entry.elements()
                                            .get(1)
                                            .body()
                                            .replaceFirst(".*@", "")
                                            .replaceFirst("/.*", "") + " "
                                    + text(entry.elements().get(3))
                            : text(entry));
        }
        return entries;
    }

    private static String token(Reply reply) {
        return reply.elements()
                .get(reply.elements().size() - 1)
                .elements()
                .get(1)
                .body();
    }

    private static boolean isNull(Reply reply) {
        return reply.line().equals("*-1");
    }

    @Test
    void shouldGiveNotesAsTheLogHasThem() {
        client.reply("CONFIG", "SET", "notify-keyspace-events", "AKE");
        bench.nowMicros += 1_000_000;
        writer.reply("INCR", "a");
        assertEquals(
                List.of("1:1 [[SET, a, 1], [ECHO, event n new a], [ECHO, event $ incrby a]]"),
                read(client.reply("FEEDREAD", "1", "OLDEST", "COUNT", "1")));
    }

    @Test
    void shouldGiveTheChangesOfAShardPageByPage() {
        writer.reply("SET", "a", "1");
        writer.reply("SELECT", "2");
        writer.reply("RPUSH", "a", "x", "y");
        writer.reply("SET", "b", "other shard");
        writer.reply("INCR", "a1");
        Reply first = client.reply("FEEDREAD", "1", "OLDEST", "COUNT", "1");
        assertEquals(List.of("1:1 [[SET, a, 1]]"), read(first));
        Reply rest = client.reply("FEEDREAD", "1", token(first));
        assertEquals("1:2 [[SELECT, 2], [RPUSH, a, x, y]]", read(rest).get(0));
        assertTrue(isNull(client.reply("FEEDREAD", "1", token(rest))));
        assertEquals(
                List.of("1:2 [[SELECT, 2], [RPUSH, a, x, y]]"),
                read(client.reply("FEEDREAD", "1", "1:2", "COUNT", "1")));
        assertTrue(isNull(client.reply("FEEDREAD", "1", "NOW")));
        assertTrue(isNull(client.reply("FEEDREAD", "1", "9:0")));
    }

    @Test
    void shouldWaitForAChangeAndNoLonger() {
        client.send("FEEDREAD", "1", "NOW", "BLOCK", "0");
        client.send("PING");
        assertTrue(client.isSilent(TURNS));
        writer.reply("SET", "b", "of the other shard");
        assertTrue(client.isSilent(TURNS));
        writer.reply("SET", "a", "1");
        assertEquals(List.of("1:1 [[SET, a, 1]]"), read(client.next()));
        assertEquals("+PONG", client.next().line());

        client.send("FEEDREAD", "1", "NOW", "BLOCK", "100");
        bench.await(() -> !bench.replication.get(1).acks.timeouts.isEmpty());
        assertTrue(client.isSilent(TURNS));
        bench.replication.forEach(shard -> shard.acks.answerAll());
        assertTrue(isNull(client.next()));
    }

    @Test
    void shouldTellOfAPromotionAndOfAForeignPosition() {
        writer.reply("SET", "a", "1");
        String token = token(client.reply("FEEDREAD", "1", "OLDEST"));
        bench.shards.get(1).log().beginHistory(FakeNode.NEW_HISTORY);
        writer.reply("SET", "a", "2");
        assertEquals(
                List.of(
                        "[history, continued, " + SessionBench.HISTORY + ", " + FakeNode.NEW_HISTORY + ", 1:1, 1:1]",
                        "2:1 [[SET, a, 2]]"),
                read(client.reply("FEEDREAD", "1", token)));
        String foreign = "f".repeat(40);
        assertEquals(
                List.of(
                        "[history, replaced, " + foreign + ", " + FakeNode.NEW_HISTORY + ", 5:5, -]",
                        "1:1 [[SET, a, 1]]"),
                read(client.reply("FEEDREAD", "1", foreign + "@5:5/" + "0".repeat(16), "COUNT", "1"))
                        .subList(0, 2));
        String beyond = SessionBench.HISTORY + "@1:7/" + "0".repeat(16);
        assertEquals(
                List.of(
                        "[history, rolled_back, " + SessionBench.HISTORY + ", " + FakeNode.NEW_HISTORY + ", 1:7, 1:1]",
                        "2:1 [[SET, a, 2]]"),
                read(client.reply("FEEDREAD", "1", beyond)));
        String wrongChain = SessionBench.HISTORY + "@1:1/" + "0".repeat(16);
        assertTrue(read(client.reply("FEEDREAD", "1", wrongChain)).get(0).startsWith("[history, replaced"));
    }

    @Test
    void shouldEndAPageAtAMebibyteAndLetALongerChangeThrough() {
        String value = "v".repeat(60_000);
        for (int i = 0; i < 40; i++) {
            writer.reply("SET", "a", value);
        }
        Reply page = client.reply("FEEDREAD", "1", "OLDEST", "COUNT", "1000");
        assertEquals(17, page.elements().size());
        Reply next = client.reply("FEEDREAD", "1", token(page), "COUNT", "1000");
        assertEquals(17, next.elements().size());
        assertEquals(6, client.reply("FEEDREAD", "1", token(next)).elements().size());
    }

    @Test
    void shouldSayWhatIsWrong() {
        assertEquals(
                "-ERR the shard is a number from 0 to 1",
                client.reply("FEEDREAD", "2", "NOW").line());
        assertEquals(
                "-ERR syntax error",
                client.reply("FEEDREAD", "1", "NOW", "BLOCK").line());
        assertEquals(
                "-ERR COUNT is a number from 1 to 10000",
                client.reply("FEEDREAD", "1", "NOW", "COUNT", "0").line());
        assertEquals(
                "-ERR the start position is OLDEST, NOW, an index (segment:sequence) or a resume token"
                        + " (HISTORY@SEGMENT:SEQUENCE/CHAIN)",
                client.reply("FEEDREAD", "1", "yesterday").line());
        client.reply("ACL", "SETUSER", "reader", "on", "nopass", "~*", "+@all", "-@dangerous");
        assertEquals("+OK", client.reply("AUTH", "reader", "x").line());
        assertTrue(client.reply("FEEDREAD", "1", "NOW").line().startsWith("-NOPERM"));
    }
}
