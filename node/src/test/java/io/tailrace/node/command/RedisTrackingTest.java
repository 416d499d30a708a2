package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tailrace.node.shard.RebuildException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * CLIENT TRACKING as a real Redis does it. Clients are called A to E, by the reactor that serves each; {@code @D} is the number of
 * a client, and commands between semicolons are sent at once.
 */
class RedisTrackingTest {
    private static final List<String> DEFAULT = List.of(
            "A CLIENT TRACKINGINFO",
            "A CLIENT GETREDIR",
            "A CLIENT CACHING YES",
            "A CLIENT TRACKING ON",
            "A CLIENT TRACKINGINFO",
            "A CLIENT GETREDIR",
            "A CLIENT CACHING YES",
            "A GET {k};GET {k}2",
            "B SET {k} 1",
            "B SET {k} 2",
            "A GET {k}",
            "A SET {k} 3",
            "A GET {k};SET {k} 4",
            "A GET {k};MULTI;SET {k} 5;GET {k}2;EXEC",
            "B SET {k}2 1",
            "A MGET {k} {k}2 {k}3;EXISTS {k}4;HGETALL {h};SINTER {s} {s}2;TTL {k}5",
            "B MSET {k} 1 {k}2 2 {k}4 4",
            "B HSET {h} a b",
            "B SADD {s}2 a",
            "B SADD {s}2 a",
            "B EXPIRE {k}5 10",
            "B SET {k}5 1",
            "A TTL {k}5;GET {r}",
            "B EXPIRE {k}5 100",
            "B RENAME {k}5 {k}",
            "A GET {k};GET {k}5",
            "B DEL {k} {k}5",
            "A DBSIZE;TYPE {k}",
            "B SET {k} 1",
            "A GET {k}",
            "B INCRBY {k} 0",
            "A GET {k}",
            "B FLUSHALL",
            "B FLUSHALL",
            "A GET {k};FLUSHALL",
            "A CLIENT TRACKING ON NOLOOP",
            "A CLIENT TRACKINGINFO",
            "A GET {k};SET {k} 1",
            "B SET {k} 2",
            "A GET {k}",
            "B SET {k} 2",
            "A CLIENT TRACKING OFF",
            "A GET {k};CLIENT TRACKINGINFO",
            "B SET {k} 3",
            "A CLIENT TRACKING ON",
            "A GET {k};RESET",
            "B SET {k} 4",
            "A CLIENT TRACKINGINFO");

    private static final List<String> CHOSEN = List.of(
            "A CLIENT TRACKING ON OPTIN OPTOUT",
            "A CLIENT TRACKING ON OPTIN BCAST",
            "A CLIENT TRACKING ON OPTIN",
            "A CLIENT TRACKING ON OPTOUT",
            "A CLIENT CACHING NO",
            "A CLIENT CACHING maybe",
            "A GET {k}",
            "B SET {k} 1",
            "A CLIENT CACHING YES;CLIENT TRACKINGINFO;GET {k};GET {k}2",
            "B MSET {k} 1 {k}2 2",
            "A CLIENT CACHING YES;MULTI;GET {k};GET {k}2;EXEC;GET {k}3",
            "B MSET {k} 1 {k}2 2 {k}3 3",
            "A MULTI;GET {k};CLIENT CACHING YES;GET {k}2;EXEC;GET {k}3",
            "B MSET {k} 1 {k}2 2 {k}3 3",
            "A CLIENT TRACKING OFF",
            "A CLIENT TRACKING ON OPTOUT NOLOOP",
            "A CLIENT CACHING YES",
            "A CLIENT CACHING NO;CLIENT TRACKINGINFO;GET {k};GET {k}2",
            "B MSET {k} 1 {k}2 2",
            "A CLIENT TRACKING OFF");

    private static final List<String> BROADCAST = List.of(
            "A CLIENT TRACKING ON PREFIX {a}",
            "A CLIENT TRACKING ON BCAST PREFIX {a} PREFIX {a}b",
            "A CLIENT TRACKING ON BCAST PREFIX {a} PREFIX {b}",
            "A CLIENT TRACKINGINFO",
            "A CLIENT TRACKING ON BCAST PREFIX {a}x",
            "A CLIENT TRACKING ON BCAST PREFIX {c}",
            "A CLIENT TRACKINGINFO",
            "A CLIENT TRACKING ON",
            "E CLIENT TRACKING ON BCAST NOLOOP",
            "B SET {a}1 1",
            "B SET {x} 1",
            "B SET {a} 1",
            "B MSET {a}2 1 {a}1 1 {a}2 1",
            "E SET {a} 1",
            "A SET {a} 1",
            "B MULTI;SET {b} 1;DEL {b};SET {b}2 1;EXEC",
            "B FLUSHALL",
            "A CLIENT TRACKING OFF;CLIENT TRACKINGINFO",
            "B SET {a} 1",
            "E CLIENT TRACKING OFF");

