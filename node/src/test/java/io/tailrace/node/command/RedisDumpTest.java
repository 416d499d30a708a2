package io.tailrace.node.command;

import static io.tailrace.node.command.DumpBytes.b;
import static io.tailrace.node.command.DumpBytes.bytes;
import static io.tailrace.node.command.DumpBytes.sealed;
import static io.tailrace.node.command.DumpBytes.string;
import static io.tailrace.node.command.DumpBytes.ziplist;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.rdb.Crc64;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** DUMP and RESTORE between this node and a real Redis: all types in all encodings, both ways, and what is refused. */
class RedisDumpTest {
    private static final long SEED = Long.getLong("tailrace.seed", System.nanoTime());
    private static final Random RANDOM = new Random(SEED);

    @TempDir
    private Path directory;

    private RedisServer redis;
    private Socket socket;
    private InputStream in;
    private CommandBench bench;

    @BeforeEach
    void start() throws IOException {
        redis = new RedisServer(Files.createDirectories(directory.resolve("redis")));
        socket = redis.connect();
        in = new BufferedInputStream(socket.getInputStream());
        bench = new CommandBench(directory.resolve("node"));
        bench.at(System.currentTimeMillis());
    }

    @AfterEach
    void stop() throws IOException {
        bench.close();
        socket.close();
        redis.close();
    }

