package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.shard.RebuildException;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.store.Entry;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.HexText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** STOREDIGEST on two nodes with the same log; where it says so one has collections in another form. */
class DigestCommandsTest {
    private static final String LONG = "x".repeat(1 << 20);
    private static final int PARTS = 128;

    private SessionBench one;
    private SessionBench other;
    private SessionBench.Client client;
    private SessionBench.Client otherClient;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException, RebuildException {
        one = new SessionBench(directory.resolve("one"), 1);
        other = new SessionBench(directory.resolve("other"), 1);
        client = one.clientOfShard(0);
        otherClient = other.clientOfShard(0);
    }

    @AfterEach
    void stop() throws IOException {
        one.close();
        other.close();
    }

    private void both(String... command) {
        String reply = client.reply(command).toString();
        assertEquals(reply, otherClient.reply(command).toString());
    }

    private void fill() {
        for (int i = 0; i < 100; i++) {
            both("SET", "key" + i, "value" + i);
        }
        both("SET", "expires", "x", "PX", "1000000");
        for (int i = 0; i < 20; i++) {
            both("HSET", "hash", "field" + i, "value" + 7 * i);
            both("SADD", "set", "member" + i);
            both("SADD", "ints", "" + 3 * i);
            both("ZADD", "zset", "0." + 5 * i % 20, "member" + i);
            both("RPUSH", "list", "element" + 11 * i % 20);
            both("XADD", "stream", i + 1 + "-1", "name", "value" + i);
        }
        both("XGROUP", "CREATE", "stream", "group", "5-1");
        both("XREADGROUP", "GROUP", "group", "consumer", "COUNT", "3", "STREAMS", "stream", ">");
        both("SELECT", "3");
        both("SET", "key0", "in another database");
        both("SELECT", "0");
    }

    /** Its elements as texts, nested ones as lists of them. */
    private static List<String> texts(Reply reply) {
        return reply.elements().stream().map(DigestCommandsTest::text).toList();
    }

    private static String text(Reply reply) {
        if (reply.line().charAt(0) == '*') {
            return texts(reply).toString();
        }
        return reply.body() == null ? reply.line().substring(1) : reply.body();
    }

    /** Index, keys, digest and how many are large, summed over all parts. */
    private static List<String> whole(SessionBench.Client of, long parts) {
        String index = null;
        long keys = 0;
        long sum = 0;
        long large = 0;
        for (int i = 0; i < parts; i++) {
            List<String> part = texts(of.reply("STOREDIGEST", "PART", "0", "" + i, "" + parts));
            index = part.get(0);
            keys += Long.parseLong(part.get(1));
            sum += Long.parseUnsignedLong(part.get(2), 16);
            large += Long.parseLong(part.get(3));
        }
        return List.of(index, "" + keys, HexText.of(sum), "" + large);
    }

    private static List<String> key(SessionBench.Client of, int place, String key) {
        return texts(of.reply("STOREDIGEST", "KEY", "0", "" + place, key));
    }

    /** A large collection stays in trees when it becomes small; one that was never large is packed. */
    @Test
    void shouldBeTheSameHoweverCollectionsAreHeld() {
        fill();
        for (int i = 0; i < 200; i++) {
            otherClient.reply("HSET", "hash", "more" + i, "x");
            otherClient.reply("SADD", "set", "more" + i);
            otherClient.reply("SADD", "ints", "1000" + i);
            otherClient.reply("ZADD", "zset", "1", "more" + i);
            otherClient.reply("RPUSH", "list", "more" + i);
            otherClient.reply("XADD", "stream", 100 + i + "-1", "name", "value");
        }
        for (int i = 0; i < 200; i++) {
            otherClient.reply("HDEL", "hash", "more" + i);
            otherClient.reply("SREM", "set", "more" + i);
            otherClient.reply("SREM", "ints", "1000" + i);
            otherClient.reply("ZREM", "zset", "more" + i);
            otherClient.reply("RPOP", "list");
            otherClient.reply("XDEL", "stream", 100 + i + "-1");
        }
        assertEquals("6", whole(otherClient, PARTS).get(3));
        for (String key : List.of("hash", "set", "ints", "zset", "list")) {
            assertEquals(digest(client, key), digest(otherClient, key), key);
        }
        client.reply("XSETID", "stream", "299-1", "ENTRIESADDED", "220", "MAXDELETEDID", "299-1");
        assertEquals("0", whole(client, PARTS).get(3));
        assertEquals(digest(client, "stream"), digest(otherClient, "stream"));
        client.reply("XACK", "stream", "group", "6-1");
        assertNotEquals(digest(client, "stream"), digest(otherClient, "stream"));
    }

