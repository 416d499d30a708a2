package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.config.ConfigException;
import io.tailrace.node.config.Setting;
import io.tailrace.node.shard.RebuildException;
import io.tailrace.wire.memory.NativeBuffer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a comparison with Redis does not reach: order between shards, slow subscribers, closed ones, lists and counters. */
class PubSubTest {
    private SessionBench bench;
    private long liveBytesBefore;
    private SessionBench.Client near;
    private SessionBench.Client far;
    private SessionBench.Client publisher;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException, RebuildException {
        liveBytesBefore = NativeBuffer.liveBytes();
        bench = new SessionBench(directory, 2);
        publisher = bench.clientOfShard(0);
        near = bench.clientOfShard(0);
        far = bench.clientOfShard(1);
    }

    @AfterEach
    void stop() throws IOException {
        bench.close();
        SessionBench.assertFreed(liveBytesBefore);
    }

    private static String message(String channel, String payload) {
        return "*3 [$7 message, $" + channel.length() + " " + channel + ", $" + payload.length() + " " + payload + "]";
    }

    @Test
    void shouldKeepTheOrderOfAPublisher() {
        near.reply("SUBSCRIBE", "c");
        far.reply("SUBSCRIBE", "c");
        int count = 500;
        for (int i = 0; i < count; i++) {
            publisher.send("PUBLISH", "c", "m" + i);
        }
        for (int i = 0; i < count; i++) {
            assertEquals(":2", publisher.next().toString());
        }
        for (int i = 0; i < count; i++) {
            assertEquals(message("c", "m" + i), near.next().toString());
            assertEquals(message("c", "m" + i), far.next().toString());
        }
    }

    @Test
    void shouldNotOvertakeTheAnswerToSubscribe() {
        String other = keyOfShard(1);
        near.send("GET", other);
        near.send("SUBSCRIBE", "c");
        bench.await(() -> bench.node.topics().channelCount() == 1);
        assertEquals(":1", publisher.reply("PUBLISH", "c", "m").toString());
        assertEquals("$-1", near.next().toString());
        assertEquals("*3 [$9 subscribe, $1 c, :1]", near.next().toString());
        assertEquals(message("c", "m"), near.next().toString());
    }

    private String keyOfShard(int shard) {
        for (int i = 0; ; i++) {
            long before = bench.services(shard).shard().store().keys();
            publisher.reply("SET", "k" + i, "v");
            if (bench.services(shard).shard().store().keys() > before) {
                publisher.reply("DEL", "k" + i);
                return "k" + i;
            }
        }
    }

