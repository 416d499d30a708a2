package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.backlog.Backlog;
import io.tailrace.node.backlog.BacklogReader;
import io.tailrace.node.shard.RebuildException;
import io.tailrace.wire.record.EffectCursor;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that come together share a record of the log, and nobody can tell by anything else. */
class BatchRecordsTest {
    private SessionBench bench;
    private SessionBench.Client client;
    private BacklogReader log;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException, RebuildException {
        bench = new SessionBench(directory, 1);
        client = bench.client();
        Backlog backlog = bench.shards.get(0).backlog();
        log = backlog.reader();
        log.readAt(backlog.lastIndex());
        log.next();
    }

    @AfterEach
    void stop() throws IOException {
        log.close();
        bench.close();
    }

    /** Sends commands at once; returns the replies. */
    private List<String> replies(String... commands) {
        return replies(client, commands);
    }

    private static List<String> replies(SessionBench.Client client, String... commands) {
        send(client, commands);
        List<String> replies = new ArrayList<>();
        for (int i = 0; i < commands.length; i++) {
            replies.add(client.next().toString());
        }
        return replies;
    }

    private static void send(SessionBench.Client client, String... commands) {
        StringBuilder all = new StringBuilder();
        for (String command : commands) {
            all.append(SessionBench.Client.request(command.split(" ")));
        }
        client.sendRaw(all.toString());
    }

    /** The records that came since the last time, each with its effects. */
    private List<String> records() {
        List<String> records = new ArrayList<>();
        EffectCursor cursor = new EffectCursor();
        for (RecordView record = log.next(); record != null; record = log.next()) {
            List<String> effects = new ArrayList<>();
            cursor.wrap(record);
            while (cursor.next()) {
                StringBuilder effect = new StringBuilder();
                for (int i = 0; i < cursor.arguments().count(); i++) {
                    effect.append(i == 0 ? "" : " ")
                            .append(new String(cursor.arguments().bytes(i), StandardCharsets.ISO_8859_1));
                }
                effects.add(effect.toString());
            }
            records.add(String.join(", ", effects));
        }
        return records;
    }

    @Test
    void shouldLogWhatCameTogetherInOneRecord() {
        assertEquals(
                List.of("+OK", ":2", "$1 2", ":1", "+OK", ":1"),
                replies("SET a 1", "INCR a", "GET a", "HSET h f v", "SET b x", "LPUSH l e"));
        assertEquals(List.of("SET a 1, SET a 2, HSET h f v, SET b x, LPUSH l e"), records());
        assertEquals(List.of("$1 2"), replies("GET a"));
        assertEquals(List.of(), records());
        replies("SET a 3");
        replies("SET a 4");
        assertEquals(List.of("SET a 3", "SET a 4"), records());
    }

    @Test
    void shouldDropOnlyTheEffectsOfACommandThatFails() {
        List<String> replies = replies("SET a text", "INCR a", "LPUSH a x", "SET b 1", "HINCRBY h f x", "INCR b");
        assertEquals("+OK", replies.get(0));
        assertEquals("-ERR value is not an integer or out of range", replies.get(1));
        assertTrue(replies.get(2).startsWith("-WRONGTYPE"), replies.get(2));
        assertEquals(":2", replies.get(5));
        assertEquals(List.of("SET a text, SET b 1, SET b 2"), records());
    }

    @Test
    void shouldGiveTransactionsScriptsAndOtherConnectionsRecordsOfTheirOwn() {
        replies("SET a 1", "MULTI", "SET a 2", "SET b 2", "EXEC", "SET a 3", "SET b 3");
        assertEquals(List.of("SET a 1", "SET a 2, SET b 2", "SET a 3, SET b 3"), records());
        SessionBench.Client other = bench.clientOfShard(0);
        send(client, "SET a 4", "SET b 4");
        send(other, "SET a 5", "SET b 5");
        client.next();
        other.next();
        client.next();
        other.next();
        assertEquals(2, records().size());
    }

    /** They begin with a SELECT of their own. */
    @Test
    void shouldSayOfWhichDatabaseEachEffectIs() {
        replies("SELECT 3", "SET a 1", "SET b 1", "SELECT 0", "SET a 2", "MOVE a 5", "SET c 1");
        assertEquals(
                List.of("SELECT 3, SET a 1, SET b 1", "SET a 2, SELECT 5, SET a 2, SELECT 0, DEL a, SET c 1"),
                records());
    }

