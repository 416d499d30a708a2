package io.tailrace.tools.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.backlog.BacklogSettings;
import io.tailrace.node.command.CommandRunner;
import io.tailrace.node.command.CommandSpec;
import io.tailrace.node.command.CommandTable;
import io.tailrace.node.command.StandardCommands;
import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.config.Setting;
import io.tailrace.node.platform.Background;
import io.tailrace.node.platform.CycleClock;
import io.tailrace.node.repair.RestorePoint;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.shard.ShardDirectory;
import io.tailrace.node.shard.ShardSettings;
import io.tailrace.node.store.StoreSizing;
import io.tailrace.node.value.CollectionLimits;
import io.tailrace.tools.output.Progress;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;

/** What export writes, carried out elsewhere, is what the databases of a node hold, whatever its log and snapshot went through. */
class ExportDatabasesTest {
    private static final int DATABASES = 4;
    private static final int COMMANDS = 400;
    private static final String HISTORY = "0123456789abcdef0123456789abcdef01234567";
    private static final long DEADLINE_NANOS = 60_000_000_000L;

    @TempDir
    Path directory;

    private final long seed = Long.getLong("tailrace.seed", System.nanoTime());
    private final Random random = new Random(seed);

    /** A shard that runs commands. */
    private static final class Bench implements AutoCloseable {
        private final CommandTable table = StandardCommands.create();
        private final ReplyWriter reply = new ReplyWriter(4 << 10);
        private final Shard shard;
        private final CommandRunner runner;
        private int database;

        Bench(Path dataDirectory) throws Exception {
            ShardSettings settings = new ShardSettings(
                    0,
                    1,
                    new StoreSizing(10_000, 16, 16),
                    new BacklogSettings(64 << 20, 1 << 30, 8 << 20, "disk-test"),
                    1 << 20,
                    Background.THREADS,
                    new CollectionLimits(4, 100));
            shard = new Shard(settings, new CycleClock(() -> 1_000_000_000_000_000L));
            shard.open(ShardDirectory.open(ShardDirectory.root(Files.createDirectories(dataDirectory), 0)));
            shard.log().beginHistory(HISTORY);
            runner = new CommandRunner(shard, 1);
        }

        String run(String... command) {
            if (command[0].equals("SELECT")) {
                database = Integer.parseInt(command[1]);
                return "+OK";
            }
            byte[] bytes = String.join("", command).getBytes(StandardCharsets.ISO_8859_1);
            try (NativeBuffer buffer = new NativeBuffer(bytes.length)) {
                Memory.copyIn(bytes, 0, buffer.address(), bytes.length);
                Arguments arguments = new Arguments();
                long at = buffer.address();
                for (String argument : command) {
                    arguments.add(at, argument.length());
                    at += argument.length();
                }
                CommandSpec spec = table.find(arguments);
                runner.run(spec, database, arguments, reply);
                String text = Memory.toAscii(reply.address(), reply.pending());
                reply.drained(reply.pending());
                return text;
            }
        }

        /** All that it holds, by database and key. */
        TreeMap<String, String> contents() {
            TreeMap<String, String> contents = new TreeMap<>();
            for (int each = 0; each < DATABASES; each++) {
                run("SELECT", Integer.toString(each));
                for (int key = 0; key < 6; key++) {
                    String name = "k" + key;
                    String type = run("TYPE", name).trim();
                    if (!type.equals("+none")) {
                        contents.put(each + ":" + name, type + run("PEXPIRETIME", name) + value(type, name));
                    }
                }
                contents.put(each + ":", run("DBSIZE"));
            }
            run("SELECT", "0");
            return contents;
        }

        private String value(String type, String name) {
            return switch (type) {
                case "+string" -> run("GET", name);
                case "+list" -> run("LRANGE", name, "0", "-1");
                case "+stream" ->
                    run("XRANGE", name, "-", "+") + run("XINFO", "GROUPS", name) + run("XPENDING", name, "g");
                case "+hash" -> run("HGETALL", name);
                case "+zset" -> run("ZRANGE", name, "0", "-1", "WITHSCORES");
                default -> {
                    String[] lines = run("SMEMBERS", name).split("\r\n");
                    Arrays.sort(lines);
                    yield String.join(" ", lines);
                }
            };
        }

        @Override
        public void close() {
            shard.close();
            reply.close();
        }
    }

    private String database() {
        return Integer.toString(random.nextInt(DATABASES));
    }

    private String key() {
        return "k" + random.nextInt(6);
    }

