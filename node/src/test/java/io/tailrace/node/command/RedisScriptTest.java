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
        bench = new SessionBench(ours, 1);
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
}