    @Test
    void shouldReadAKey() {
        fill();
        for (String key : List.of("key5", "expires", "hash", "set", "ints", "zset", "list", "stream")) {
            assertEquals(key(client, 0, key), key(otherClient, 0, key), key);
            assertEquals(2, key(client, 0, key).size(), key);
        }
        assertNotEquals(digest(client, "key0"), key(client, 3, "key0").get(1).split(", ")[4]);
        assertEquals(1, key(client, 0, "none").size());
    }

    private static String digest(SessionBench.Client of, String key) {
        return key(of, 0, key).get(1).split(", ")[4];
    }

    @Test
    void shouldAddUpToTheSameInAnyNumberOfParts() {
        fill();
        List<String> whole = whole(client, PARTS);
        assertEquals(whole, whole(client, 2 * PARTS));
        assertEquals(whole, whole(client, 16 * PARTS));
        assertEquals("108", whole.get(1));
    }

    @Test
    void shouldTellOneFlippedBitAnywhereInAValue() {
        fill();
        List<String> before = whole(client, PARTS);
        for (String key : List.of("key0", "key99", "expires", "hash", "set", "ints", "list", "zset", "stream")) {
            Shard shard = one.shards.get(0);
            Entry entry = new Entry();
            try (NativeBuffer bytes = new NativeBuffer(64)) {
                Memory.copyIn(key.getBytes(StandardCharsets.US_ASCII), 0, bytes.address(), key.length());
                assertTrue(shard.store().find(bytes.address(), key.length(), entry));
            }
            // the last byte of a stream is how long its last part is, of the others content
            long at = entry.valueAddress() + entry.valueLength() - (key.equals("stream") ? 3 : 1);
            Memory.putByte(at, (byte) (Memory.getByte(at) ^ 1));
            assertNotEquals(before.get(2), whole(client, PARTS).get(2), key);
            Memory.putByte(at, (byte) (Memory.getByte(at) ^ 1));
            assertEquals(before, whole(client, PARTS), key);
        }
    }

