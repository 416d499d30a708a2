package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.shard.RebuildException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CONFIG SET of each kind of setting with values at and beyond its ends and in other forms, beside a real Redis; and MEMORY STATS. */
class RedisSettingValuesTest {
    private static final String NUMBER_SETTINGS =
            "acllog-max-len busy-reply-threshold hash-max-listpack-entries hash-max-ziplist-entries"
                    + " latency-monitor-threshold lfu-decay-time lfu-log-factor list-max-listpack-size lua-time-limit"
                    + " maxmemory-samples min-replicas-max-lag min-slaves-to-write replica-announce-port replica-priority"
                    + " set-max-intset-entries slowlog-log-slower-than slowlog-max-len stream-node-max-entries"
                    + " tcp-keepalive timeout tracking-table-max-keys zset-max-listpack-entries";
    private static final String SIZE_SETTINGS =
            "hash-max-listpack-value zset-max-ziplist-value stream-node-max-bytes maxmemory maxmemory-clients";
    private static final String CHOICE_SETTINGS =
            "appendfsync tls-auth-clients maxmemory-policy loglevel acl-pubsub-default latency-tracking protected-mode";
    private static final String VALUES =
            "0,-1,1,2,100,65535,65536,2147483647,2147483648,-2147483648,-2147483649,4294967296,"
                    + "9223372036854775807,-9223372036854775808,abc,1.5, 1,1 ,+1,-0,0x10,1k,1kb,1K,1mb,1g,1b,1tb,-1kb,10%,101%,-5%,"
                    + "yes,no,YES,yes ,1e3,--1,1 2,everysec,allkeys-lru,ALLKEYS-LRU,noeviction ,optional,warning,resetchannels";
    /** Redis takes more for a size, and less for a number, where it has two ways to say it. */
    private static final String VALUES_OF_NUMBERS =
            ",9223372036854775808,18446744073709551615,18446744073709551616,01,";

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

    private void compare(String settings, String values) throws IOException {
        Map<String, String> different = new TreeMap<>();
        for (String setting : settings.split(" ")) {
            for (String value : values.split(",", -1)) {
                String[] commands = {
                    "CONFIG SET " + setting + " " + value.replace(' ', SideBySide.SPACE), "CONFIG GET " + setting
                };
                String theirs = client.theirs(commands).toString();
                String ours = client.ours(commands).toString();
                if (!theirs.equals(ours)) {
                    different.put(setting + " '" + value + "'", ours + " instead of " + theirs);
                }
                String[] back = {"CONFIG SET " + setting + " " + usual(setting)};
                client.theirs(back);
                client.ours(back);
            }
        }
        assertEquals(Map.of(), different);
    }

    /** One that both take. */
    private static String usual(String setting) {
        return switch (setting) {
            case "appendfsync" -> "everysec";
            case "tls-auth-clients", "latency-tracking" -> "yes";
            case "protected-mode" -> "no";
            case "maxmemory-policy" -> "noeviction";
            case "loglevel" -> "notice";
            case "acl-pubsub-default" -> "resetchannels";
            case "maxmemory" -> "0";
            default -> "10";
        };
    }

    @Test
    void shouldTakeAndRefuseTheSameNumbers() throws IOException {
        compare(NUMBER_SETTINGS, VALUES + VALUES_OF_NUMBERS);
    }

    @Test
    void shouldTakeAndRefuseTheSameSizes() throws IOException {
        compare(SIZE_SETTINGS, VALUES);
    }

    @Test
    void shouldTakeAndRefuseTheSameWords() throws IOException {
        compare(CHOICE_SETTINGS, VALUES + VALUES_OF_NUMBERS);
    }

    /** Nothing is more likely a script's mistake than a size of 0, which would take a limit away. */
    @Test
    void shouldNotTakeNothingForASize() {
        String line = client.ours("CONFIG SET maxmemory ").get(0).line();
        assertTrue(line.endsWith(" - argument must be a memory value"), line);
    }

    /** Not even to what they are. */
    @Test
    void shouldLetTheSameSettingsNeverBeSet() throws IOException {
        Map<String, String> different = new TreeMap<>();
        List<Reply> names = client.theirs("CONFIG GET *").get(0).elements();
        for (int i = 0; i < names.size(); i += 2) {
            String name = names.get(i).body();
            String theirs = setToItself(client.theirs("CONFIG GET " + name), name, false);
            String ours = setToItself(client.ours("CONFIG GET " + name), name, true);
            boolean isNever = theirs.matches(".*can't set (immutable|protected) config");
            if (isNever && !ours.equals(theirs)) {
                different.put(name, ours);
            }
        }
        assertEquals(Map.of(), different);
    }

    private String setToItself(List<Reply> found, String name, boolean isOurs) throws IOException {
        String value = found.get(0).elements().get(1).body().replace(' ', SideBySide.SPACE);
        String set = "CONFIG SET " + name + " " + value;
        return (isOurs ? client.ours(set) : client.theirs(set)).get(0).line();
    }

    @Test
    void shouldTellOfMemoryWhatRedisTellsInItsOrder() throws IOException {
        for (String hello : List.of("HELLO 2", "HELLO 3")) {
            client.theirs(hello);
            client.ours(hello);
            String[] commands = {"SET a 1 EX 1000", "SELECT 3", "SET b 1", "SELECT 0"};
            client.compare("given", commands);
            Reply theirs = client.theirs("MEMORY STATS").get(0);
            Reply ours = client.ours("MEMORY STATS").get(0);
            List<String> expected = names(theirs);
            expected.removeIf(name -> name.matches("(allocator|rss-overhead)[-.].*"));
            List<String> found = names(ours);
            found.remove("allocator.resident");

            assertEquals(expected, found);
            assertEquals(theirs.line().charAt(0), ours.line().charAt(0));
            int database = 2 * names(ours).indexOf("db.3") + 1;
            int theirDatabase = 2 * names(theirs).indexOf("db.3") + 1;
            assertEquals(
                    names(theirs.elements().get(theirDatabase)),
                    names(ours.elements().get(database)));
        }
        List<Reply> numbers = client.ours("MEMORY STATS").get(0).elements();
        assertEquals(
                ":2", numbers.get(2 * names(numbers).indexOf("keys.count") + 1).line());
    }

    private static List<String> names(Reply reply) {
        return names(reply.elements());
    }

    private static List<String> names(List<Reply> elements) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < elements.size(); i += 2) {
            names.add(elements.get(i).body());
        }
        return names;
    }
}
