package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tailrace.node.shard.RebuildException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keyspace notifications: the same events in the same order as a real Redis publishes for the same commands. */
class RedisKeyEventsTest {
    private static final long SEED = Long.getLong("tailrace.seed", 1);
    private static final int BATCHES = 40;
    private static final int BATCH = 100;

    @TempDir
    private Path directory;

    private SideBySide both;
    private SideBySide.Client client;
    private SideBySide.Client subscriber;

    @AfterEach
    void stop() throws IOException {
        if (both != null) {
            both.close();
        }
    }

    private int marks;
    private String skipped = "nothing is";

    private void start(int shards, String classes) throws IOException, RebuildException {
        assumeTrue(RedisServer.isInstalled(), "skipped: no redis-server (Debian's redis-server)");
        both = new SideBySide(directory, shards, Map.of(), "--proto-max-bulk-len", "1mb");
        client = both.connect(shards - 1);
        subscriber = both.connect(0);
        client.compare("", "CONFIG SET notify-keyspace-events " + classes, "CONFIG GET notify-keyspace-events");
        subscriber.compare("", "PSUBSCRIBE __key*", "SUBSCRIBE mark");
    }

    /** The events of one side since the last time. */
    private List<String> events(String mark, NextReply next) throws IOException {
        List<String> events = new ArrayList<>();
        for (String text = next.get().toString();
                !text.contains(mark);
                text = next.get().toString()) {
            if (!text.contains(skipped)) {
                events.add(text);
            }
        }
        return events;
    }

    private interface NextReply {
        Reply get() throws IOException;
    }

    private void compareEvents(String context) throws IOException {
        String mark = "end" + marks++;
        client.compare(context, "PUBLISH mark " + mark);
        List<String> expected = events(mark, subscriber::nextTheirs);
        assertEquals(String.join("\n", expected), String.join("\n", events(mark, subscriber.ours::next)), context);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void shouldTellWhatRedisTells(int shards) throws IOException, RebuildException {
        start(shards, "KEAmn");
        for (String command : KeyEventScripts.SCRIPT.lines().toList()) {
            if (command.contains("SPOP") || command.startsWith("HINCRBYFLOAT")) {
                client.theirs(command);
                client.ours(command);
            } else {
                client.compare(command, command);
            }
            compareEvents(command);
        }
        client.compare("a MULTI", "MULTI", "SET {a} 1", "LPUSH {a} 1", "INCR {a}", "DEL {a}", "EXEC");
        compareEvents("a MULTI");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void shouldTellOfStreams(int shards) throws IOException, RebuildException {
        start(shards, "KEAmn");
        for (String command : KeyEventScripts.STREAMS.lines().toList()) {
            client.compare(command, command);
            compareEvents(command);
        }
    }

    @Test
    void shouldTellOfDatabasesAndScripts() throws IOException, RebuildException {
        start(1, "KEAmn");
        boolean isQueued = false;
        for (String command : KeyEventScripts.DATABASES.lines().toList()) {
            client.compare(command, command);
            isQueued = command.equals("MULTI") || isQueued && !command.equals("EXEC");
            if (!isQueued) {
                compareEvents(command);
            }
        }
    }

    @Test
    void shouldTellOfRestored() throws IOException, RebuildException {
        start(1, "KEAmn");
        for (String make : List.of("SET {k} 1", "RPUSH {k} a b", "SADD {k} a", "HSET {k} f v", "ZADD {k} 1 a")) {
            client.compare(make, "DEL {k}", make);
            compareEvents(make);
            for (String[] words : List.<String[]>of(
                    new String[] {"RESTORE", "{r}", "0", null},
                    new String[] {"RESTORE", "{r}", "0", null},
                    new String[] {"RESTORE", "{r}", "100000", null, "REPLACE"},
                    new String[] {"RESTORE", "{r}", "1", null, "REPLACE", "ABSTTL"},
                    new String[] {"RESTORE", "{r}", "1", null, "ABSTTL"})) {
                String payload = client.theirs("DUMP {k}").get(0).toString();
                words[3] = payload.substring(payload.indexOf(' ') + 1);
                client.sendTheirs(List.<String[]>of(words));
                client.sendOurs();
                client.ours.send(words);
                String context = make + ": " + String.join(" ", words);
                assertEquals(client.nextTheirs(), client.ours.next(), context);
                compareEvents(context);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Kg$", "Elsh", "KEz", "KEx", "Em", "KA", "KE", "A", "KEn"})
    void shouldTellOnlyWhatIsAskedFor(String classes) throws IOException, RebuildException {
        start(1, classes);
        for (String command : KeyEventScripts.SCRIPT
                .lines()
                .filter(line -> !line.contains("SPOP"))
                .toList()) {
            client.theirs(command);
            client.ours(command);
        }
        compareEvents(classes);
        client.compare("off", "CONFIG SET notify-keyspace-events ", "SET a b", "CONFIG GET notify-keyspace-events");
        compareEvents("off");
        client.compare("wrong", "CONFIG SET notify-keyspace-events Kq");
    }

    @Test
    void shouldTellWhatRedisTellsOfRandomCommandsOnStrings() throws IOException, RebuildException {
        CommandGenerator generator = new CommandGenerator(SEED, System.currentTimeMillis());
        compareRandom(generator::next);
    }

    @Test
    void shouldTellWhatRedisTellsOfRandomCommandsOnCollections() throws IOException, RebuildException {
        CollectionGenerator generator = new CollectionGenerator(SEED, 6, 8);
        compareRandom(generator::next);
    }

    private void compareRandom(Supplier<String[]> generator) throws IOException, RebuildException {
        start(1, "KEAn");
        // Redis tells of a key that is set with a deadline in the past when it comes by it
        skipped = "expired";
        int told = 0;
        for (int batch = 0; batch < BATCHES; batch++) {
            for (int i = 0; i < BATCH; i++) {
                String[] words = generator.get();
                client.sendTheirs(List.<String[]>of(words));
                client.sendOurs("PING");
                client.ours.send(words);
                client.nextTheirs();
                client.ours.next();
                client.ours.next();
                compareEvents("seed " + SEED + ": " + String.join(" ", words));
                told++;
            }
        }
        assertTrue(told >= BATCHES * BATCH, told + " commands");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void shouldTellOfKeysThatExpire(int shards) throws IOException, RebuildException {
        start(shards, "KEx");
        client.compare("", "SET a 1 PX 20", "SET b 1 PX 10000000");
        String key = subscriber.nextTheirs().toString();
        String event = subscriber.nextTheirs().toString();
        both.bench.nowMicros += 50_000;
        assertEquals(key, subscriber.ours.next().toString());
        assertEquals(event, subscriber.ours.next().toString());
    }
}
