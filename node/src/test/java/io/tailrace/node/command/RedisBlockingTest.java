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
    /**
     * A line is a client's name and its command, of which the reply is compared; {@code >} before the command: it waits from then
     * on; {@code <} alone: the reply that it waited for. {@code TICK} moves our clock by milliseconds; Redis's moves by itself.
     */
    private static final String SCRIPT =
            """
            B > BLPOP {k}l 0
            A RPUSH {k}l 1 2
            B <
            A LRANGE {k}l 0 -1
            B BLPOP {k}none {k}l 0
            B > BLPOP {k}l {k}l 0
            C > BRPOP {k}l 0
            A LPUSH {k}l 1 2 3
            B <
            C <
            A LRANGE {k}l 0 -1
            A DEL {k}l
            B > BLPOP {k}p {k}q 0
            A MULTI
            A RPUSH {k}q 1
            A RPUSH {k}p 2
            A EXEC
            B <
            A LRANGE {k}p 0 -1
            A DEL {k}p
            B > BLPOP {k}s 0
            A MULTI
            A RPUSH {k}s a b
            A DEL {k}s
            A EXEC
            A MULTI
            A RPUSH {k}s a b
            A DEL {k}s
            A RPUSH {k}s z
            A EXEC
            B <
            B > BLPOP {k}s 0
            A SET {k}s x
            A DEL {k}s
            A HSET {k}s f v
            A DEL {k}s
            A RPUSH {k}s 6
            B <
            A RPUSH {k}l 1 2
            B > BLPOP {k}p 0
            A SORT {k}l STORE {k}p
            B <
            B > BLPOP {k}r 0
            A RENAME {k}p {k}r
            B <
            A EXISTS {k}r {k}p
            B > BRPOP {k}r 0
            A COPY {k}l {k}r
            B <
            B > BLMOVE {k}s {k}d LEFT RIGHT 0
            C > BLPOP {k}d 0
            A RPUSH {k}s 1 2
            B <
            C <
            A LRANGE {k}s 0 -1
            A DEL {k}s
            A SET {k}d x
            B > BRPOPLPUSH {k}s {k}d 0
            C > BLPOP {k}s 0
            A RPUSH {k}s 1 2
            B <
            C <
            A LRANGE {k}s 0 -1
            A DEL {k}s {k}d
            B > BLMOVE {k}s {k}s LEFT RIGHT 0
            C > BRPOPLPUSH {k}s {k}s 0
            A RPUSH {k}s 1 2 3
            B <
            C <
            A LRANGE {k}s 0 -1
            A DEL {k}s
            B > BLPOP {k}s 0.05
            TICK 60
            B <
            B > BLMOVE {k}s {k}d LEFT LEFT 0.05
            TICK 60
            B <
            B HELLO 3
            B > BRPOPLPUSH {k}s {k}d 0.01
            TICK 20
            B <
            B > BLPOP {k}s 0
            A RPUSH {k}s 1
            B <
            B HELLO 2
            B MULTI
            B BLPOP {k}s 0
            B BLMOVE {k}s {k}d LEFT LEFT 0
            B BRPOPLPUSH {k}s {k}d 0
            B EXEC
            B BLPOP {k}s abc
            B BLPOP {k}s -1
            B BLPOP {k}s inf
            B BLPOP {k}s {k}s 1e400
            B BLPOP {k}s 1_0
            B BLPOP {k}s
            B BLMOVE {k}s {k}d LEFT foo 0
            B BLMOVE {k}s {k}d LEFT LEFT x
            B BLMOVE {k}s {k}d LEFT LEFT
            A CLIENT UNBLOCK
            A CLIENT UNBLOCK x
            A CLIENT UNBLOCK 99999
            A CLIENT UNBLOCK 99999 foo
            A CLIENT UNBLOCK x foo
            A CLIENT UNBLOCK 1 TIMEOUT 3
            B > BLPOP {k}s 0
            UNBLOCK B
            B <
            B > BLPOP {k}s 0
            UNBLOCK B TIMEOUT
            B <
            B > BLMOVE {k}s {k}d LEFT LEFT 0
            UNBLOCK B error
            B <
            UNBLOCK B error
            B PING
            B > WAIT 1 0
            UNBLOCK B
            B <
            B > WAIT 1 0
            UNBLOCK B ERROR
            B <
            UNBLOCK B
            B PING
            B BZPOPMIN {k}z abc
            B BZPOPMIN {k}z -1
            B BZPOPMAX {k}z
            B > BZPOPMIN {k}z 0
            A ZADD {k}z 2.5 b 1 a
            B <
            A ZRANGE {k}z 0 -1 WITHSCORES
            B BZPOPMAX {k}none {k}z 0
            B > BZPOPMIN {k}z 0
            C > BZPOPMAX {k}z 0
            A ZADD {k}z 1 a 2 b 3 c
            B <
            C <
            A ZRANGE {k}z 0 -1
            A DEL {k}z
            B > BZPOPMIN {k}z 0
            A RPUSH {k}z x
            A DEL {k}z
            A ZUNIONSTORE {k}z 1 {k}z
            A ZADD {k}y 7 m
            A ZUNIONSTORE {k}z 1 {k}y
            B <
            B > BZPOPMAX {k}z 0
            A RENAME {k}y {k}z
            B <
            B > BZPOPMAX {k}z 0
            A GEOADD {k}z 13.361389 38.115556 Palermo
            B <
            B HELLO 3
            B > BZPOPMAX {k}z 0
            A ZINCRBY {k}z 1.5 m
            B <
            B > BZPOPMIN {k}z 0.01
            TICK 20
            B <
            B HELLO 2
            B MULTI
            B BZPOPMIN {k}z 0
            B EXEC
            """;

    private static final String OF_SEVERAL_KEYS =
            """
            B BLMPOP 1 1 k LEFT COUNT 0
            B BLMPOP x 1 k LEFT
            B BLMPOP x 0 k foo
            A RPUSH s 1 2
            B BLMPOP 0 2 k s RIGHT
            B BLMPOP 0 2 k s RIGHT COUNT 9
            B > BLMPOP 0 2 s t LEFT COUNT 2
            C > BRPOP s 0
            A RPUSH s 1 2 3
            B <
            C <
            A EXISTS s
            B > BLMPOP 0.05 1 s LEFT
            TICK 60
            B <
            B MULTI
            B BLMPOP 0 1 s LEFT
            B EXEC
            B BZMPOP abc 0 z MIN
            B BZMPOP abc 1 z MIN
            B BZMPOP 0 1 z MIN COUNT 0
            B BZMPOP 0 1 z FOO
            B BZMPOP 0 1 z MIN COUNT 1 x
            A ZADD z 1 a 2 b
            B BZMPOP 0 2 k z MAX
            B BZMPOP 0 2 k z MIN COUNT 9
            B > BZMPOP 0 2 z y MIN COUNT 2
            C > BZPOPMAX z 0
            A ZADD z 1 a 2 b 3 c
            B <
            C <
            A EXISTS z
            B > BZMPOP 0.05 1 z MAX
            TICK 60
            B <
            B MULTI
            B BZMPOP 0 1 z MIN
            B EXEC
            """;

    private static final String IN_DATABASES =
            """
            B SELECT 1
            B > BLPOP {k}l 0
            A RPUSH {k}l 0
            A LRANGE {k}l 0 -1
            A SELECT 1
            A RPUSH {k}l 1
            B <
            A SELECT 0
            A LRANGE {k}l 0 -1
            A RPUSH {k}l 2
            B > BLPOP {k}l 0
            C SELECT 1
            C > BLPOP {k}none {k}l 0
            A SWAPDB 0 1
            B <
            C <
            A LRANGE {k}l 0 -1
            A RPUSH {k}l 3
            B > BLPOP {k}l 0
            A MOVE {k}l 1
            B <
            A RPUSH {k}l 3 4
            C > BRPOPLPUSH {k}l {k}m 0
            A COPY {k}l {k}l DB 1
            C <
            C LRANGE {k}m 0 -1
            A LRANGE {k}m 0 -1
            A FLUSHALL
            A SET {k}l x
            B > BLPOP {k}l 0
            A SWAPDB 0 1
            A SWAPDB 0 2
            A SELECT 1
            A DEL {k}l
            A RPUSH {k}l z
            B <
            B > BLPOP {k}l 0
            A MULTI
            A RPUSH {k}l 1
            A SELECT 0
            A RPUSH {k}l 2
            A SELECT 1
            A DEL {k}l
            A EXEC
            A RPUSH {k}l 5
            B <
            """;

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
        run(SCRIPT);
        assertEquals(0, blocked());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void shouldWaitInTheClientsDatabaseAsRedisDoes(int shardCount) throws IOException, RebuildException {
        start(shardCount);
        connect("A", "B", "C");
        run(IN_DATABASES);
        assertEquals(0, blocked());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldWaitForEntriesOfStreamsAsRedisDoes(int shardCount) throws IOException, RebuildException {
        start(shardCount);
        connect("A", "B", "C");
        run(StreamBlockingScript.TEXT);
        assertEquals(0, blocked());
    }

    @Test
    void shouldWaitForOneOfSeveralKeysAsRedisDoes() throws IOException, RebuildException {
        start(1);
        connect("A", "B", "C");
        run(OF_SEVERAL_KEYS);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
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
    @ValueSource(ints = {1, 2})
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
    @ValueSource(ints = {1, 2})
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
    void shouldRefuseKeysOfSeveralShards() throws IOException, RebuildException {
        start(2);
        connect("B");
        String error = "-CROSSSLOT Keys in request don't hash to the same slot";
        assertEquals(error, ours.get("B").reply("BLPOP", "{a}", "{b}", "0").toString());
        assertEquals("+PONG", ours.get("B").reply("PING").toString());
    }
}
