package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same commands to us and to a real Redis, whose replies must be the same bytes. */
class RedisDifferenceTest {
    private static final int BATCHES = 100;
    private static final int BATCH = 250;
    private static final int MULTI = 20;
    /** Clocks differ by what a batch takes. */
    private static final long TOLERANCE_MS = 15_000;

    /** The same commands in each run, or others where a seed is given. */
    private static final long SEED = Long.getLong("tailrace.seed", 1);

    private static final Set<String> TIMES = Set.of("TTL", "PTTL", "EXPIRETIME", "PEXPIRETIME");
    static final Set<String> WHOLE = Set.of("DBSIZE", "RANDOMKEY");

    @TempDir
    Path directory;

    private RedisServer redis;
    private CommandBench bench;
    private String context = "";

    @BeforeEach
    void start() throws IOException {
        assumeTrue(RedisServer.isInstalled(), "redis-server is not installed (Debian: redis-server)");
        redis = new RedisServer(directory, "--proto-max-bulk-len", "1mb");
        bench = new CommandBench(directory.resolve("shard"));
    }

    @AfterEach
    void stop() throws IOException {
        if (redis != null) {
            redis.close();
            bench.close();
        }
    }

    @Test
    void shouldReplyAsRedisDoesToRandomCommands() throws IOException {
        run(2, SEED);
    }

    @Test
    void shouldReplyAsRedisDoesInVersion3() throws IOException {
        redis.reply("HELLO", "3");
        run(3, SEED + 1);
    }

    @Test
    void shouldReplyAsRedisDoesInSeveralDatabases() throws IOException {
        run(2, SEED + 2, true);
    }

    private void run(int protocol, long seed) throws IOException {
        run(protocol, seed, false);
    }

    private void run(int protocol, long seed, boolean isOfDatabases) throws IOException {
        bench.protocol(protocol);
        CommandGenerator generator = new CommandGenerator(seed, System.currentTimeMillis(), isOfDatabases);
        Random random = new Random(seed);
        int count = 0;
        for (int batch = 0; batch < BATCHES; batch++) {
            context = "seed " + seed + ", batch " + batch + ": ";
            List<String[]> commands = new ArrayList<>();
            while (commands.size() < BATCH) {
                String[] command = generator.next();
                if (WHOLE.contains(command[0])) {
                    commands.add(meetAll());
                }
                commands.add(command);
            }
            count += commands.size();
            compare(commands.subList(0, BATCH / 2));
            for (int from = BATCH / 2; from < commands.size(); ) {
                int to = Math.min(commands.size(), from + 1 + random.nextInt(MULTI));
                compareAsMulti(commands.subList(from, to));
                from = to;
            }
            compare(contents());
            for (int i = 0; isOfDatabases && i < 3; i++) {
                compare(List.<String[]>of(new String[] {"SELECT", Integer.toString(i)}));
                compare(contents());
            }
        }
        assertTrue(count >= 20_000, count + " commands");
    }

    static String[] meetAll() {
        List<String> words = new ArrayList<>(CommandGenerator.KEYS);
        words.add(0, "EXISTS");
        return words.toArray(String[]::new);
    }

    static List<String[]> contents() {
        List<String[]> commands = new ArrayList<>();
        for (String key : CommandGenerator.KEYS) {
            commands.add(new String[] {"GET", key});
            commands.add(new String[] {"PEXPIRETIME", key});
        }
        return commands;
    }

    private void compare(List<String[]> commands) throws IOException {
        bench.at(System.currentTimeMillis());
        List<Reply> expected = redis.replies(commands);
        for (int i = 0; i < commands.size(); i++) {
            check(commands.get(i), expected.get(i), Reply.of(bench.raw(commands.get(i))));
        }
    }

    private void compareAsMulti(List<String[]> commands) throws IOException {
        bench.at(System.currentTimeMillis());
        List<String[]> multi = new ArrayList<>(commands);
        multi.add(0, new String[] {"MULTI"});
        multi.add(new String[] {"EXEC"});
        Reply expected = redis.replies(multi).get(multi.size() - 1);
        Reply actual = Reply.of(bench.rawAll(commands));
        assertEquals(expected.line(), actual.line(), context);
        for (int i = 0; i < commands.size(); i++) {
            check(commands.get(i), expected.elements().get(i), actual.elements().get(i));
        }
    }

    private void check(String[] command, Reply expected, Reply actual) {
        check(context, command, expected, actual);
    }

    static void check(String context, String[] command, Reply expected, Reply actual) {
        if (!isSame(command, expected, actual)) {
            fail(context + String.join(" ", command) + "\nRedis: " + expected + "\n we:   " + actual);
        }
    }

    private static boolean isSame(String[] command, Reply expected, Reply actual) {
        if (expected.equals(actual)) {
            return true;
        }
        if (!expected.line().equals(actual.line()) && !expected.isInteger() && !command[0].equals("RANDOMKEY")) {
            return false;
        }
        switch (command[0].toUpperCase(Locale.ROOT)) {
            case "KEYS":
                return expected.sortedBodies().equals(actual.sortedBodies());
            case "SCAN":
                return expected.elements().get(0).equals(actual.elements().get(0))
                        && expected.elements()
                                .get(1)
                                .sortedBodies()
                                .equals(actual.elements().get(1).sortedBodies());
            case "RANDOMKEY":
                return expected.body() != null
                        && actual.body() != null
                        && CommandGenerator.KEYS.contains(actual.body());
            default:
                return TIMES.contains(command[0]) && isSameTime(command[0], expected, actual);
        }
    }

    private static boolean isSameTime(String command, Reply expected, Reply actual) {
        long unit = command.startsWith("P") ? 1 : 1_000;
        return actual.isInteger()
                && expected.integer() >= 0
                && actual.integer() >= 0
                && Math.abs(expected.integer() - actual.integer()) <= TOLERANCE_MS / unit;
    }
}