    private static final List<String> REDIRECTED = List.of(
            "C CLIENT TRACKING ON REDIRECT 99999999",
            "C CLIENT TRACKING ON REDIRECT x",
            "C CLIENT TRACKING ON REDIRECT @D REDIRECT @E",
            "C CLIENT TRACKING maybe",
            "C CLIENT TRACKING ON NOSUCH",
            "C CLIENT TRACKING ON REDIRECT @D",
            "C CLIENT TRACKINGINFO",
            "C GET {k}",
            "B SET {k} 1",
            "D SUBSCRIBE __redis__:invalidate",
            "C GET {k};GET {k}2",
            "B SET {k} 1",
            "C SET {k}2 1",
            "B FLUSHALL",
            "C CLIENT TRACKING OFF;CLIENT TRACKING ON REDIRECT @E BCAST PREFIX {k} PREFIX {l}",
            "B MSET {k}1 1 {k}2 1",
            "B FLUSHALL",
            "C CLIENT TRACKING OFF",
            "A CLIENT TRACKING ON REDIRECT @D",
            "A GET {k}",
            "B FLUSHALL",
            "A GET {k}",
            "B SET {k} 1",
            "A GET {k}",
            "D QUIT",
            "B SET {k} 2",
            "A CLIENT TRACKINGINFO",
            "A CLIENT TRACKING ON;CLIENT TRACKINGINFO",
            "C CLIENT TRACKING ON",
            "C GET {k}",
            "B SET {k} 3");

    /** What is read in a transaction is told of for what it writes after that. */
    private static final List<String> WITHIN = List.of(
            "A CLIENT TRACKING ON",
            "A MULTI;SET {k} 1;GET {k};EXEC",
            "B SET {k} 2",
            "B SET {k} 3",
            "A MULTI;GET {k};SET {k} 4;EXEC",
            "B SET {k} 5",
            "A GET {k};MULTI;GET {k}2;SET {k} 6;GET {k};SET {k}2 1;EXEC",
            "B MSET {k} 7 {k}2 2",
            "A MULTI;GET {k};FLUSHDB;GET {k}2;EXEC",
            "B MSET {k} 8 {k}2 3",
            "A MULTI;SET {k} 1;FLUSHALL;GET {k};SET {l} 1;EXEC",
            "B MSET {k} 9 {l} 3",
            "A MULTI;SET {k} 1;SET {l} 1;GET {k};GET {l};EXEC",
            "B SET {k} 9;SET {l} 3",
            // of a script the keys that it declares, once it has read anything
            "A EVAL redis.call('set',KEYS[1],1) 2 {k} {k}2",
            "B MSET {k} 1 {k}2 2",
            "A EVAL redis.call('get','{k}3') 2 {k} {k}2",
            "B MSET {k} 1 {k}2 2 {k}3 3",
            "A EVAL_RO redis.call('ping') 2 {k} {k}2",
            "B MSET {k} 1 {k}2 2",
            "A EVAL_RO redis.call('get',KEYS[1]) 2 {k} {k}2",
            "B MSET {k} 1 {k}2 2",
            "A EVAL redis.call('get',KEYS[1])redis.call('set',KEYS[1],2) 2 {k} {k}2",
            "B MSET {k} 1 {k}2 2",
            "A EVAL redis.call('set',KEYS[1],2)redis.call('get',KEYS[1]) 2 {k} {k}2",
            "B MSET {k} 1 {k}2 2",
            "A EVAL redis.call('get',KEYS[1]) 2 {k} {l}",
            "B SET {k} 1;SET {l} 2",
            "A MULTI;GET {k}3;EVAL redis.call('get',KEYS[1]) 1 {k};SET {k} 1;EVAL redis.pcall('hget',KEYS[1],'x') 1 {k}2;EXEC",
            "B MSET {k} 1 {k}2 2 {k}3 3",
            "A CLIENT TRACKING OFF;CLIENT TRACKING ON OPTIN",
            "A EVAL redis.call('get',KEYS[1]) 1 {k};CLIENT CACHING YES;EVAL redis.call('get',KEYS[1]) 1 {k}2",
            "B MSET {k} 1 {k}2 2");

    @TempDir
    private Path directory;

    private SideBySide both;
    private final Map<String, SideBySide.Client> clients = new LinkedHashMap<>();
    private final Map<String, String> theirIds = new LinkedHashMap<>();
    private final Map<String, String> ourIds = new LinkedHashMap<>();
    private int fences;

    @BeforeEach
    void forget() {
        clients.clear();
    }

    @AfterEach
    void stop() throws IOException {
        if (both != null) {
            both.close();
        }
    }

    private void start(int shards) throws IOException, RebuildException {
        assumeTrue(RedisServer.isInstalled(), "skipped: no redis-server (Debian's redis-server)");
        both = new SideBySide(directory, shards, Map.of());
        int next = 0;
        for (String name : List.of("A", "B", "C", "D", "E")) {
            SideBySide.Client client = both.connect(next++);
            clients.put(name, client);
            if (name.equals("A") || name.equals("E")) {
                client.theirs("HELLO 3");
                client.ours("HELLO 3");
            }
            theirIds.put(name, client.theirs("CLIENT ID").get(0).toString().substring(1));
            ourIds.put(name, client.ours("CLIENT ID").get(0).toString().substring(1));
        }
    }

