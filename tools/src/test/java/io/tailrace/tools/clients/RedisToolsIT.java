package io.tailrace.tools.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.NodeGroup;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Debian's redis-cli and redis-benchmark. */
class RedisToolsIT {

    @TempDir
    private static Path dir;

    private static NodeGroup group;
    private static NodeProcess node;

    @BeforeAll
    static void start() throws Exception {
        for (String program : List.of("redis-cli", "redis-benchmark")) {
            Assumptions.assumeTrue(
                    isOnPath(program), program + " is missing; Debian has it in the package redis-tools");
        }
        group = new NodeGroup(dir);
        node = group.add("node").startAndAwait();
    }

    @AfterAll
    static void stop() {
        if (group != null) {
            group.close();
        }
    }

    private static boolean isOnPath(String program) {
        return Stream.of(System.getenv("PATH").split(":")).anyMatch(path -> Files.isExecutable(Path.of(path, program)));
    }

    @Test
    void shouldAnswerSingleCommands() throws Exception {
        assertEquals("OK\n", cli("SET", "greeting", "hello"));
        assertEquals("\"hello\"\n", cli("--no-raw", "GET", "greeting"));
        assertEquals("(nil)\n", cli("--no-raw", "GET", "none"));
        assertEquals(
                "(error) ERR wrong number of arguments for 'get' command\n",
                cli("--no-raw", "GET").stripTrailing() + "\n");
        String info = cli("INFO");
        assertTrue(info.contains("redis_version:7.") && info.contains("role:master"), info);
        assertEquals("PONG\n", cli("-3", "PING"));
        assertTrue(cli("-3", "--no-raw", "HELLO").contains("\"proto\" => (integer) 3"));
        assertTrue(cli("-3", "--no-raw", "CONFIG", "GET", "maxclients").contains("1# \"maxclients\" => \"10000\""));
        assertTrue(cli("COMMAND", "COUNT").matches("\\d+\n"));
        assertEquals("1\n2\n3\n", cli("-r", "3", "INCR", "counter"));
    }

