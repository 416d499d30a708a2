package io.tailrace.tools.rdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.CommandRun;
import io.tailrace.tools.NodeGroup;
import io.tailrace.tools.clients.ClientProgram;
import io.tailrace.tools.clients.RealRedis;
import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import io.tailrace.tools.output.Progress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a real Redis 7.0 saved is the same in a node, key by key. */
@Timeout(180)
@Tag("long")
class ImportIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    private Path dir;

    private static void call(RespClient client, String command) throws IOException {
        client.call((Object[]) command.split(" "));
    }

    private static void fill(RespClient redis) throws IOException {
        for (String command : List.of(
                "SET int 12345",
                "SET negative -7",
                "SET text hello",
                "SET deadline x PXAT 4102444800000",
                "RPUSH list a 1 -2 300 70000 -9000000000 " + "z".repeat(100),
                "SADD intset 1 -5 70000",
                "SADD words a b c",
                "HSET hash f 1 g two",
                "ZADD zset 1 a 2.5 b -inf c +inf d 0.1 e",
                "XADD stream 1-1 a 1 b 2",
                "XADD stream 1-2 a 3 b 4",
                "XADD stream 5-0 other x",
                "XADD stream 7-7 a 9 b 9",
                "XDEL stream 1-2",
                "XGROUP CREATE stream g 0",
                "XGROUP CREATE stream late $ ENTRIESREAD 4",
                "XREADGROUP GROUP g me COUNT 2 STREAMS stream >",
                "XREADGROUP GROUP g you COUNT 1 STREAMS stream >",
                "XGROUP CREATECONSUMER stream g idle",
                "XACK stream g 1-1",
                "XADD emptied 3-3 a 1",
                "XDEL emptied 3-3",
                "SELECT 3",
                "SET text in-three",
                "HSET h a b",
                "SELECT 0")) {
            call(redis, command);
        }
        redis.call("SET", "compressed", "abc".repeat(5_000));
        redis.call("SET", new byte[] {0, -1, 13, 10}, new byte[] {1, 0, -128});
        redis.call("FUNCTION", "LOAD", "#!lua name=lib\nredis.register_function('one', function() return 1 end)");
        for (int i = 0; i < 3_000; i++) {
            redis.send("RPUSH", "long-list", "element:" + i, Integer.toString(i));
            redis.send("SADD", "long-set", "member:" + i);
            redis.send("HSET", "long-hash", "field:" + i, "value " + i);
            redis.send("ZADD", "long-zset", i / 7.0, "member:" + i);
            redis.send("XADD", "long-stream", i + "-1", "a", i, "b", "x".repeat(i % 50));
            redis.send("SET", "key:" + i, "value:" + i);
        }
        redis.flush();
        for (int i = 0; i < 18_000; i++) {
            assertTrue(!(redis.read() instanceof Exception));
        }
    }

    @Test
    void shouldHoldWhatRedisHasSaved() throws Exception {
        ClientProgram.assumeInstalled(RealRedis.PROGRAM, "redis-server");
        Path file = dir.resolve("redis/dump.rdb");
        try (RealRedis real = new RealRedis(dir.resolve("redis"));
                RespClient redis = new RespClient(real.port(), LIMIT);
                NodeGroup group = new NodeGroup(dir)) {
            fill(redis);
            assertEquals("OK", redis.text("SAVE"));
            NodeProcess node = group.add("node");
            node.startAndAwait();
            try (RespClient ours = node.connect()) {
                Import run = of(file, ours);
                assertEquals(0, run.keysThere());
                run.run(0);
                assertEquals(run.keysThere(), run.done());
                shouldBeTheSame(redis, ours);
                assertEquals(1, ours.number("FCALL", "one", 0));
                // once more over what is there, and from the middle
                of(file, ours).run(0);
                of(file, ours).run(1_000);
                shouldBeTheSame(redis, ours);
                shouldDoNothingWithADamagedFile(file);
                shouldGoOnWithTheCommandsBehindAnRdbFile(file, ours);
                shouldBeTheSame(redis, ours);
                shouldMakeADirectory(file, redis, group);
                shouldExportWhatRedisLoads(redis, ours, node);
            }
        }
    }

    /** From a snapshot and from the log after it; in the end with all of a database in another place. */
    private void shouldExportWhatRedisLoads(RespClient redis, RespClient ours, NodeProcess node) throws Exception {
        ours.call("BGSAVE");
        Await.until(
                "the snapshot", LIMIT, () -> "0".equals(ours.info("persistence").get("rdb_bgsave_in_progress")));
        assertEquals("ok", ours.info("persistence").get("rdb_last_bgsave_status"));
        both(redis, ours, TOUCHES);
        CommandRun export = CommandRun.of("export", node.data().toString(), "--format", "rdb");
        assertEquals(0, export.code(), export.err());
        Path touched = Files.createDirectories(dir.resolve("touched"));
        Files.write(touched.resolve("dump.rdb"), export.out());
        loadAndCompare(touched, redis);
        both(redis, ours, List.of("SELECT 0", "SWAPDB 0 3", "SELECT 5", "SET gone x", "FLUSHDB", "SET here y"));
        Path swapped = Files.createDirectories(dir.resolve("swapped"));
        fetch(node, swapped.resolve("dump.rdb"));
        loadAndCompare(swapped, redis);
    }

    private static final List<String> TOUCHES = List.of(
            "SELECT 0",
            "HSET long-hash field:7 new added x",
            "HDEL long-hash field:8",
            "RPUSH long-list last",
            "LPOP long-list",
            "SREM long-set member:1",
            "ZADD long-zset 99.5 member:2 -inf new",
            "XADD long-stream 9000000-1 a 1 b 2",
            "XDEL long-stream 5-1",
            "XTRIM long-stream MAXLEN 2000",
            "XACK stream g 5-0",
            "XGROUP DESTROY stream late",
            "SET key:1 changed",
            "DEL key:2",
            "APPEND key:3 +",
            "PEXPIREAT key:4 4102444800001",
            "PERSIST deadline",
            "RENAME key:5 renamed",
            "RENAME long-zset moved-zset",
            "COPY long-set copied-set",
            "SMOVE long-set words member:9",
            "SELECT 3",
            "SET text again",
            "COPY h copied DB 0",
            "SELECT 0");

    private static void both(RespClient redis, RespClient ours, List<String> commands) throws IOException {
        for (String command : commands) {
            call(redis, command);
            call(ours, command);
        }
    }

    private void shouldMakeADirectory(Path file, RespClient redis, NodeGroup group) throws Exception {
        Path made = dir.resolve("made");
        CommandRun run = CommandRun.of("import", file.toString(), "--into", made.toString(), "--shards", "2");
        assertEquals(0, run.code(), run.text());
        NodeProcess node = group.add("of-two", "--shards", "2").dataDirectory(made);
        node.startAndAwait();
        try (RespClient client = node.connect()) {
            shouldBeTheSame(redis, client);
        }
        node.terminate();
        run = CommandRun.of("import", file.toString(), "--into", made.toString(), "--shards", "2");
        assertEquals(1, run.code(), run.text());
        assertTrue(run.err().contains("made holds ") && run.err().contains("--replace"), run.err());
    }

    /** As backups are made of a Redis. */
    private void fetch(NodeProcess node, Path file) throws Exception {
        Process program = new ProcessBuilder("redis-cli", "-p", "" + node.port(), "--rdb", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve("redis-cli.txt").toFile())
                .start();
        assertTrue(program.waitFor(60, TimeUnit.SECONDS), "redis-cli hangs");
        String said = Files.readString(dir.resolve("redis-cli.txt"));
        assertEquals(0, program.exitValue(), said);
        assertTrue(said.contains("Transfer finished with success") && !said.contains("error"), said);
        try (Stream<Path> left = Files.list(node.data())) {
            assertEquals(
                    List.of(),
                    left.filter(path -> path.toString().contains("file-for")).toList());
        }
    }

    private void loadAndCompare(Path place, RespClient redis) throws IOException {
        try (RealRedis loaded = new RealRedis(place);
                RespClient client = new RespClient(loaded.port(), LIMIT)) {
            shouldBeTheSame(redis, client);
            assertEquals(1, client.number("FCALL", "one", 0));
        }
    }

    private static Import of(Path file, RespClient client) throws IOException {
        return new Import(ImportFile.check(file, Progress.none()), client, Progress.none());
    }

    /** Nothing is done with a file that is not whole. */
    private void shouldDoNothingWithADamagedFile(Path file) throws Exception {
        byte[] bytes = Files.readAllBytes(file);
        Path bad = dir.resolve("bad.rdb");
        Path made = dir.resolve("not-made");
        Map<byte[], String> files = new LinkedHashMap<>();
        files.put(Arrays.copyOf(bytes, bytes.length / 2), "the file ends at byte " + bytes.length / 2);
        byte[] flipped = bytes.clone();
        flipped[bytes.length - 1] ^= 1;
        files.put(flipped, "its checksum is ");
        files.put("REDIS0099".getBytes(StandardCharsets.US_ASCII), "version 99, and 1 to 12 are known");
        files.put(join(bytes, "rubbish".getBytes(StandardCharsets.US_ASCII)), "see byte " + (bytes.length + 1));
        files.put(join(bytes, "*1\r\n$4\r\nPI".getBytes(StandardCharsets.US_ASCII)), "in the middle of a command");
        for (Map.Entry<byte[], String> each : files.entrySet()) {
            Files.write(bad, each.getKey());
            String problem = assertThrows(IOException.class, () -> ImportFile.check(bad, Progress.none()))
                    .getMessage();
            assertTrue(problem.contains(each.getValue()) && problem.endsWith("; nothing was imported"), problem);
        }
        CommandRun run = CommandRun.of("import", bad.toString(), "--into", made.toString());
        assertEquals(1, run.code(), run.text());
        assertTrue(run.err().endsWith("; nothing was imported\n") && Files.notExists(made), run.err());
    }

    private static byte[] join(byte[] one, byte[] two) {
        byte[] both = Arrays.copyOf(one, one.length + two.length);
        System.arraycopy(two, 0, both, one.length, two.length);
        return both;
    }

    /** An append-only file of a Redis before 7: an RDB file and what was written after it. Each command is done once, whatever happens. */
    private void shouldGoOnWithTheCommandsBehindAnRdbFile(Path file, RespClient ours) throws Exception {
        ByteArrayOutputStream commands = new ByteArrayOutputStream();
        for (String each :
                List.of("SELECT 0", "DEL pushed", "MULTI", "RPUSH pushed a", "RPUSH pushed b", "EXEC", "SELECT 5")) {
            commands.writeBytes(request(each));
        }
        for (int i = 0; i < 2_000; i++) {
            commands.writeBytes(request(i == 1_000 ? "SADD pushed x" : "RPUSH pushed " + i));
        }
        Path both = Files.write(dir.resolve("appendonly.aof"), join(Files.readAllBytes(file), commands.toByteArray()));
        ImportFile whole = ImportFile.check(both, Progress.none());
        assertTrue(whole.content().endsWith(" keys and 2007 commands"), whole.content());
        IOException refused =
                assertThrows(IOException.class, () -> of(both, ours).run(0));
        assertTrue(refused.getMessage().contains("SADD pushed, was refused: WRONGTYPE"), refused.getMessage());
        long skip = Long.parseLong(refused.getMessage().replaceFirst(".*--skip ", ""));
        of(both, ours).run(skip);
        ours.call("SELECT", 0);
        assertEquals("[\"a\", \"b\"]", plain(ours.call("LRANGE", "pushed", 0, -1)));
        ours.call("SELECT", 5);
        List<?> pushed = (List<?>) ours.call("LRANGE", "pushed", 0, -1);
        assertEquals(1_999, pushed.size());
        for (int i = 0; i < 1_999; i++) {
            assertEquals("\"" + (i < 1_000 ? i : i + 1) + "\"", plain(pushed.get(i)));
        }
        ours.call("DEL", "pushed");
        ours.call("SELECT", 0);
        ours.call("DEL", "pushed");
    }

    private static byte[] request(String command) {
        String[] words = command.split(" ");
        StringBuilder text = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            text.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static void shouldBeTheSame(RespClient redis, RespClient ours) throws IOException {
        for (int database : new int[] {0, 3, 5}) {
            redis.call("SELECT", database);
            ours.call("SELECT", database);
            TreeMap<String, byte[]> keys = keys(redis);
            assertEquals(keys.keySet(), keys(ours).keySet());
            for (byte[] key : keys.values()) {
                String expected = text(redis, key);
                String found = text(ours, key);
                int from = Math.max(0, Arrays.mismatch(expected.toCharArray(), found.toCharArray()) - 100);
                // the whole of a long value is no message
                assertEquals(
                        expected.substring(Math.min(from, expected.length())),
                        found.substring(Math.min(from, found.length())),
                        () -> "key " + new String(key, StandardCharsets.UTF_8));
            }
        }
        redis.call("SELECT", 0);
        ours.call("SELECT", 0);
    }

    private static TreeMap<String, byte[]> keys(RespClient client) throws IOException {
        TreeMap<String, byte[]> keys = new TreeMap<>();
        for (Object key : (List<?>) client.call("KEYS", "*")) {
            keys.put(new String((byte[]) key, StandardCharsets.ISO_8859_1), (byte[]) key);
        }
        return keys;
    }

    private static String text(RespClient client, byte[] key) throws IOException {
        String type = client.text("TYPE", key);
        String content =
                switch (type) {
                    case "string" -> plain(client.call("GET", key));
                    case "list" -> plain(client.call("LRANGE", key, 0, -1));
                    case "set" -> sorted(client.call("SMEMBERS", key), 1);
                    case "hash" -> sorted(client.call("HGETALL", key), 2);
                    case "zset" -> plain(client.call("ZRANGE", key, 0, -1, "WITHSCORES"));
                    default -> stream(client, key);
                };
        return type + " " + client.number("PEXPIRETIME", key) + " " + content;
    }

    private static String stream(RespClient client, byte[] key) throws IOException {
        List<?> info = (List<?>) client.call("XINFO", "STREAM", key);
        StringBuilder text = new StringBuilder(plain(client.call("XRANGE", key, "-", "+")));
        for (int i = 0; i < info.size(); i += 2) {
            String name = plain(info.get(i));
            if (!name.contains("radix")) {
                text.append(name).append(plain(info.get(i + 1)));
            }
        }
        for (Object group : (List<?>) client.call("XINFO", "GROUPS", key)) {
            text.append(plain(group));
            byte[] name = (byte[]) ((List<?>) group).get(1);
            for (Object pending : (List<?>) client.call("XPENDING", key, name, "-", "+", 100)) {
                List<?> fields = (List<?>) pending;
                // the third is for how long it has been idle
                text.append(plain(fields.get(0))).append(plain(fields.get(1))).append(plain(fields.get(3)));
            }
            for (Object consumer : (List<?>) client.call("XINFO", "CONSUMERS", key, name)) {
                text.append(plain(((List<?>) consumer).subList(0, 4)));
            }
        }
        return text.toString();
    }

    private static String sorted(Object reply, int each) {
        List<String> parts = new ArrayList<>();
        List<?> elements = (List<?>) reply;
        for (int i = 0; i < elements.size(); i += each) {
            parts.add(plain(elements.subList(i, i + each)));
        }
        parts.sort(null);
        return parts.toString();
    }

    private static String plain(Object reply) {
        if (reply instanceof byte[] bytes) {
            return '"' + new String(bytes, StandardCharsets.ISO_8859_1) + '"';
        }
        if (reply instanceof List<?> list) {
            return list.stream().map(ImportIT::plain).toList().toString();
        }
        return String.valueOf(reply);
    }
}
