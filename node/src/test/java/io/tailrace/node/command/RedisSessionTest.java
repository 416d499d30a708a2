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

    private static final List<String> CONNECTION = List.of(
            "PING",
            "ping hello",
            "PING a b",
            "ECHO",
            "ECHO a",
            "ECHO a b",
            "SELECT 0",
            "SELECT 1",
            "SELECT -1",
            "SELECT x",
            "SELECT 99999999999",
            "AUTH",
            "AUTH secret",
            "AUTH default secret",
            "AUTH somebody secret",
            "AUTH a b c",
            "HELLO x",
            "HELLO 1",
            "HELLO 4",
            "HELLO 2 FOO",
            "HELLO 2 AUTH default",
            "HELLO 2 AUTH nobody x",
            "HELLO 2 SETNAME",
            "NOSUCH",
            "NOSUCH with 'some' args",
            "CLIENT",
            "CLIENT NOSUCH",
            "cLient nosuch more",
            "CLIENT GETNAME",
            "CLIENT SETNAME someone",
            "CLIENT GETNAME",
            "CLIENT SETNAME",
            "CLIENT SETNAME a b",
            "CLIENT LIST TYPE foo",
            "CLIENT LIST TYPE pubsub",
            "CLIENT LIST ID",
            "CLIENT LIST ID x",
            "CLIENT LIST ID 99999",
            "CLIENT LIST FOO",
            "CLIENT KILL",
            "CLIENT KILL 1.2.3.4:5",
            "CLIENT KILL ID x",
            "CLIENT KILL ID 0",
            "CLIENT KILL ID 9999",
            "CLIENT KILL TYPE foo",
            "CLIENT KILL TYPE replica",
            "CLIENT KILL USER nobody",
            "CLIENT KILL SKIPME maybe",
            "CLIENT KILL ADDR 1.2.3.4:5",
            "CLIENT KILL LADDR 1.2.3.4:5 ID",
            "CLIENT KILL FOO bar",
            "CLIENT NO-EVICT",
            "CLIENT NO-EVICT maybe",
            "CLIENT NO-EVICT on",
            "CLIENT NO-EVICT OFF",
            "CLIENT PAUSE",
            "CLIENT PAUSE x foo",
            "CLIENT PAUSE x",
            "CLIENT PAUSE -1",
            "CLIENT PAUSE 99999999999999999999",
            "CLIENT PAUSE 1 WRITE more",
            "CLIENT PAUSE 100000 write",
            "GET absent",
            "CLIENT UNPAUSE a",
            "CLIENT UNPAUSE",
            "SET a 1",
            "DEL a",
            "CLIENT GETREDIR",
            "CLIENT TRACKINGINFO",
            "RESET a");

    private static final List<String> NODE = List.of(
            "TIME a",
            "LASTSAVE a",
            "BGSAVE foo",
            "SHUTDOWN foo",
            "SHUTDOWN SAVE NOSAVE",
            "SHUTDOWN ABORT NOW",
            "SHUTDOWN ABORT",
            "DEBUG",
            "DEBUG SLEEP 0",
            "INFO nosuch",
            "INFO Cluster",
            "ROLE a",
            "WAIT",
            "WAIT x 1",
            "WAIT 1 x",
            "WAIT 0 -1",
            "REPLICAOF",
            "REPLICAOF host",
            "REPLICAOF host port",
            "REPLICAOF host 65536",
            "REPLICAOF a b c d",
            "SLAVEOF a 1 b",
            "REPLICAOF NO ONE",
            "FAILOVER TO 127.0.0.1",
            "FAILOVER TO 127.0.0.1 x",
            "FAILOVER TO 127.0.0.1 1 TO 127.0.0.1 1",
            "FAILOVER TIMEOUT 0",
            "FAILOVER TIMEOUT -1",
            "FAILOVER TIMEOUT x",
            "FAILOVER TIMEOUT 1 TIMEOUT 2",
            "FAILOVER FORCE FORCE",
            "FAILOVER foo",
            "FAILOVER ABORT TIMEOUT 3",
            "CONFIG",
            "CONFIG FOO",
            "CONFIG GET",
            "CONFIG GET nosuch",
            "CONFIG GET maxmemory",
            "CONFIG GET SAVE",
            "CONFIG GET databases",
            "CONFIG GET appendfsyn?",
            "CONFIG SET timeout",
            "CONFIG SET timeout 1 maxclients",
            "CONFIG SET timeout 1 timeout 2",
            "CONFIG SET nosuch 1",
            "CONFIG SET timeout abc",
            "CONFIG SET appendonly maybe nosuch 1",
            "CONFIG SET databases 3",
            "CONFIG SET DaeMonize yes",
            "CONFIG SET maxmemory 0",
            "CONFIG SET timeout 17 maxclients 100",
            "CONFIG GET timeout",
            "CONFIG SET timeout 0",
            "CONFIG SET replica-priority -1",
            "CONFIG SET slave-priority x",
            "CONFIG SET replica-priority 2147483647",
            "CONFIG GET slave-priority",
            "CONFIG SET slave-priority 100",
            "CONFIG GET replica-priority",
            "CONFIG RESETSTAT",
            "CONFIG REWRITE",
            "CONFIG HELP",
            "MEMORY",
            "MEMORY FOO",
            "MEMORY HELP",
            "MEMORY PURGE",
            "MEMORY PURGE x",
            "MEMORY DOCTOR x",
            "MEMORY STATS x",
            "MEMORY MALLOC-STATS x",
            "MEMORY USAGE",
            "MEMORY USAGE absent",
            "MEMORY USAGE absent SAMPLES",
            "MEMORY USAGE absent SAMPLES x",
            "MEMORY USAGE absent SAMPLES -1",
            "MEMORY USAGE absent samples 0",
            "MEMORY USAGE absent SAMPLES 1 SAMPLES 2",
            "MEMORY USAGE absent SAMPLES 99999999999999999999",
            "MEMORY USAGE absent foo",
            "COMMAND NOSUCH",
            "COMMAND COUNT a",
            "COMMAND INFO nosuch",
            "COMMAND DOCS nosuch",
            "COMMAND LIST FILTERBY",
            "COMMAND LIST FILTERBY ACLCAT",
            "COMMAND LIST FILTERBY ACLCAT nosuch",
            "COMMAND LIST FILTERBY PATTERN strle*",
            "COMMAND LIST FILTERBY MODULE x",
            "COMMAND LIST FOO",
            "COMMAND GETKEYS",
            "COMMAND GETKEYS GET",
            "COMMAND GETKEYS nosuch a",
            "COMMAND GETKEYS ECHO a",
            "COMMAND GETKEYS GET a b",
            "COMMAND GETKEYS MSET a 1 b 2",
            "COMMAND GETKEYS SET a 1");

    private static final List<String> TRANSACTIONS = List.of(
            "EXEC",
            "DISCARD",
            "EXEC a",
            "WATCH",
            "MULTI",
            "MULTI",
            "WATCH a",
            "PING",
            "UNWATCH",
            "SELECT 1",
            "CLIENT GETNAME",
            "EXEC",
            "MULTI",
            "CLIENT NOSUCH",
            "EXEC",
            "MULTI",
            "SHUTDOWN",
            "EXEC",
            "MULTI",
            "DISCARD",
            "MULTI",
            "WAIT 0 0",
            "WAIT 7 0",
            "CONFIG GET save",
            "EXEC",
            "WATCH a",
            "SET a 1",
            "MULTI",
            "PING",
            "EXEC",
            "WATCH a",
            "UNWATCH",
            "SET a 2",
            "MULTI",
            "GET a",
            "EXEC",
            "MULTI",
            "NOSUCH",
            "RESET",
            "EXEC");

    /** With a limit that anything is over. Where these differ: here a write passes that needs no more room than was there. */
    private static final List<String> NO_MEMORY = List.of(
            "CONFIG SET maxmemory x",
            "CONFIG SET maxmemory-policy noeviction",
            "SET keep 1",
            "SET other 1",
            "MSET a 1 b 2",
            "CONFIG SET maxmemory 1",
            "CONFIG GET maxmemory",
            "CONFIG GET maxmemory-policy",
            "SET new 1",
            "SETNX new 1",
            "SETEX new 10 1",
            "PSETEX new 10 1",
            "GETSET new 1",
            "INCR new",
            "DECRBY new 3",
            "INCRBYFLOAT new 0.5",
            "APPEND keep 0123456789012345678901234567890123456789",
            "SETRANGE keep 100 x",
            "MSET keep 1 new 1",
            "MSETNX n1 1 n2 1",
            "EXISTS new n1 n2",
            "GET keep",
            "STRLEN keep",
            "EXPIRE keep 100",
            "PERSIST keep",
            "GETEX keep EX 100",
            "RENAME a c",
            "GETDEL c",
            "DEL b",
            "MULTI",
            "SET new 1",
            "EXEC",
            "MULTI",
            "GET keep",
            "EXEC",
            "MULTI",
            "PING",
            "MULTI",
            "DISCARD",
            "WATCH keep",
            "UNWATCH",
            "PERSIST keep",
            "CONFIG SET maxmemory-policy volatile-ttl",
            "SET new 1",
            "CONFIG SET maxmemory 1gb",
            "SET new 1",
            "CONFIG SET maxmemory 0 maxmemory-policy noeviction",
            "FLUSHALL");

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
        compare(CONNECTION);
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
        compare(NODE);
    }

    @Test
    void shouldAnswerOnTransactionsAsRedisDoes() throws IOException {
        compare(TRANSACTIONS);
    }

    @Test
    void shouldAnswerWithoutMemoryAsRedisDoes() throws IOException {
        compare(NO_MEMORY);
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
