package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.script.NodeScripts;
import io.tailrace.node.shard.RebuildException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scripts between clients: who waits, who watches, who may, who is told to come back, on one shard and on several. */
class ScriptSessionTest {
    private static final String LIBRARY = "#!lua name=mylib\n"
            + "redis.register_function('f', function(keys, args) return redis.call('incr', keys[1]) end)";

    @TempDir
    Path directory;

    private SessionBench bench;

    @AfterEach
    void close() throws IOException {
        if (bench != null) {
            bench.close();
        }
    }

    private SessionBench.Client open(int shards) throws IOException, RebuildException {
        bench = new SessionBench(directory, shards);
        return bench.client();
    }

    private static String text(Reply reply) {
        return reply.toString();
    }

    @Test
    void shouldServeWhoWaitsForWhatAScriptMakes() throws Exception {
        SessionBench.Client client = open(1);
        SessionBench.Client waiting = bench.client();
        waiting.send("BLPOP", "q", "0");
        bench.await(() -> bench.services(0).stats().connections() == 2);
        assertEquals("+PONG", text(client.reply("PING")));
        assertEquals(
                ":2",
                text(client.reply(
                        "EVAL", "redis.call('rpush',KEYS[1],'a') return redis.call('rpush',KEYS[1],'b')", "1", "q")));
        assertEquals("*2 [$1 q, $1 a]", text(waiting.next()));
        assertEquals("*1 [$1 b]", text(client.reply("LRANGE", "q", "0", "-1")));
    }

    @Test
    void shouldTouchWhatIsWatched() throws Exception {
        SessionBench.Client client = open(1);
        SessionBench.Client other = bench.client();
        client.reply("WATCH", "k");
        other.reply("EVAL", "return redis.call('get','k')", "0");
        client.reply("MULTI");
        client.reply("PING");
        assertEquals("*1 [+PONG]", text(client.reply("EXEC")));
        client.reply("WATCH", "k");
        other.reply("EVAL", "return redis.call('set','k','v')", "0");
        client.reply("MULTI");
        client.reply("PING");
        assertEquals("*-1", text(client.reply("EXEC")));
    }

    @Test
    void shouldPublishWhenTheScriptIsLogged() throws Exception {
        SessionBench.Client client = open(2);
        SessionBench.Client subscriber = bench.clientOfShard(0);
        SessionBench.Client another = bench.clientOfShard(1);
        subscriber.reply("SUBSCRIBE", "ch");
        another.reply("PSUBSCRIBE", "c*");
        assertEquals(":2", text(client.reply("EVAL", "return redis.call('publish','ch','hello')", "0")));
        assertEquals("*3 [$7 message, $2 ch, $5 hello]", text(subscriber.next()));
        assertEquals("*4 [$8 pmessage, $2 c*, $2 ch, $5 hello]", text(another.next()));
        assertEquals(":0", text(client.reply("EVAL", "return redis.call('publish','nobody','x')", "0")));
    }

    @Test
    void shouldDoForAUserWhatTheUserMay() throws Exception {
        SessionBench.Client client = open(2);
        client.reply("ACL", "SETUSER", "bob", "on", "nopass", "~mine*", "+@scripting", "+get", "+set");
        for (int shard = 0; shard < 2; shard++) {
            SessionBench.Client bob = bench.clientOfShard(shard);
            assertEquals("+OK", text(bob.reply("AUTH", "bob", "x")));
            for (String key : new String[] {"mine1", "mine2", "mine3", "mine4"}) {
                assertEquals("+OK", text(bob.reply("EVAL", "return redis.call('set',KEYS[1],'x')", "1", key)));
                String denied = text(bob.reply("EVAL", "return redis.call('del',KEYS[1])", "1", key));
                assertTrue(
                        denied.startsWith(
                                "-ERR The user executing the script can't run this command or subcommand script: "),
                        denied);
                assertEquals(
                        "*2 [:1, $-1]",
                        text(bob.reply(
                                "EVAL",
                                "return {redis.acl_check_cmd('get',KEYS[1]), redis.acl_check_cmd('del',KEYS[1])}",
                                "1",
                                key)));
            }
            String denied = text(bob.reply("EVAL", "return redis.call('get',KEYS[1])", "1", "yours"));
            assertEquals("-NOPERM this user has no permissions to access one of the keys used as arguments", denied);
            denied = text(bob.reply("EVAL", "return redis.pcall('get','yours')", "0"));
            assertEquals(
                    "-ERR The user executing the script can't access at least one of the keys mentioned in the command arguments",
                    denied);
        }
    }

