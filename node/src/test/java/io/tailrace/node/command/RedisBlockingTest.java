package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.shard.RebuildException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that wait for lists, on reactors and on a real Redis, step by step: the replies must be the same. */
class RedisBlockingTest {
    private static final class Wire {
        private final Socket socket;
        private final InputStream in;

        Wire(Socket socket) throws IOException {
            this.socket = socket;
            in = new BufferedInputStream(socket.getInputStream());
        }

        void send(String... command) throws IOException {
            StringBuilder request = new StringBuilder("*" + command.length + "\r\n");
            for (String argument : command) {
                request.append("$" + argument.length() + "\r\n" + argument + "\r\n");
            }
            socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.ISO_8859_1));
        }

        Reply next() throws IOException {
            return Reply.read(in);
        }
    }

    @TempDir
    Path directory;

    private final Map<String, Wire> theirs = new LinkedHashMap<>();
    private final Map<String, SessionBench.Client> ours = new LinkedHashMap<>();
    private final Map<String, String> theirIds = new LinkedHashMap<>();
    private final Map<String, String> ourIds = new LinkedHashMap<>();
    private RedisServer redis;
    private SessionBench bench;
    private int shards;
    private int waiting;

    private void start(int shardCount) throws IOException, RebuildException {
        assumeTrue(RedisServer.isInstalled(), "skipped: no redis-server (Debian's redis-server)");
        shards = shardCount;
        bench = new SessionBench(directory.resolve("ours"), shardCount);
        redis = new RedisServer(Files.createDirectories(directory.resolve("theirs")));
    }

    @AfterEach
    void stop() throws IOException {
        for (Wire wire : theirs.values()) {
            wire.socket.close();
        }
        if (bench != null) {
            bench.close();
        }
        if (redis != null) {
            redis.close();
        }
    }

    private void run(String script) throws IOException {
        int at = 0;
        for (String line : script.lines().toList()) {
            at++;
            String[] words = line.split(" ");
            if (words[0].equals("TICK")) {
                bench.nowMicros += TimeUnit.MILLISECONDS.toMicros(Long.parseLong(words[1]));
            } else if (words[0].equals("UNBLOCK")) {
                unblock(line, words);
            } else {
                try {
                    step(line, words);
                } catch (IllegalStateException e) {
                    throw new IllegalStateException("line " + at + ", " + line + ": " + e.getMessage(), e);
                }
            }
        }
    }

    private void step(String line, String... words) throws IOException {
        String name = words[0];
        if (!ours.containsKey(name)) {
            ours.put(name, bench.client());
            theirs.put(name, new Wire(redis.connect()));
        }
        if (words[1].equals(">")) {
            String[] command = Arrays.copyOfRange(words, 2, words.length);
            theirs.get(name).send(command);
            ours.get(name).send(command);
            waiting++;
            awaitWaiting();
            // it counts as blocked as soon as it is on its way to the shard of its keys
            assertTrue(ours.get(name).isSilent(10), line);
            return;
        }
        boolean isLate = words[1].equals("<");
        if (isLate) {
            waiting--;
        } else {
            String[] command = Arrays.copyOfRange(words, 1, words.length);
            theirs.get(name).send(command);
            ours.get(name).send(command);
        }
        String expected = theirs.get(name).next().toString();
        String actual = ours.get(name).next().toString();
        if (!words[1].equals("HELLO")) {
            assertEquals(expected, actual, line);
        }
    }

    private void awaitWaiting() throws IOException {
        bench.await(() -> blocked() == waiting);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!redis.reply("INFO", "clients").body().contains("blocked_clients:" + waiting + "\r\n")) {
            assertTrue(System.nanoTime() < deadline, "Redis's clients don't wait");
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    private int blocked() {
        int blocked = 0;
        for (int i = 0; i < shards; i++) {
            blocked += bench.services(i).stats().blocked();
        }
        return blocked;
    }

    /** Of a client by its name, as numbers differ. */
    private void unblock(String line, String... words) throws IOException {
        String[] command = Arrays.copyOf(words, words.length + 1);
        command[0] = "CLIENT";
        System.arraycopy(words, 0, command, 1, words.length);
        command[2] = theirIds.get(words[1]);
        theirs.get("A").send(command);
        String expected = theirs.get("A").next().toString();
        command[2] = ourIds.get(words[1]);
        assertEquals(expected, ours.get("A").reply(command).toString(), line);
    }

    private void connect(String... names) throws IOException {
        for (String name : names) {
            ours.put(name, bench.client());
            theirs.put(name, new Wire(redis.connect()));
            theirs.get(name).send("CLIENT", "ID");
            theirIds.put(name, Long.toString(theirs.get(name).next().integer()));
            ourIds.put(name, Long.toString(ours.get(name).reply("CLIENT", "ID").integer()));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void shouldWaitAsRedisDoes(int shardCount) throws IOException, RebuildException {
        start(shardCount);
        connect("A", "B", "C");
        run(BlockingScripts.SCRIPT);
        assertEquals(0, blocked());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void shouldWaitInTheClientsDatabaseAsRedisDoes(int shardCount) throws IOException, RebuildException {
        start(shardCount);
        connect("A", "B", "C");
        run(BlockingScripts.IN_DATABASES);
        assertEquals(0, blocked());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void shouldWaitForEntriesOfStreamsAsRedisDoes(int shardCount) throws IOException, RebuildException {
        start(shardCount);
        connect("A", "B", "C");
        run(StreamBlockingScript.TEXT);
        assertEquals(0, blocked());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void shouldWaitForOneOfSeveralKeysAsRedisDoes(int shardCount) throws IOException, RebuildException {
        start(shardCount);
        connect("A", "B", "C");
        run(BlockingScripts.OF_SEVERAL_KEYS);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void shouldRunWhatComesLaterInOrder(int shardCount) throws IOException, RebuildException {
        start(shardCount);
        connect("A", "B");
        ours.get("B").send("BLPOP", "l", "0");
        ours.get("B").send("PING");
        ours.get("B").send("BLPOP", "l", "0");
        ours.get("B").send("ECHO", "end");
        bench.await(() -> blocked() == 1);
        assertTrue(ours.get("B").isSilent(10));
        ours.get("A").reply("RPUSH", "l", "1", "2");
        assertEquals("*2 [$1 l, $1 1]", ours.get("B").next().toString());
        assertEquals("+PONG", ours.get("B").next().toString());
        assertEquals("*2 [$1 l, $1 2]", ours.get("B").next().toString());
        assertEquals("$3 end", ours.get("B").next().toString());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void shouldForgetWhoseConnectionIsClosed(int shardCount) throws IOException, RebuildException {
        start(shardCount);
        connect("A", "B", "C");
        ours.get("B").send("BLPOP", "l", "0");
        bench.await(() -> blocked() == 1);
        ours.get("C").send("BLPOP", "l", "0");
        bench.await(() -> blocked() == 2);
        ours.get("B").close();
        bench.await(() -> blocked() == 1);
        ours.get("A").reply("RPUSH", "l", "1");
        assertEquals("*2 [$1 l, $1 1]", ours.get("C").next().toString());
        assertEquals(":0", ours.get("A").reply("LLEN", "l").toString());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void shouldEndAllWaitsWhenTheNodeFollowsAnother(int shardCount) throws IOException, RebuildException {
        start(shardCount);
        connect("B");
        ours.get("B").send("BLPOP", "l", "0");
        bench.await(() -> blocked() == 1);
        bench.node.primary = new HostPort("127.0.0.1", 1);
        assertEquals(
                "-UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)",
                ours.get("B").next().toString());
        assertTrue(ours.get("B").isClosed());
        assertEquals(0, blocked());
    }

    @Test
    void shouldForgetWhoWaitsOnSeveralShards() throws IOException, RebuildException {
        start(4);
        connect("A", "B", "C");
        ours.get("B").send("BLPOP", "a", "b", "c", "d", "e", "0");
        bench.await(() -> blocked() == 1);
        ours.get("C").send("BLMOVE", "a", "f", "LEFT", "RIGHT", "0");
        bench.await(() -> blocked() == 2);
        ours.get("B").close();
        bench.await(() -> blocked() == 1);
        ours.get("A").reply("RPUSH", "a", "1");
        assertEquals("$1 1", ours.get("C").next().toString());
        for (String key : List.of("b", "c", "d", "e")) {
            ours.get("A").reply("RPUSH", key, "1");
            assertEquals(":1", ours.get("A").reply("LLEN", key).toString());
        }
        assertEquals(":1", ours.get("A").reply("LLEN", "f").toString());
    }

    @Test
    void shouldEndWaitsOnSeveralShardsWhenTheNodeFollowsAnother() throws IOException, RebuildException {
        start(4);
        connect("B");
        ours.get("B").send("BLPOP", "a", "b", "c", "d", "e", "0");
        bench.await(() -> blocked() == 1);
        bench.node.primary = new HostPort("127.0.0.1", 1);
        assertEquals(
                "-UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)",
                ours.get("B").next().toString());
        assertTrue(ours.get("B").isClosed());
        assertEquals(0, blocked());
    }
}