    private interface NextReply {
        Reply get() throws IOException;
    }

    private static String named(String command, Map<String, String> ids) {
        String text = command;
        for (Map.Entry<String, String> id : ids.entrySet()) {
            text = text.replace("@" + id.getKey(), id.getValue());
        }
        return text;
    }

    private String until(String fence, NextReply next, Map<String, String> ids) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String text = next.get().toString();
                !text.contains(fence);
                text = next.get().toString()) {
            for (Map.Entry<String, String> id :
                    text.contains("redir") ? ids.entrySet() : Set.<Map.Entry<String, String>>of()) {
                text = text.replace(":" + id.getValue() + "]", ":@" + id.getKey() + "]")
                        .replace(":" + id.getValue() + ",", ":@" + id.getKey() + ",");
            }
            lines.add(text);
        }
        return String.join("\n", lines);
    }

    private void run(List<String> script) throws IOException {
        for (String line : script) {
            SideBySide.Client client = clients.get(line.substring(0, 1));
            String[] commands = line.substring(2).split(";");
            for (String command : commands) {
                client.sendTheirs(named(command, theirIds));
                client.sendOurs(named(command, ourIds));
            }
            if (line.endsWith("QUIT")) {
                client.nextTheirs();
                client.ours.next();
                clients.remove(line.substring(0, 1));
            }
            // what goes by way of two reactors has come after the first fences
            List<String> expected = fenced();
            List<String> actual = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                actual.addAll(ourFence());
            }
            assertEquals(merged(expected), merged(actual), line);
        }
    }

    private List<String> fenced() throws IOException {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            for (Map.Entry<String, SideBySide.Client> each : clients.entrySet()) {
                String fence = "fence" + fences++;
                each.getValue().sendTheirs("PING " + fence);
                all.add(each.getKey() + ": " + until(fence, each.getValue()::nextTheirs, theirIds));
            }
        }
        return all;
    }

    private List<String> ourFence() throws IOException {
        List<String> all = new ArrayList<>();
        for (Map.Entry<String, SideBySide.Client> each : clients.entrySet()) {
            String fence = "fence" + fences++;
            each.getValue().sendOurs("PING " + fence);
            all.add(each.getKey() + ": " + until(fence, each.getValue().ours::next, ourIds));
        }
        return all;
    }

    /** What each client got, in its order. */
    private static String merged(List<String> lines) {
        Map<String, StringBuilder> byClient = new LinkedHashMap<>();
        for (String line : lines) {
            StringBuilder of = byClient.computeIfAbsent(line.substring(0, 1), any -> new StringBuilder());
            if (line.length() > 3) {
                of.append(line.substring(3)).append('\n');
            }
        }
        // several shards may each tell of a FLUSHALL
        return byClient.toString()
                .replaceAll("(?m)^(.*invalidate, (_|\\$-1)\\]\n)\\1+", "$1")
                .replaceAll(
                        "(=[>*]\\d \\[.*invalidate, (?:_|\\$-1)\\]\n)(?:[>*]\\d \\[.*invalidate, (?:_|\\$-1)\\]\n)+",
                        "$1");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void shouldTrackWhatIsRead(int shards) throws IOException, RebuildException {
        start(shards);
        run(DEFAULT);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void shouldTrackWhatIsChosen(int shards) throws IOException, RebuildException {
        start(shards);
        run(CHOSEN);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void shouldTrackWhatIsReadInTransactions(int shards) throws IOException, RebuildException {
        start(shards);
        run(WITHIN);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void shouldBroadcast(int shards) throws IOException, RebuildException {
        start(shards);
        run(BROADCAST);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void shouldTellTheOneThatIsNamed(int shards) throws IOException, RebuildException {
        start(shards);
        run(REDIRECTED);
    }

    @ParameterizedTest
    @CsvSource({"1", "4"})
    void shouldForgetTheOldestKeysAboveTheLimit(int shards) throws IOException, RebuildException {
        start(shards);
        SideBySide.Client a = clients.get("A");
        a.compare("", "CONFIG SET tracking-table-max-keys 0", "CLIENT TRACKING ON");
        a.ours("CONFIG SET tracking-table-max-keys 1", "GET {k}1");
        a.ours.send("GET", "{k}2");
        String first = a.ours.next().toString();
        String second = a.ours.next().toString();
        assertEquals("_|>2 [$10 invalidate, *1 [$4 {k}1]]", first + "|" + second);
        a.ours("CONFIG SET tracking-table-max-keys 0", "GET {k}3", "GET {k}4");
        // told without another command, some at a time
        a.ours("CONFIG SET tracking-table-max-keys 1");
        assertEquals(">2 [$10 invalidate, *1 [$4 {k}2]]", a.ours.next().toString());
        assertEquals(">2 [$10 invalidate, *1 [$4 {k}3]]", a.ours.next().toString());
    }
}