    @Test
    void shouldLogBeforeAnythingThatLooksAtTheLog() {
        List<String> replies = replies("SET a 1", "INFO replication", "SET b 1", "WAIT 0 0", "SET c 1");
        assertTrue(replies.get(1).contains("shard0:index=" + QueueIndex.of(1, 1) + ","), replies.get(1));
        assertEquals(":0", replies.get(3));
        assertEquals(List.of("SET a 1", "SET b 1", "SET c 1"), records());
    }

    @Test
    void shouldServeThoseWhoWaitForAKeyBetweenTwoCommands() {
        SessionBench.Client waiting = bench.clientOfShard(0);
        waiting.send("BLPOP", "l", "0");
        assertTrue(waiting.isSilent(5));
        assertEquals(List.of(":1", ":0", ":1"), replies("RPUSH l a", "LLEN l", "RPUSH l b"));
        assertEquals("*2 [$1 l, $1 a]", waiting.next().toString());
        assertEquals(List.of("RPUSH l a", "DEL l", "RPUSH l b"), records());
    }

    @Test
    void shouldTellThoseWhoWatchOrListenOfEachCommand() {
        SessionBench.Client watching = bench.clientOfShard(0);
        watching.reply("WATCH", "a");
        replies("SET b 1", "SET a 1", "SET b 2");
        assertEquals(3, records().size());
        watching.reply("MULTI");
        assertEquals("*-1", watching.reply("EXEC").line());
        replies("SET b 1", "SET a 1", "SET b 2");
        assertEquals(1, records().size());
        client.reply("CONFIG", "SET", "notify-keyspace-events", "KEA");
        bench.nowMicros += 1_000;
        replies("SET b 1", "SET a 1", "SET b 2");
        assertEquals(3, records().size());
    }

    @Test
    void shouldCloseARecordThatIsLong() {
        String[] commands = new String[100];
        for (int i = 0; i < commands.length; i++) {
            commands[i] = "SET key" + i + " " + "v".repeat(1_000);
        }
        replies(commands);
        List<String> records = records();
        assertTrue(records.size() >= 6 && records.size() <= 10, () -> records.size() + " records");
        assertEquals(100, String.join(", ", records).split(", ").length);
    }

    @Test
    void shouldShareNoRecordWhereThatIsSetSo() {
        replies("CONFIG SET batch-size 0");
        bench.nowMicros += 1_000;
        replies("SET a 1", "INCR a", "SET b 1");
        assertEquals(List.of("SET a 1", "SET a 2", "SET b 1"), records());
        replies("CONFIG SET batch-size 50");
        bench.nowMicros += 1_000;
        replies("SET a 1", "INCR a", "SET b 1", "SET c 1");
        assertEquals(List.of("SET a 1", "SET a 2", "SET b 1", "SET c 1"), records());
        replies("CONFIG SET batch-size 60");
        bench.nowMicros += 1_000;
        replies("SET a 1", "INCR a", "SET b 1", "SET c 1");
        assertEquals(List.of("SET a 1, SET a 2", "SET b 1, SET c 1"), records());
    }

    /** What fits a record does so whatever comes before it. */
    @Test
    void shouldGiveACommandARecordOfItsOwnThatFitsNoOther() {
        String half = "v".repeat(CommandBench.MAX_VALUE - 200);
        String small = "SET a " + "v".repeat(10_000);
        assertEquals(List.of("+OK", "+OK", "+OK"), replies(small, "MSET b " + half + " c " + half, "SET d 1"));
        List<String> records = records();
        assertEquals(3, records.size());
        assertTrue(records.get(1).startsWith("SET b v") && records.get(1).contains(", SET c v"));
        String whole = "v".repeat(CommandBench.MAX_VALUE);
        List<String> replies = replies(small, "MSET b " + whole + " c " + whole + " d " + whole, "SET e 1");
        assertTrue(replies.get(1).startsWith("-ERR the effects of this command are larger"), replies.get(1));
        assertEquals("+OK", replies.get(2));
        assertEquals(2, records().size());
    }

    @Test
    void shouldRemoveKeysPastTheirDeadlineWithinARecord() {
        replies("SET a 1 PX 5", "SET b 1");
        records();
        bench.nowMicros += 6_000;
        replies("SET b 2", "INCR a", "SET c 1");
        String all = String.join(", ", records());
        assertTrue(all.endsWith("SET b 2, SET a 1, SET c 1"), all);
    }
}