    private void write(Bench bench) {
        write(bench, random.nextInt(19));
    }

    private void write(Bench bench, int which) {
        String number = Integer.toString(random.nextInt(20));
        switch (which) {
            case 0, 1 -> bench.run("SELECT", database());
            case 2 -> bench.run("SWAPDB", database(), database());
            case 3 -> bench.run("MOVE", key(), database());
            case 4, 5 -> {
                String key = key();
                bench.run("COPY", key, key, "DB", database(), "REPLACE");
            }
            case 6 -> {
                if (random.nextInt(8) == 0) {
                    bench.run(random.nextInt(5) == 0 ? "FLUSHALL" : "FLUSHDB");
                }
            }
            case 7 -> bench.run("RENAME", key(), key());
            case 8 -> bench.run("DEL", key());
            case 9 -> bench.run("SET", key(), number);
            case 10 -> bench.run("PEXPIRE", key(), "100" + number);
            case 11 -> bench.run("RPUSH", key(), number, number);
            case 12 -> bench.run("ZADD", key(), number, "m" + number);
            case 13 -> bench.run("SREM", key(), "m" + number);
            case 14 -> {
                bench.run("LSET", key(), "-1", number);
                bench.run("LINSERT", key(), "BEFORE", number, "0");
                bench.run("SETRANGE", key(), number, "x");
            }
            case 15 -> {
                String stream = key();
                bench.run("XADD", stream, "*", "f", number);
                bench.run("XGROUP", "CREATE", stream, "g", "0");
                bench.run("XREADGROUP", "GROUP", "g", "c", "COUNT", "2", "STREAMS", stream, ">");
            }
            case 16 -> bench.run("HSET", key(), "f" + number, number, "g" + number, "1", "h" + number, "2");
            default -> bench.run("SADD", key(), "m" + number, "n" + number, "o" + number);
        }
    }

    private void snapshot(Bench bench) {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        bench.shard.snapshots().begin(true);
        while (bench.shard.snapshots().job() != null) {
            assertTrue(System.nanoTime() < deadline, "seed " + seed);
            write(bench);
            bench.shard.snapshots().poll(0, Long.MAX_VALUE, true);
        }
    }

    private static List<String[]> requests(byte[] resp) {
        List<String[]> requests = new ArrayList<>();
        String text = new String(resp, StandardCharsets.ISO_8859_1);
        int at = 0;
        while (at < text.length()) {
            int end = text.indexOf("\r\n", at);
            String[] words = new String[Integer.parseInt(text.substring(at + 1, end))];
            at = end + 2;
            for (int i = 0; i < words.length; i++) {
                end = text.indexOf("\r\n", at);
                int length = Integer.parseInt(text.substring(at + 1, end));
                words[i] = text.substring(end + 2, end + 2 + length);
                at = end + 2 + length + 2;
            }
            requests.add(words);
        }
        return requests;
    }

    @RepeatedTest(8)
    void shouldFillAnEmptyNodeWithTheSame() throws Exception {
        TreeMap<String, String> expected;
        ByteArrayOutputStream exported = new ByteArrayOutputStream();
        try (Bench bench = new Bench(directory.resolve("from"))) {
            if (random.nextBoolean()) {
                // then the log has notes of them
                NodeConfig config = NodeConfig.builder()
                        .set(Setting.NOTIFY_KEYSPACE_EVENTS, "AKE")
                        .build();
                bench.shard.events().classes(config.notifyClasses());
            }
            for (int i = 0; i < COMMANDS; i++) {
                write(bench);
            }
            if (random.nextInt(4) > 0) {
                snapshot(bench);
            }
            for (int i = random.nextInt(COMMANDS); i > 0; i--) {
                write(bench);
            }
            expected = bench.contents();
            bench.shard.backlog().sync().now();
            new Export(directory.resolve("from"), RestorePoint.logEnd(), line -> {}, Progress.none())
                    .run(List.of(), exported);
        }
        try (Bench filled = new Bench(directory.resolve("to"))) {
            for (String[] request : requests(exported.toByteArray())) {
                String name = request[0].toUpperCase(Locale.ROOT);
                assertTrue(
                        !name.startsWith("FLUSH") && !name.equals("SWAPDB") && !name.equals("ECHO"),
                        "seed " + seed + ": " + name);
                String reply = filled.run(request);
                assertTrue(!reply.startsWith("-"), "seed " + seed + ": " + String.join(" ", request) + " " + reply);
            }
            assertEquals(expected, filled.contents(), "seed " + seed);
        }
    }
}
