package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.shard.RebuildException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONFIG beside a real Redis: names, values, what is refused and in which words. */
class RedisConfigTest {
    @TempDir
    private Path directory;

    private SideBySide both;
    private SideBySide.Client client;

    @BeforeEach
    void start() throws IOException, RebuildException {
        both = new SideBySide(directory, 1, Map.of());
        client = both.connect(0);
    }

    @AfterEach
    void stop() throws IOException {
        both.close();
    }

    @Test
    void shouldAnswerEveryNameOfRedis() throws IOException {
        Set<String> missing = new TreeSet<>(pairs(client.theirs("CONFIG GET *")).keySet());
        missing.removeAll(pairs(client.ours("CONFIG GET *")).keySet());

        assertEquals(Set.of(), missing);
    }

    /** Redis's defaults where this node has the same. */
    @Test
    void shouldHaveTheSameDefaults() throws IOException {
        String[] patterns = {
            "hash-max-*",
            "zset-max-*",
            "set-max-*",
            "list-max-*",
            "*list*",
            "lfu-*",
            "maxmemory-*",
            "tcp-*",
            "hz",
            "replica-announce*",
            "slave-announce*",
            "loglevel",
            "cluster-n*",
            "tls-p*",
            "lua-time-limit"
        };
        for (String pattern : patterns) {
            assertEquals(
                    pairs(client.theirs("CONFIG GET " + pattern)),
                    pairs(client.ours("CONFIG GET " + pattern)),
                    pattern);
        }
        String several = "CONFIG GET hash-max-listpack-entries lfu* nosuch HZ hz maxmemory-samples";
        assertEquals(pairs(client.theirs(several)), pairs(client.ours(several)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CONFIG SET hash-max-listpack-entries 4",
                "CONFIG SET hash-max-ziplist-entries 5",
                "CONFIG SET hash-max-listpack-entries 4 hash-max-ziplist-entries 5",
                "CONFIG SET hash-max-listpack-entries 4 HASH-MAX-LISTPACK-ENTRIES 5",
                "CONFIG SET hash-max-listpack-entries -1",
                "CONFIG SET hash-max-listpack-entries x",
                "CONFIG SET hash-max-listpack-value 1kb",
                "CONFIG SET hash-max-listpack-value 1xb",
                "CONFIG SET list-max-listpack-size -3",
                "CONFIG SET list-max-listpack-size 99999999999",
                "CONFIG SET set-max-intset-entries 3 zset-max-listpack-entries 2 zset-max-ziplist-value 10",
                "CONFIG SET set-max-intset-entries 3 nosuch 1",
                "CONFIG SET set-max-intset-entries 7 hz",
                "CONFIG SET set-max-intset-entries 8 maxmemory-samples 0",
                "CONFIG SET maxmemory-samples 0",
                "CONFIG SET maxmemory-samples 10",
                "CONFIG SET lfu-log-factor 0 lfu-decay-time 0",
                "CONFIG SET lfu-log-factor -1",
                "CONFIG SET tcp-keepalive 60",
                "CONFIG SET tcp-keepalive -1",
                "CONFIG SET repl-timeout 60",
                "CONFIG SET repl-timeout x",
                "CONFIG SET replica-announce-ip 10.0.0.1 replica-announce-port 7000",
                "CONFIG SET replica-announce-port 70000",
                "CONFIG SET databases 3",
                "CONFIG SET daemonize yes",
                "CONFIG SET hz 10",
                "CONFIG SET loglevel notice",
                "CONFIG SET loglevel debug",
                "CONFIG SET loglevel VERBOSE",
                "CONFIG SET loglevel info",
                "CONFIG SET logfile x.log",
                "CONFIG SET client-output-buffer-limit normal\u00a0100000\u00a050000\u00a010",
                "CONFIG SET client-output-buffer-limit normal\u00a01mb\u00a00\u00a00\u00a0pubsub\u00a01gb\u00a064mb\u00a060",
                "CONFIG SET client-output-buffer-limit normal\u00a01mb\u00a00",
                "CONFIG SET client-output-buffer-limit wrong\u00a01mb\u00a00\u00a00",
                "CONFIG SET client-output-buffer-limit master\u00a01mb\u00a00\u00a00",
                "CONFIG SET client-output-buffer-limit normal\u00a01xb\u00a00\u00a00",
                "CONFIG SET client-output-buffer-limit normal\u00a01mb\u00a00\u00a0x",
                "CONFIG SET client-output-buffer-limit slave\u00a0256mb\u00a00\u00a00",
                "CONFIG GET",
                "CONFIG SET hz",
                "CONFIG REWRITE",
                "CONFIG REWRITE x",
                "CONFIG RESETSTAT",
            })
    void shouldSetAndRefuseAsRedis(String command) throws IOException {
        client.compare("set", command);

        for (String name :
                List.of("hash-max-*", "list-max-*", "set-max-*", "zset-max-*", "lfu*", "maxmemory-samples")) {
            assertEquals(pairs(client.theirs("CONFIG GET " + name)), pairs(client.ours("CONFIG GET " + name)), name);
        }
        for (String name : List.of("replica-announce*", "slave-announce*", "tcp-keepalive", "loglevel", "logfile")) {
            assertEquals(pairs(client.theirs("CONFIG GET " + name)), pairs(client.ours("CONFIG GET " + name)), name);
        }
    }

    @Test
    void shouldShowTheLimitsOfOutputThatWereSet() throws IOException {
        String set = "CONFIG SET client-output-buffer-limit"
                + " normal\u00a01mb\u00a02mb\u00a010\u00a0slave\u00a0256mb\u00a00\u00a00\u00a0pubsub\u00a00\u00a00\u00a00";
        client.compare("limits", set, "CONFIG GET client-output-buffer-limit");
        client.compare("none", "CONFIG SET client-output-buffer-limit normal\u00a00\u00a00\u00a00");
        both.bench.await(() -> both.bench.node.settings().current().clientOutputLimit() == Long.MAX_VALUE);
        client.compare("goes on", "SET a b", "GET a", "CONFIG GET client-output-buffer-limit");
        client.compare("one", "CONFIG SET client-output-buffer-limit pubsub\u00a064mb\u00a032mb\u00a060");
        client.compare("both", "CONFIG GET client-output-buffer-limit");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0", "5%", "0%", "100%", "101%", "-5%", "5.5%", "%", "005%", "5 %", "10mb", "1k", "-1", "abc"})
    void shouldTakeTheLimitOfClientsInBytesOrAsAPercentage(String value) throws IOException {
        String set = "CONFIG SET maxmemory-clients " + value.replace(' ', '\u00a0');
        client.compare(value, set, "CONFIG GET maxmemory-clients");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "-1", "101", "50 200", "50 x", "1e2", "0"})
    void shouldRefusePercentilesInTheSameWords(String value) throws IOException {
        client.compare(value, "CONFIG SET latency-tracking-info-percentiles " + value.replace(' ', '\u00a0'));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "appendonly no",
                "hz 100",
                "save 900\u00a01",
                "dbfilename x.rdb",
                "bind-source-addr 127.0.0.2",
                "port 7000",
                "port x",
                "bind 192.0.2.1",
                "proto-max-bulk-len 32mb"
            })
    void shouldSayWhyAnotherValueIsRefused(String setting) {
        Reply reply = client.ours("CONFIG SET " + setting).get(0);

        assertTrue(reply.line().startsWith("-ERR CONFIG SET failed (possibly related to argument '"), reply.line());
        assertTrue(reply.line().length() > 80, reply.line());
    }