    @Test
    void shouldRefuseWritesWhereClientsMayNotWrite() throws Exception {
        SessionBench.Client client = open(1);
        client.reply("FUNCTION", "LOAD", LIBRARY);
        bench.node.primary = new HostPort("127.0.0.1", 1);
        assertEquals("$-1", text(client.reply("EVAL", "return redis.call('get','k')", "0")));
        assertEquals(
                "-READONLY You can't write against a read only replica.",
                text(client.reply("EVAL", "return redis.pcall('set','k','v')", "0")));
        assertEquals(
                "-READONLY You can't write against a read only replica.",
                text(client.reply("EVAL", "#!lua\nreturn redis.call('get','k')", "0")));
        assertEquals("$-1", text(client.reply("EVAL", "#!lua flags=no-writes\nreturn redis.call('get','k')", "0")));
        assertEquals(
                "-READONLY You can't write against a read only replica.", text(client.reply("FCALL", "f", "1", "k")));
        assertEquals("-READONLY You can't write against a read only replica.", text(client.reply("FUNCTION", "FLUSH")));
    }

    @Test
    void shouldFindScriptsAndFunctionsOnEveryShard() throws Exception {
        SessionBench.Client client = open(3);
        String sha1 = client.reply("SCRIPT", "LOAD", "return redis.call('incr',KEYS[1])")
                .body();
        for (int from = 0; from < 3; from++) {
            SessionBench.Client each = bench.clientOfShard(from);
            for (int shard = 0; shard < 3; shard++) {
                assertEquals(":" + (from + 1), text(each.reply("EVALSHA", sha1, "1", bench.keyOfShard(shard))));
            }
            each.reply("FUNCTION", "LOAD", "REPLACE", LIBRARY.replace("incr", "decr"));
            assertEquals(":" + from, text(each.reply("FCALL", "f", "1", bench.keyOfShard(from))));
            each.reply("FUNCTION", "LOAD", "REPLACE", LIBRARY);
            for (int shard = 0; shard < 3; shard++) {
                each.reply("FCALL", "f", "1", bench.keyOfShard(shard));
                each.reply("DECR", bench.keyOfShard(shard));
            }
            each.reply("INCR", bench.keyOfShard(from));
        }
        client.reply("SCRIPT", "FLUSH");
        assertEquals(
                "-NOSCRIPT No matching script. Please use EVAL.",
                text(client.reply("EVALSHA", sha1, "1", bench.keyOfShard(2))));
        client.reply("FUNCTION", "FLUSH");
        for (int shard = 0; shard < 3; shard++) {
            assertEquals("-ERR Function not found", text(client.reply("FCALL", "f", "1", bench.keyOfShard(shard))));
        }
    }

    /** The reactor's only thread is in the script, and still answers. */
    @Test
    void shouldAnswerOthersWhileAScriptIsLate() throws Exception {
        SessionBench.Client client = open(1);
        client.reply("CONFIG", "SET", "busy-reply-threshold", "30");
        client.reply("SET", "k", "v");
        LateClient other = new LateClient(
                "GET k",
                "PING",
                "MULTI",
                "GET k",
                "EXEC",
                "FUNCTION KILL",
                "FUNCTION STATS",
                "SHUTDOWN",
                "SCRIPT KILL");
        client.send("EVAL", "while true do end", "0");
        assertTrue(text(client.next()).startsWith("-ERR Script killed by user with SCRIPT KILL... script: "));
        String busy = "-" + NodeScripts.BUSY_SCRIPT;
        assertEquals(
                List.of(
                        busy,
                        busy,
                        "+OK",
                        busy,
                        "-EXECABORT Transaction discarded because of previous errors.",
                        busy,
                        busy,
                        busy,
                        "+OK"),
                other.replies());
        assertEquals("$1 v", text(client.reply("GET", "k")));
        assertEquals("-NOTBUSY No scripts in execution right now.", text(client.reply("SCRIPT", "KILL")));
    }

    @Test
    void shouldNotKillAScriptThatHasWritten() throws Exception {
        SessionBench.Client client = open(1);
        client.reply("CONFIG", "SET", "lua-time-limit", "20");
        LateClient other = new LateClient("SCRIPT KILL", "GET k");
        String script = "redis.call('set','k','v') local n = 0 while n < 100000000 do n = n + 1 end return 'done'";
        client.send("EVAL", script, "0");
        assertEquals("$4 done", text(client.next()));
        assertTrue(other.replies().get(0).startsWith("-UNKILLABLE Sorry the script already executed write commands"));
        assertEquals("-" + NodeScripts.BUSY_SCRIPT, other.replies().get(1));
        assertEquals("$1 v", text(client.reply("GET", "k")));
    }