    private Reply theirs(String... command) throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(latin("*" + command.length + "\r\n"));
        for (String word : command) {
            request.writeBytes(latin("$" + word.length() + "\r\n" + word + "\r\n"));
        }
        socket.getOutputStream().write(request.toByteArray());
        return Reply.read(in);
    }

    private Reply ours(String... command) {
        return Reply.of(bench.raw(command));
    }

    static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private interface Server {
        Reply say(String... command) throws IOException;
    }

    /** All that is to be seen of a key, in an order of its own where it has none. */
    private static String content(Server server, String key) throws IOException {
        String type = server.say("TYPE", key).line();
        Reply value =
                switch (type) {
                    case "+string" -> server.say("GET", key);
                    case "+list" -> server.say("LRANGE", key, "0", "-1");
                    case "+set" -> server.say("SMEMBERS", key);
                    case "+hash" -> server.say("HGETALL", key);
                    case "+zset" -> server.say("ZRANGE", key, "0", "-1", "WITHSCORES");
                    case "+stream" -> server.say("XINFO", "STREAM", key, "FULL", "COUNT", "0");
                    default -> server.say("EXISTS", key);
                };
        List<String> parts = new ArrayList<>();
        int step = type.equals("+hash") ? 2 : 1;
        for (int i = 0; value.elements() != null && i < value.elements().size(); i += step) {
            parts.add(value.elements().subList(i, i + step).toString());
        }
        if (type.equals("+set") || type.equals("+hash")) {
            Collections.sort(parts);
        }
        String all = type + " " + server.say("OBJECT", "ENCODING", key) + " " + (parts.isEmpty() ? value : parts);
        // of what is deleted Redis keeps the places, until it is restored from what has none
        return all.replaceAll("radix-tree-(keys|nodes)\\], \\[:\\d+", "");
    }

    @Test
    void shouldRestoreWhatRedisDumps() throws IOException {
        for (String compression : List.of("yes", "no")) {
            theirs("CONFIG", "SET", "rdbcompression", compression);
            for (Map.Entry<String, List<String[]>> value :
                    DumpValues.values(RANDOM).entrySet()) {
                String key = value.getKey();
                for (String[] command : value.getValue()) {
                    theirs(command);
                }
                String payload = theirs("DUMP", key).body();
                assertEquals(
                        "+OK", ours("RESTORE", key, "0", payload, "REPLACE").line(), key);
                assertEquals(content(this::theirs, key), content(this::ours, key), key + ", seed " + SEED);
            }
        }
    }

    @Test
    void shouldDumpWhatRedisRestores() throws IOException {
        theirs("CONFIG", "SET", "rdbcompression", "no");
        int same = 0;
        for (Map.Entry<String, List<String[]>> value : DumpValues.values(RANDOM).entrySet()) {
            String key = value.getKey();
            for (String[] command : value.getValue()) {
                ours(command);
            }
            String payload = ours("DUMP", key).body();
            assertEquals("+OK", theirs("RESTORE", key, "0", payload).line(), key);
            assertEquals(content(this::ours, key), content(this::theirs, key), key + ", seed " + SEED);
            // as Redis, but for the order of what has none
            String encoding = theirs("OBJECT", "ENCODING", key).body();
            if (!encoding.equals("hashtable") && !encoding.equals("stream")) {
                assertEquals(hex(theirs("DUMP", key).body()), hex(payload), key + ", seed " + SEED);
                same++;
            }
        }
        assertTrue(same > 40, same + " of the same bytes");
    }

    private static String hex(String bytes) {
        return java.util.HexFormat.of().formatHex(latin(bytes));
    }

    /** What versions before 7.0 wrote, and plain forms; all of it is accepted by Redis 7.0 as well. */
    @Test
    void shouldRestoreOlderEncodingsAsRedis() throws IOException {
        byte[] small = b(0xf1);
        byte[] twelve = b(0xfd);
        byte[] int8 = b(0xfe, 0x80);
        byte[] int16 = b(0xc0, 0x2c, 0x01);
        byte[] int24 = b(0xf0, 0x00, 0x00, 0x80);
        byte[] int32 = b(0xd0, 0x00, 0x00, 0x00, 0x80);
        byte[] int64 = b(0xe0, 1, 0, 0, 0, 0, 0, 0, 0x80);
        byte[] mixed = ziplist("abc", small, twelve, int8, int16, int24, int32, int64, "", "z");
        Map<String, byte[]> payloads = new LinkedHashMap<>();
        payloads.put("plain list", bytes(1, 2, string(latin("a")), string(latin("b"))));
        payloads.put("plain set", bytes(2, 2, string(latin("a")), string(latin("b"))));
        payloads.put("plain set of integers", bytes(2, 3, b(0xc0, 0xfb), b(0xc1, 0, 1), b(0xc2, 0, 0, 1, 0)));
        payloads.put(
                "old zset",
                bytes(3, 3, string(latin("a")), 3, "1.5", string(latin("b")), 254, string(latin("c")), 255));
        payloads.put("plain hash", bytes(4, 1, string(latin("f")), string(latin("v"))));
        payloads.put("plain zset", bytes(5, 1, string(latin("m")), b(0, 0, 0, 0, 0, 0, 0xf8, 0x3f)));
        payloads.put("zipmap", bytes(9, string(bytes(2, 1, "a", 1, 0, "1", 2, "bb", 2, 3, "xx", "...", 255))));
        payloads.put("list as ziplist", bytes(10, string(mixed)));
        payloads.put("zset as ziplist", bytes(12, string(ziplist("a", small, "c", "1.5", "b", twelve))));
        payloads.put("hash as ziplist", bytes(13, string(ziplist("f", "v", "g", int16))));
        payloads.put("list of ziplists", bytes(14, 2, string(ziplist("a", "b")), string(ziplist("c", int64))));
        payloads.put("length of 32 bits", bytes(1, b(0x80, 0, 0, 0, 1), string(latin("a"))));
        payloads.put("length of 14 bits", bytes(1, b(0x40, 1), string(latin("a"))));
        payloads.put("lzf", bytes(0, 0xc3, 5, 12, b(0, 'a', 0xe0, 2, 0)));
        payloads.put("version 9", bytes(0, 1, "x"));
        payloads.put("module", bytes(7, 0, 0));
        payloads.put("unknown", bytes(30, 0));
        payloads.put("empty list", bytes(1, 0));
        payloads.put("empty hash", bytes(4, 0));
        payloads.put("set with twice the same", bytes(2, 2, string(latin("a")), string(latin("a"))));
        payloads.put("zset with no number", bytes(5, 1, string(latin("m")), b(0, 0, 0, 0, 0, 0, 0xf8, 0x7f)));
        payloads.put("cut", bytes(1, 2, string(latin("a"))));
        payloads.put("ziplist hash that is odd", bytes(13, string(ziplist("f", "v", "g"))));
        payloads.put("nothing", new byte[0]);

        for (Map.Entry<String, byte[]> each : payloads.entrySet()) {
            String payload = sealed(each.getValue());
            String expected = theirs("RESTORE", "k", "0", payload, "REPLACE").line();
            assertEquals(expected, ours("RESTORE", "k", "0", payload, "REPLACE").line(), each.getKey());
            if (expected.equals("+OK")) {
                assertEquals(content(this::theirs, "k"), content(this::ours, "k"), each.getKey());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "k 0 P",
                "there 0 P",
                "there 0 P REPLACE",
                "there 0 P replace REPLACE",
                "k x P",
                "k -1 P",
                "k 0 x",
                "k 0 ",
                "k 0 P NOSUCH",
                "k 0 P IDLETIME",
                "k 0 P IDLETIME x",
                "k 0 P IDLETIME -1",
                "k 0 P IDLETIME 10 FREQ 1",
                "k 0 P FREQ 256",
                "k 0 P FREQ -1",
                "k 0 P FREQ 5 IDLETIME 5",
                "there x P",
                "there 0 x",
                "k -1 x NOSUCH",
                "there x P NOSUCH",
                "k 1000000 P",
                "k 1 P ABSTTL",
                "there 1 P ABSTTL REPLACE",
                "k 0 P ABSTTL",
                "k 4102444800000 P ABSTTL",
                "k 0",
                "k"
            })
    void shouldTakeOptionsAsRedis(String words) throws IOException {
        theirs("SET", "there", "1");
        ours("SET", "there", "1");
        String payload = theirs("DUMP", "there").body();
        List<String> command = new ArrayList<>(List.of("RESTORE"));
        for (String word : words.split(" ", -1)) {
            command.add(word.equals("P") ? payload : word);
        }
        bench.at(System.currentTimeMillis());
        String[] request = command.toArray(String[]::new);

        assertEquals(theirs(request), ours(request));
        for (String key : List.of("k", "there")) {
            assertEquals(content(this::theirs, key), content(this::ours, key));
            long theirTtl = Long.parseLong(theirs("PTTL", key).line().substring(1));
            long ourTtl = Long.parseLong(ours("PTTL", key).line().substring(1));
            assertTrue(Math.abs(theirTtl - ourTtl) < 10_000, theirTtl + " and " + ourTtl);
        }
    }

    /** Redis takes it, unless it was told to look closely, and has a hash with a field that is there twice. */
    @Test
    void shouldRefuseAHashWithAFieldTwice() {
        String payload = sealed(bytes(4, 2, "\1a\1b\1a\1c"));

        assertEquals("-ERR Bad data format", ours("RESTORE", "k", "0", payload).line());
    }

    @Test
    void shouldNoteHowTheKeyWasUsed() {
        ours("SET", "s", "v");
        String payload = ours("DUMP", "s").body();
        ours("RESTORE", "k", "0", payload, "IDLETIME", "1000");

        assertEquals(":1000", ours("OBJECT", "IDLETIME", "k").line());
        assertEquals("$-1", ours("DUMP", "none").line());
    }

    @Test
    void shouldHaveTheChecksumOfRedis() {
        try (NativeBuffer memory = new NativeBuffer(16)) {
            Memory.copyIn(latin("123456789"), 0, memory.address(), 9);
            assertEquals(0xe9c6d914c4b8d9caL, Crc64.of(memory.address(), 9));
        }
    }

    /** Damaged payloads with the right checksum: each is refused or is a value, and the node continues. */
    @Test
    void shouldTakeNoHarmFromDamage() throws IOException {
        List<String> payloads = new ArrayList<>();
        for (Map.Entry<String, List<String[]>> value : DumpValues.values(RANDOM).entrySet()) {
            for (String[] command : value.getValue()) {
                theirs(command);
            }
            String payload = theirs("DUMP", value.getKey()).body();
            if (payload.length() < 5_000) {
                payloads.add(payload);
            }
        }
        int taken = 0;
        for (int i = 0; i < 20_000; i++) {
            String payload = payloads.get(RANDOM.nextInt(payloads.size()));
            byte[] value = Arrays.copyOf(latin(payload), payload.length() - 10);
            for (int damage = RANDOM.nextInt(4); damage >= 0 && value.length > 0; damage--) {
                value = damaged(value);
            }
            Reply reply = ours("RESTORE", "k", "0", sealed(value));
            assertEquals(
                    reply.line().equals("+OK") ? ":1" : ":0",
                    ours("EXISTS", "k").line(),
                    "seed " + SEED);
            if (reply.line().equals("+OK")) {
                taken++;
                content(this::ours, "k");
                ours("DEL", "k");
            } else {
                assertEquals("-ERR Bad data format", reply.line(), "seed " + SEED);
            }
        }
        assertTrue(taken > 0, "seed " + SEED);
    }

    private static byte[] damaged(byte[] value) {
        byte[] changed = value.clone();
        int at = RANDOM.nextInt(value.length);
        switch (RANDOM.nextInt(6)) {
            case 0 -> changed[at] = (byte) RANDOM.nextInt(256);
            case 1 -> changed[at] ^= (byte) (1 << RANDOM.nextInt(8));
            case 2 -> changed[RANDOM.nextInt(Math.min(16, value.length))] = (byte) RANDOM.nextInt(256);
            case 3 -> changed = Arrays.copyOf(value, at);
            case 4 -> changed = Arrays.copyOf(value, value.length + RANDOM.nextInt(4));
            default -> changed[0] = (byte) RANDOM.nextInt(20);
        }
        return changed;
    }
}
