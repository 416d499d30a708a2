package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tailrace.node.shard.RebuildException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Scripts and functions, run by a real Redis too: the replies must be the same, byte for byte, in both versions of the protocol.
 *
 * <p>Each line of a table is a request, its arguments between bars; {@code \n} in an argument is a line end, {@code \r} a return. A line
 * that begins with {@code eval} may be only the script. After {@code 3>} what follows is for the newer protocol only.
 */
class RedisScriptTest {
    private RedisServer redis;
    private SessionBench bench;
    private SessionBench.Client client;

    @BeforeEach
    void start(@TempDir Path ours, @TempDir Path theirs) throws IOException, RebuildException {
        assumeTrue(RedisServer.isInstalled(), "skipped: no redis-server (Debian's redis-server)");
        bench = new SessionBench(ours, Integer.getInteger("tailrace.shards", 1));
        client = bench.client();
        redis = new RedisServer(theirs, "--databases", "1");
    }

    @AfterEach
    void stop() throws IOException {
        if (bench != null) {
            bench.close();
        }
        if (redis != null) {
            redis.close();
        }
    }

    private static List<String[]> table(String name) throws IOException {
        List<String[]> requests = new ArrayList<>();
        try (BufferedReader in = new BufferedReader(
                new InputStreamReader(RedisScriptTest.class.getResourceAsStream(name), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    requests.add(request(line));
                }
            }
        }
        return requests;
    }

    private static String[] request(String line) {
        String whole = line.contains("|") ? line : "eval|" + line + "|0";
        String[] arguments = whole.split("\\|", -1);
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = arguments[i]
                    .replace("\\n", "\n")
                    .replace("\\r", "\r")
                    .replace("\\p", "|")
                    .replace("\\0", "\0");
        }
        return arguments;
    }

    private void compare(String name) throws IOException {
        List<String> wrong = new ArrayList<>();
        List<String[]> requests = table(name);
        for (String version : List.of("2", "3")) {
            for (String[] each : List.of(
                    new String[] {"HELLO", version},
                    new String[] {"FLUSHALL"},
                    new String[] {"FUNCTION", "FLUSH"},
                    new String[] {"SCRIPT", "FLUSH"})) {
                client.reply(each);
                redis.reply(each);
            }
            for (String[] request : requests) {
                String theirs = redis.reply(request).toString();
                String ours;
                try {
                    ours = client.reply(request).toString();
                } catch (IllegalStateException e) {
                    ours = e.getMessage();
                    client = bench.client();
                    client.reply("HELLO", version);
                }
                if (!theirs.equals(ours)) {
                    wrong.add(String.join("|", request) + " in RESP" + version + "\n  redis " + theirs + "\n  here  "
                            + ours);
                }
            }
        }
        assertEquals("", String.join("\n", wrong), wrong.size() + " of " + 2 * requests.size());
    }

    @Test
    void shouldRunScriptsAsRedisDoes() throws IOException {
        compare("scripts.txt");
    }

    @Test
    void shouldCallFunctionsAsRedisDoes() throws IOException {
        compare("functions.txt");
    }

    @Test
    void shouldOfferTheGlobalsThatRedisDoes() throws IOException {
        compare("globals.txt");
    }

    /** As Redis has it, what the old scripts may do depends on each command, and what flagged ones may on their flags. */
    @Test
    void shouldRunWithoutMemoryWhatRedisDoes() throws IOException {
        compare("memory.txt");
    }

    @Test
    void shouldQueueAndWatchAsRedisDoes() throws IOException {
        compare("transactions.txt");
    }

    @Test
    void shouldDenyWhatRedisDenies() throws IOException {
        compare("denied.txt");
    }

    /** Redis compresses what it dumps, which is not done here. */
    @Test
    void shouldExchangeDumpsWithRedis() throws IOException {
        String code = "#!lua name=mylib\n-- " + "a comment that is compressed ".repeat(40)
                + "\nredis.register_function{function_name='f', callback=function(k, a) return a[1] end, flags={'no-writes'}}";
        String another = "#!lua name=short\nredis.register_function('g', function() return 5 end)";
        for (String each : List.of(code, another)) {
            redis.reply("FUNCTION", "LOAD", each);
        }
        String theirs = redis.reply("FUNCTION", "DUMP").body();
        assertEquals("+OK", client.reply("FUNCTION", "RESTORE", theirs).toString());
        String list = "FUNCTION|LIST|LIBRARYNAME|mylib|WITHCODE";
        assertEquals(
                redis.reply(list.split("\\|")).toString(),
                client.reply(list.split("\\|")).toString());
        assertEquals("$1 x", client.reply("FCALL", "f", "0", "x").toString());
        String ours = client.reply("FUNCTION", "DUMP").body();
        assertEquals("+OK", redis.reply("FUNCTION", "RESTORE", ours, "REPLACE").toString());
        redis.reply("FUNCTION", "FLUSH");
        assertEquals("+OK", redis.reply("FUNCTION", "RESTORE", ours).toString());
        assertEquals(
                redis.reply(list.split("\\|")).toString(),
                client.reply(list.split("\\|")).toString());
        for (RedisLike each : List.<RedisLike>of(redis::reply, client::reply)) {
            assertEquals("-ERR Library mylib already exists", first(each.reply("FUNCTION", "RESTORE", ours)));
            assertEquals(
                    "-ERR DUMP payload version or checksum are wrong",
                    each.reply("FUNCTION", "RESTORE", ours.substring(1)).toString());
            each.reply("FUNCTION", "FLUSH");
            each.reply("FUNCTION", "LOAD", "#!lua name=other\nredis.register_function('G', function() return 6 end)");
            assertEquals(
                    "-ERR Function g already exists",
                    each.reply("FUNCTION", "RESTORE", ours).toString());
            assertEquals(
                    "-ERR Function g already exists",
                    each.reply("FUNCTION", "RESTORE", ours, "REPLACE").toString());
            assertEquals("+OK", each.reply("FUNCTION", "RESTORE", ours, "FLUSH").toString());
            assertEquals(":5", each.reply("FCALL", "g", "0").toString());
        }
    }

    /** Which library a dump's first is, is chance. */
    private static String first(Reply reply) {
        return reply.toString().replace("short", "mylib");
    }

    private interface RedisLike {
        Reply reply(String... command) throws IOException;
    }
}