    @Test
    void shouldLoadByPipeAndListByScan() throws Exception {
        int count = 100_000;
        Path requests = dir.resolve("requests");
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(requests))) {
            for (int i = 0; i < count; i++) {
                String key = "pipe:" + i;
                out.write(("*3\r\n$3\r\nSET\r\n$" + key.length() + "\r\n" + key + "\r\n$1\r\nx\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
            }
        }
        Outcome piped = run(requests, "redis-cli", "-p", port(), "--pipe");
        assertTrue(piped.text().contains("errors: 0, replies: " + count + "\n"), piped.text());
        assertEquals(0, piped.status(), piped.text());

        String scanned = cli("--scan", "--pattern", "pipe:*");
        assertEquals(count, scanned.lines().distinct().count());
        assertTrue(scanned.lines().allMatch(line -> line.startsWith("pipe:")));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 16})
    void shouldBeMeasuredWithoutErrors(int pipeline) throws Exception {
        List<String> command = new ArrayList<>(List.of("redis-benchmark", "-p", port(), "-q", "-n", "10000"));
        command.addAll(List.of("-r", "5000", "-P", Integer.toString(pipeline)));
        command.addAll(List.of("-t", "ping_inline,ping_mbulk,set,get,incr,mset"));
        Outcome outcome = run(null, command.toArray(String[]::new));
        assertClean(outcome, 6);

        String[] more = {"redis-benchmark -3", "redis-benchmark --threads 2"};
        for (String start : more) {
            String line = start + " -p " + port() + " -q -n 5000 -r 5000 -P " + pipeline + " SETEX k:__rand_int__ 90 v";
            assertClean(run(null, line.split(" ")), 1);
        }
        try (RespClient client = node.connect()) {
            assertEquals("PONG", client.text("PING"));
            assertTrue(client.number("DBSIZE") > 5_000);
        }
    }

    @Test
    void shouldFindTheLargestKeysAndTheHottest() throws Exception {
        cli("FLUSHALL");
        cli("SET", "text", "x".repeat(3_000));
        cli("RPUSH", "list", "a", "b", "c");
        cli("HSET", "hash", "field", "v".repeat(9_000));
        assertThat(cli("--bigkeys"), "Biggest string found '\"text\"' has 3000 bytes", "'\"list\"' has 3 items");
        assertThat(cli("--memkeys"), "Biggest   hash found '\"hash\"' has ", "Biggest   list found '\"list\"' has ");
        assertThat(cli("--hotkeys"), "An LFU maxmemory policy is not selected");
        cli("CONFIG", "SET", "maxmemory-policy", "allkeys-lfu");
        cli("-r", "30", "GET", "text");
        assertThat(cli("--hotkeys"), "hot key found with counter: ", "keyname: \"text\"");
        cli("CONFIG", "SET", "maxmemory-policy", "noeviction");
    }

    @Test
    void shouldBeWatched() throws Exception {
        assertTrue(cli("--latency", "-i", "0.3").matches("\\d+ \\d+ \\d+\\.\\d+ \\d+\n"));
        Outcome stat = run(null, "timeout", "2", "stdbuf", "-oL", "redis-cli", "-p", port(), "--stat", "-i", "0.1");
        assertTrue(
                stat.text().matches("(?s).*keys +mem +clients +blocked +requests +connections.*\\(\\+\\d+\\).*"),
                stat.text());
        Path shown = dir.resolve("monitor");
        Process monitor = new ProcessBuilder("redis-cli", "-p", port(), "MONITOR")
                .redirectOutput(shown.toFile())
                .start();
        try {
            awaitText(shown, "OK\n");
            cli("-n", "3", "SET", "shown", "1");
            awaitText(shown, "\"SET\" \"shown\" \"1\"");
            assertThat(Files.readString(shown), " [3 127.0.0.1:");
        } finally {
            monitor.destroyForcibly();
        }
    }

    @Test
    void shouldShowLatencyOverTime() throws Exception {
        assertTrue(cli("--latency", "-i", "0.3", "--csv").matches("\\d+,\\d+,\\d+\\.\\d+,\\d+\n"));
        awaitLines(3, "\\d+ \\d+ \\d+\\.\\d+ \\d+", "--latency-history", "-i", "0.2");
        // a line for each interval, whose places are milliseconds and whose colours say how many took that long
        awaitLines(3, "(\u001b\\[[\\d;]+m)+\\..*Q.*\\?.*", "--latency-dist", "-i", "0.2");
    }

    @Test
    void shouldShowCommandsOfScriptsAndNoPasswords() throws Exception {
        Path shown = dir.resolve("monitored");
        Process monitor = new ProcessBuilder("redis-cli", "-p", port(), "MONITOR")
                .redirectOutput(shown.toFile())
                .start();
        try {
            awaitText(shown, "OK\n");
            cli("AUTH", "default", "secret");
            cli("-n", "2", "EVAL", "return redis.call('SET', KEYS[1], 'x')", "1", "by-script");
            awaitText(shown, "[2 lua] \"SET\" \"by-script\" \"x\"");
            String text = Files.readString(shown);
            assertThat(
                    text,
                    "\"EVAL\" \"return redis.call('SET', KEYS[1], 'x')\"",
                    "\"AUTH\" \"(redacted)\" \"(redacted)\"");
            assertFalse(text.contains("secret"), text);
        } finally {
            monitor.destroyForcibly();
        }
    }

    /** Waits until redis-cli has printed as many lines of a form. */
    private static void awaitLines(int count, String form, String... arguments) throws IOException {
        Path shown = Files.createTempFile(dir, "lines", "");
        List<String> command = new ArrayList<>(List.of("stdbuf", "-oL", "redis-cli", "-p", port()));
        command.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(command).redirectOutput(shown.toFile()).start();
        try {
            await(shown, text -> text.lines().filter(line -> line.matches(form)).count() >= count, form);
        } finally {
            process.destroyForcibly();
        }
    }

    private static void awaitText(Path file, String text) throws IOException {
        await(file, shown -> shown.contains(text), text);
    }

    private static void await(Path file, Predicate<String> condition, String wanted) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.test(Files.readString(file))) {
            assertTrue(System.nanoTime() < end, wanted + " is not in " + Files.readString(file));
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    private static void assertThat(String text, String... parts) {
        for (String part : parts) {
            assertTrue(text.contains(part), part + " is not in " + text);
        }
    }

    private static void assertClean(Outcome outcome, int results) {
        assertEquals(0, outcome.status(), outcome.text());
        String text = outcome.text().toLowerCase(Locale.ROOT);
        assertFalse(text.contains("err") || text.contains("warn") || text.contains("could not"), outcome.text());
        assertEquals(results, text.split("requests per second", -1).length - 1, outcome.text());
    }

    private static String port() {
        return Integer.toString(node.port());
    }

    private static String cli(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("redis-cli", "-p", port()));
        command.addAll(List.of(arguments));
        Outcome outcome = run(null, command.toArray(String[]::new));
        return outcome.text();
    }

    private static Outcome run(Path input, String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(dir, "output", "");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(input == null ? new java.io.File("/dev/null") : input.toFile())
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(List.of(command) + " still runs after 60 seconds: " + Files.readString(output));
        }
        return new Outcome(process.exitValue(), Files.readString(output));
    }

    private record Outcome(int status, String text) {}
}