    /** Sends requests from another thread, once a script of shard 0 is late, and notes the first lines of the replies. */
    private final class LateClient {
        private final Thread thread;
        private final List<String> replies = new ArrayList<>();
        private volatile Throwable failure;

        LateClient(String... requests) {
            thread = new Thread(() -> run(requests), "late-client");
            thread.start();
        }

        private void run(String... requests) {
            try {
                awaitLate(0);
                try (SocketChannel channel = bench.connect()) {
                    Socket socket = channel.socket();
                    socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(10));
                    for (String request : requests) {
                        socket.getOutputStream().write((request + "\r\n").getBytes(StandardCharsets.US_ASCII));
                        replies.add(LateKiller.readLine(socket.getInputStream()).strip());
                    }
                }
            } catch (IOException | RuntimeException e) {
                failure = e;
            }
        }

        List<String> replies() throws InterruptedException {
            thread.join(TimeUnit.SECONDS.toMillis(20));
            assertNull(failure);
            return replies;
        }
    }

    private void awaitLate(int shard) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!bench.node.scripts().running(shard).isLate()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("never late");
            }
            Thread.onSpinWait();
        }
    }

    @Test
    void shouldEndALateScriptOnAnotherShard() throws Exception {
        open(2).reply("PING");
        SessionBench.Client client = bench.clientOfShard(0);
        SessionBench.Client other = bench.clientOfShard(1);
        client.reply("CONFIG", "SET", "busy-reply-threshold", "20");
        client.send("FCALL", "nosuch", "0");
        assertEquals("-ERR Function not found", text(client.next()));
        client.reply(
                "FUNCTION", "LOAD", "#!lua name=l\nredis.register_function('loop', function() while true do end end)");
        client.send("FCALL", "loop", "1", bench.keyOfShard(0));
        LateKiller killer = new LateKiller(bench.connect(), "*2\r\n$8\r\nFUNCTION\r\n$4\r\nKILL\r\n");
        assertTrue(text(client.next())
                .startsWith("-ERR Script killed by user with SCRIPT KILL... script: loop, on @user_function:2."));
        killer.finish();
        assertEquals("+PONG", text(other.reply("PING")));
        assertNull(bench.node.scripts().running(0).name());
    }

    /** A connection that another reactor has accepted for one that is in a script. */
    @Test
    void shouldTakeNewConnectionsWhileAScriptIsLate() throws Exception {
        open(2);
        SessionBench.Client client = bench.clientOfShard(1);
        client.reply("CONFIG", "SET", "busy-reply-threshold", "20");
        client.send("EVAL", "while true do end", "1", bench.keyOfShard(1));
        NewcomerKiller killer = new NewcomerKiller();
        assertTrue(text(client.next()).startsWith("-ERR Script killed by user with SCRIPT KILL... script: "));
        killer.finish();
    }

    /** Its connection is one that the reactor in the script is to serve: it is handed over from another thread meanwhile. */
    private final class NewcomerKiller {
        private final Thread thread;
        private volatile LateKiller killer;
        private volatile Throwable failure;

        NewcomerKiller() {
            thread = new Thread(this::run, "newcomer");
            thread.start();
        }

        private void run() {
            try {
                awaitLate(1);
                killer = new LateKiller(bench.handOverTo(1), "*2\r\n$6\r\nSCRIPT\r\n$4\r\nKILL\r\n");
            } catch (IOException | RuntimeException e) {
                failure = e;
            }
        }

        void finish() throws InterruptedException {
            thread.join(TimeUnit.SECONDS.toMillis(10));
            assertNull(failure);
            killer.finish();
        }
    }

    /** Sends a request again and again from another thread until it is answered with OK. */
    private static final class LateKiller {
        private final Thread thread;
        private volatile Throwable failure;

        LateKiller(SocketChannel channel, String request) {
            thread = new Thread(() -> kill(channel, request), "late-killer");
            thread.start();
        }

        private void kill(SocketChannel channel, String request) {
            try (channel) {
                channel.configureBlocking(true);
                Socket socket = channel.socket();
                socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(10));
                for (String reply = ""; !reply.startsWith("+OK"); ) {
                    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
                    reply = readLine(socket.getInputStream());
                }
            } catch (IOException | RuntimeException e) {
                failure = e;
            }
        }

        private static String readLine(InputStream in) throws IOException {
            StringBuilder line = new StringBuilder();
            for (int c = in.read(); c != '\n'; c = in.read()) {
                if (c < 0) {
                    throw new IOException("closed");
                }
                line.append((char) c);
            }
            return line.toString();
        }

        void finish() throws InterruptedException {
            thread.join(TimeUnit.SECONDS.toMillis(10));
            assertNull(failure);
        }
    }
}