    /** What Redis would take, or refuses for another reason: the reason is this node's, and no word of it is lost. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "replica-announce-ip a\u00a0b|a host name or address",
                "backlog-disk-limit 1mb|between 6mb and 1024gb inclusive",
                "client-output-limit 2000gb|between 1 and 1024gb inclusive",
                "backlog-disk-limit x|a memory value"
            })
    void shouldNameWhatIsAllowed(String setting, String allowed) {
        String line = client.ours("CONFIG SET " + setting).get(0).line();
        assertTrue(line.contains(allowed), line);
    }

    /** Tools set everything again that they have found, but for what no Redis lets them set at all. */
    @Test
    void shouldTakeTheValueThatASettingHas() throws IOException {
        List<Reply> all = client.ours("CONFIG GET *").get(0).elements();
        for (int i = 0; i < all.size(); i += 2) {
            String name = all.get(i).body();
            client.ours.send("CONFIG", "SET", name, all.get(i + 1).body());
            String reply = client.ours.next().line();
            if (!reply.equals("+OK")) {
                assertTrue(reply.matches(".*can't set (immutable|protected) config"), name + ": " + reply);
                client.sendTheirs(List.<String[]>of(
                        new String[] {"CONFIG", "SET", name, all.get(i + 1).body()}));
                assertEquals(client.nextTheirs().line(), reply);
            }
        }
        assertEquals(all, client.ours("CONFIG GET *").get(0).elements());
        Reply size =
                client.ours("CONFIG GET proto-max-bulk-len").get(0).elements().get(1);
        String asKilobytes = (Long.parseLong(size.body()) >> 10) + "KB";
        assertEquals(
                "+OK",
                client.ours("CONFIG SET proto-max-bulk-len " + asKilobytes)
                        .get(0)
                        .line());
    }

    @Test
    void shouldCallCollectionsAsTheLimitsSay() throws IOException {
        client.compare(
                "limits",
                "CONFIG SET hash-max-listpack-entries 2 hash-max-listpack-value 5",
                "CONFIG SET set-max-intset-entries 2 zset-max-listpack-entries 2 zset-max-listpack-value 5",
                "HSET h a 1 b 2",
                "OBJECT ENCODING h",
                "HSET h c 3",
                "OBJECT ENCODING h",
                "HSET long a 123456",
                "OBJECT ENCODING long",
                "SADD s 1 2",
                "OBJECT ENCODING s",
                "SADD s 3",
                "OBJECT ENCODING s",
                "ZADD z 1 a 2 b",
                "OBJECT ENCODING z",
                "ZADD z 3 c",
                "OBJECT ENCODING z",
                "ZADD other 1 abcdef",
                "OBJECT ENCODING other",
                "CONFIG SET hash-max-ziplist-entries 0",
                "HSET none a 1",
                "OBJECT ENCODING none");
    }

    private static Map<String, String> pairs(List<Reply> replies) {
        Map<String, String> pairs = new TreeMap<>();
        List<Reply> elements = replies.get(0).elements();
        for (int i = 0; i + 1 < elements.size(); i += 2) {
            pairs.put(elements.get(i).body(), elements.get(i + 1).body());
        }
        return pairs;
    }
}
