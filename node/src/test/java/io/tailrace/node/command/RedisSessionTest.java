package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tailrace.node.shard.RebuildException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands on the connection and the node, sent to a real Redis too: the replies must be the same, byte for byte. */
class RedisSessionTest {
    /** What Redis 7.0 doesn't have. */
    private static final Set<String> NEWER = Set.of(
            "client|setinfo", "client|no-touch", "feedread", "metrics", "storedigest", "token", "waitaof", "waittoken");
    /** Takes FORCE as a third argument here. */
    private static final Set<String> OTHER_ARITY = Set.of("replicaof", "slaveof");

    private RedisServer redis;
    private SessionBench bench;
    private SessionBench.Client client;

    @BeforeEach
    void start(@TempDir Path ours, @TempDir Path theirs) throws IOException, RebuildException {
        assumeTrue(RedisServer.isInstalled(), "skipped: no redis-server (Debian's redis-server)");
        bench = new SessionBench(ours, 1);
        client = bench.client();
        redis = new RedisServer(theirs);
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

    private void compare(List<String> table) throws IOException {
        for (String version : List.of("2", "3")) {
            client.reply("HELLO", version);
            redis.reply("HELLO", version);
            for (String line : table) {
                String[] command = line.split(" ");
                assertEquals(
                        redis.reply(command).toString(), client.reply(command).toString(), line + " in RESP" + version);
            }
        }
    }

    @Test
    void shouldAnswerOnConnectionsAsRedisDoes() throws IOException {
        compare(SessionRequests.CONNECTION);
    }

    /** Lengths around the 128 bytes of arguments that are shown, quotes and spaces included. */
    @Test
    void shouldShowUnknownCommandsAsRedisDoes() throws IOException {
        List<String> table = new ArrayList<>();
        for (int length = 58; length < 132; length++) {
            String word = "a".repeat(length);
            table.addAll(
                    List.of(word, "NOSUCH " + word + " b", "NOSUCH b " + word + " " + word + " c", "CLIENT " + word));
        }
        table.add("NOSUCH" + " x".repeat(100));
        table.addAll(
                List.of("NO\0SUCH a", "NOSUCH \0 a\0b", "CLIENT NO\0SUCH", "NO\r\nSUCH a\nb", "NOSUCH \t\u0001\u00ff"));
        compare(table);
    }

    @Test
    void shouldAnswerOnTheNodeAsRedisDoes() throws IOException {
        compare(SessionRequests.NODE);
    }

    @Test
    void shouldAnswerOnTransactionsAsRedisDoes() throws IOException {
        compare(SessionRequests.TRANSACTIONS);
    }

    @Test
    void shouldAnswerWithoutMemoryAsRedisDoes() throws IOException {
        compare(SessionRequests.NO_MEMORY);
    }

    @Test
    void shouldSayTheFieldsOfHelloAsRedisDoes() throws IOException {
        for (String version : List.of("2", "3")) {
            String expected = redis.reply("HELLO", version).toString();
            String actual = client.reply("HELLO", version).toString();
            assertEquals(expected.replaceAll(":\\d+", ":"), actual.replaceAll(":\\d+", ":"));
        }
    }

    @Test
    void shouldDescribeEveryCommandAsRedisDoes() throws IOException {
        client.reply("HELLO", "3");
        redis.reply("HELLO", "3");
        for (Reply listed : client.reply("COMMAND", "LIST").elements()) {
            String name = listed.body();
            if (!NEWER.contains(name)) {
                Reply expected = redis.reply("COMMAND", "INFO", name).elements().get(0);
                Reply actual = client.reply("COMMAND", "INFO", name).elements().get(0);
                for (int i = 0; i < 9; i++) {
                    if (i != 1 || !OTHER_ARITY.contains(name)) {
                        assertEquals(
                                unordered(expected.elements().get(i)),
                                unordered(actual.elements().get(i)),
                                name + ", part " + i);
                    }
                }
            }
        }
    }

    @Test
    void shouldDocumentEveryCommandAsRedisDoes() throws IOException {
        client.reply("HELLO", "3");
        redis.reply("HELLO", "3");
        for (Reply listed : client.reply("COMMAND", "LIST").elements()) {
            String name = listed.body();
            if (!NEWER.contains(name)) {
                List<Reply> expected = redis.reply("COMMAND", "DOCS", name).elements();
                List<Reply> actual = client.reply("COMMAND", "DOCS", name).elements();
                assertEquals(withoutSubcommands(expected.get(1)), withoutSubcommands(actual.get(1)), name);
            }
        }
    }

    private static List<String> withoutSubcommands(Reply doc) {
        List<Reply> fields = doc.elements();
        boolean isContainer = fields.stream().anyMatch(field -> "subcommands".equals(field.body()));
        List<Reply> kept = isContainer ? fields.subList(0, fields.size() - 2) : fields;
        return kept.stream().map(RedisSessionTest::unordered).toList();
    }

    /** The reply as text, sets in the order of the alphabet. */
    private static String unordered(Reply reply) {
        List<String> parts =
                reply.elements().stream().map(RedisSessionTest::unordered).toList();
        boolean isSet = reply.line().charAt(0) == '~';
        String joined = (isSet ? parts.stream().sorted() : parts.stream()).collect(Collectors.joining(","));
        return reply.line() + (reply.body() == null ? "" : " " + reply.body()) + "[" + joined + "]";
    }
}