    @Test
    void shouldGiveAPublisherItsOwnMessagesBetweenReplies() {
        publisher.reply("HELLO", "3");
        publisher.reply("SUBSCRIBE", "c");
        publisher.send("PUBLISH", "c", "m");
        publisher.send("PING");
        List<String> got = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            got.add(publisher.next().toString());
        }
        String own = message("c", "m").replace('*', '>');
        assertTrue(got.remove(own), got::toString);
        assertEquals(List.of(":1", "+PONG"), got);
    }

    @Test
    void shouldPublishWithinATransactionWhereverItsKeysAre() {
        for (String key : List.of(keyOfShard(0), keyOfShard(1))) {
            near.reply("SUBSCRIBE", "c");
            publisher.send("MULTI");
            publisher.send("PUBLISH", "c", "before");
            publisher.send("SET", key, "v");
            publisher.send("PUBLISH", "c", "after");
            publisher.send("CLIENT", "SETNAME", "name");
            publisher.send("GET", key);
            publisher.send("EXEC");
            publisher.send("CLIENT", "GETNAME");
            for (String line : List.of("+OK", "+QUEUED", "+QUEUED", "+QUEUED", "+QUEUED", "+QUEUED")) {
                assertEquals(line, publisher.next().toString());
            }
            assertEquals("*5 [:1, +OK, :1, +OK, $1 v]", publisher.next().toString());
            assertEquals("$4 name", publisher.next().toString());
            assertEquals(message("c", "before"), near.next().toString());
            assertEquals(message("c", "after"), near.next().toString());
            near.reply("UNSUBSCRIBE");
            publisher.reply("CLIENT", "SETNAME", "");
        }
    }

    /** Redis 7.0 puts the message into the reply of EXEC, 7.2 after it, as this node does. */
    @ParameterizedTest
    @CsvSource({
        "2,UNSUBSCRIBE,SUBSCRIBE",
        "3,UNSUBSCRIBE,SUBSCRIBE",
        "2,PUNSUBSCRIBE,PSUBSCRIBE",
        "3,PUNSUBSCRIBE,PSUBSCRIBE"
    })
    void shouldDeliverWhatWasCountedBeforeTheSameExecUnsubscribes(int protocol, String unsubscribe, String subscribe) {
        for (String key : List.of(keyOfShard(0), keyOfShard(1))) {
            near.reply("HELLO", "" + protocol);
            near.reply("MULTI");
            near.reply("GET", key);
            near.reply("PUBLISH", "foo", "before");
            near.reply(subscribe, "foo");
            near.reply("PUBLISH", "foo", "bar");
            near.reply(unsubscribe, "foo");
            near.reply("PUBLISH", "foo", "after");
            List<Reply> replies = near.reply("EXEC").elements();
            assertEquals(6, replies.size());
            assertEquals(":1", replies.get(3).line());
            List<Reply> message = near.next().elements();
            assertEquals("bar", message.get(message.size() - 1).body());
            assertEquals("+PONG", near.reply("PING").line());
        }
    }

    @Test
    void shouldDeliverWhatAnotherShardCountedBeforeAnUnsubscription() {
        for (int i = 0; i < 200; i++) {
            far.reply("SUBSCRIBE", "c");
            publisher.send("PUBLISH", "c", "m" + i);
            far.send("UNSUBSCRIBE", "c");
            long counted = publisher.next().integer();
            List<String> got = new ArrayList<>();
            while (got.isEmpty() || !got.get(got.size() - 1).contains("unsubscribe")) {
                got.add(far.next().toString());
            }
            assertEquals(counted, got.size() - 1, got::toString);
        }
    }

    @Test
    void shouldExecuteATransactionElsewhereForAClientThatLeaves() {
        near.reply("SUBSCRIBE", "c");
        publisher.send("MULTI");
        publisher.send("SET", "a", "v");
        publisher.send("PUBLISH", "c", "m");
        publisher.send("EXEC");
        publisher.send("PUBLISH", "c", "last");
        publisher.endSending();
        assertEquals(message("c", "m"), near.next().toString());
        assertEquals(message("c", "last"), near.next().toString());
        for (int i = 0; i < 3; i++) {
            publisher.next();
        }
        assertEquals("*2 [+OK, :1]", publisher.next().toString());
        assertEquals(":1", publisher.next().toString());
        assertTrue(publisher.isClosed());
    }

    @Test
    void shouldForgetAClosedSubscriber() throws IOException {
        far.reply("SUBSCRIBE", "c", "d");
        far.reply("PSUBSCRIBE", "*");
        assertEquals(":2", publisher.reply("PUBLISH", "c", "m").toString());
        far.close();
        bench.await(() ->
                bench.node.topics().channelCount() == 0 && bench.node.topics().patternCount() == 0);
        assertEquals(":0", publisher.reply("PUBLISH", "c", "m").toString());
    }

    @Test
    void shouldCloseASubscriberThatTakesNothing() throws ConfigException {
        bench.node.settings().change(Map.of(Setting.PUBSUB_OUTPUT_LIMIT, "64kb"));
        far.reply("SUBSCRIBE", "c");
        String large = "x".repeat(60 << 10);
        long limit = 1_000;
        while (bench.services(1).stats().outputLimitClosed() == 0 && limit-- > 0) {
            publisher.reply("PUBLISH", "c", large);
        }
        assertEquals(1, bench.services(1).stats().outputLimitClosed());
        assertEquals(0, bench.node.topics().channelCount());
        assertTrue(far.isClosed());
        assertEquals(":0", publisher.reply("PUBLISH", "c", large).toString());
    }

    @Test
    void shouldShowSubscribersInListsAndCounters() {
        near.reply("SUBSCRIBE", "c");
        far.send("PSUBSCRIBE", "p*", "q*");
        far.next();
        far.next();
        String pubsub = publisher.reply("CLIENT", "LIST", "TYPE", "pubsub").body();
        assertEquals(2, pubsub.lines().count());
        assertTrue(pubsub.lines().allMatch(line -> line.contains(" flags=P ")), pubsub);
        assertTrue(pubsub.contains(" sub=1 psub=0 ssub=0 ") && pubsub.contains(" sub=0 psub=2 ssub=0 "), pubsub);
        String normal = publisher.reply("CLIENT", "LIST", "TYPE", "normal").body();
        assertTrue(normal.lines().noneMatch(line -> line.contains(" flags=P ")), normal);
        String stats = publisher.reply("INFO", "stats").body();
        assertTrue(stats.contains("pubsub_channels:1\r\npubsub_patterns:2\r\n"), stats);
        assertEquals(":2", publisher.reply("CLIENT", "KILL", "TYPE", "pubsub").toString());
        assertTrue(near.isClosed() && far.isClosed());
        assertEquals("+PONG", publisher.reply("PING").toString());
    }

    @Test
    void shouldNotCloseAQuietSubscriber() throws ConfigException {
        near.reply("SUBSCRIBE", "c");
        publisher.reply("CONFIG", "SET", "timeout", "5");
        bench.nowMicros += 10_000_000;
        assertTrue(far.isClosed());
        assertEquals("*2 [$4 pong, $0 ]", near.reply("PING").toString());
    }

    @Test
    void shouldTellAboutChannelsOfAllShards() {
        near.reply("SUBSCRIBE", "a");
        far.reply("SUBSCRIBE", "a");
        far.reply("SUBSCRIBE", "b");
        assertEquals(
                "a b",
                publisher.reply("PUBSUB", "CHANNELS").sortedBodies().stream().collect(Collectors.joining(" ")));
        assertEquals(
                "*4 [$1 a, :2, $1 b, :1]",
                publisher.reply("PUBSUB", "NUMSUB", "a", "b").toString());
    }
}