    @Test
    void shouldNameTheKeysOfAPart() {
        client.reply("SET", "a", "1");
        client.reply("MULTI");
        client.reply("SET", "b", "2");
        client.reply("SET", "c", "3");
        client.reply("EXEC");
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < PARTS; i++) {
            List<String> part = texts(client.reply("STOREDIGEST", "KEYS", "0", "" + i, "" + PARTS));
            keys.addAll(part.subList(1, part.size()));
        }
        assertEquals(3, keys.size());
        assertTrue(keys.contains("[0, b, " + (1L << 32 | 2) + ", 0, " + digest(keys, "b") + ", 0]"), keys.toString());
        assertTrue(keys.contains("[0, c, " + (1L << 32 | 2) + ", 1, " + digest(keys, "c") + ", 0]"), keys.toString());
    }

    private static String digest(List<String> keys, String key) {
        return keys.stream()
                .filter(text -> text.startsWith("[0, " + key + ","))
                .map(text -> text.split(", ")[4])
                .findFirst()
                .orElseThrow();
    }

    @Test
    void shouldReadALongStringWhileItIsServed() {
        both("SET", "long", LONG);
        List<String> before = key(client, 0, "long");
        assertEquals(before, key(otherClient, 0, "long"));
        client.send("STOREDIGEST", "KEY", "0", "0", "long");
        SessionBench.Client writer = one.clientOfShard(0);
        writer.reply("SETRANGE", "long", "1000000", "y");
        List<String> changed = texts(client.next());
        assertEquals(key(client, 0, "long"), changed);
        assertNotEquals(before.get(1), changed.get(1));
    }

    @Test
    void shouldReadALargeCollectionAsItWasWhileItChanges() {
        for (int i = 0; i < 200; i++) {
            List<String> command = new ArrayList<>(List.of("RPUSH", "list"));
            for (int j = 0; j < 100; j++) {
                command.add("element" + i + "." + j);
            }
            both(command.toArray(new String[0]));
        }
        List<String> before = key(otherClient, 0, "list");
        client.send("STOREDIGEST", "KEY", "0", "0", "list");
        SessionBench.Client writer = one.clientOfShard(0);
        for (int i = 0; i < 50; i++) {
            writer.reply("LPOP", "list");
        }
        assertEquals(before, texts(client.next()));
        client.send("STOREDIGEST", "KEY", "0", "0", "list");
        writer.reply("FLUSHALL");
        assertEquals(2, texts(client.next()).size());
        assertEquals(1, key(client, 0, "list").size());
    }

    @Test
    void shouldEndWithANodeThatIsClosed() throws IOException {
        for (int i = 0; i < 3; i++) {
            both("RPUSH", "list" + i, "a", "b", "c", "d");
            both("SET", "long" + i, LONG);
        }
        for (int i = 0; i < 3; i++) {
            other.clientOfShard(0).send("STOREDIGEST", "KEY", "0", "0", "list" + i);
            other.clientOfShard(0).send("STOREDIGEST", "KEY", "0", "0", "long" + i);
            otherClient.reply("PING");
        }
    }

    @Test
    void shouldReadFewValuesAtATime() throws IOException {
        both("SET", "long", LONG);
        List<SessionBench.Client> clients = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            clients.add(one.clientOfShard(0));
        }
        clients.forEach(each -> each.send("STOREDIGEST", "KEY", "0", "0", "long"));
        long refused = clients.stream()
                .filter(each -> each.next().line().startsWith("-BUSYREADING "))
                .count();
        assertTrue(refused <= 1, refused + " refused");
        assertEquals(2, key(client, 0, "long").size());
    }

    @Test
    void shouldTellWhereItIs() {
        client.reply("SET", "a", "1");
        String position = texts(client.reply("STOREDIGEST")).get(0);
        String[] fields = position.substring(1, position.length() - 1).split(", ");
        assertEquals("0", fields[0]);
        assertEquals("" + (1L << 32), fields[1]);
        assertEquals("" + (1L << 32 | 1), fields[2]);
        assertEquals(SessionBench.HISTORY, fields[4]);
        assertEquals("1", fields[6]);
        String chain = client.reply("STOREDIGEST", "CHAIN", "0", fields[2]).body();
        assertEquals(fields[3], chain);
        client.reply("SET", "a", "2");
        assertEquals(chain, client.reply("STOREDIGEST", "CHAIN", "0", fields[2]).body());
        assertEquals(
                null, client.reply("STOREDIGEST", "CHAIN", "0", "" + (9L << 32)).body());
    }

    @Test
    void shouldRefuseWhatMakesNoSense() {
        for (String wrong : List.of(
                "PART 0 0 3",
                "PART 0 0 1x",
                "PART 0 4 4",
                "PART 0 -1 4",
                "PART 1 0 4",
                "PART x 0 4",
                "KEY 0 4096 a",
                "KEY 0 0",
                "CHAIN 0 -1",
                "NOTHING 0",
                "PART 0 0 0")) {
            List<String> command = new ArrayList<>(List.of("STOREDIGEST"));
            command.addAll(List.of(wrong.split(" ")));
            String line = client.reply(command.toArray(new String[0])).line();
            assertTrue(line.startsWith("-ERR "), wrong + ": " + line);
        }
        client.reply("MULTI");
        assertTrue(client.reply("STOREDIGEST").line().startsWith("-ERR "));
    }
}
