package io.tailrace.tools.clients;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.LettuceFutures;
import io.lettuce.core.ReadFrom;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanIterator;
import io.lettuce.core.SetArgs;
import io.lettuce.core.TrackingArgs;
import io.lettuce.core.TransactionResult;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.masterreplica.MasterReplica;
import io.lettuce.core.masterreplica.StatefulRedisMasterReplicaConnection;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.support.caching.CacheAccessor;
import io.lettuce.core.support.caching.ClientSideCaching;
import io.tailrace.tools.NodeGroup;
import io.tailrace.tools.demo.NodeProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Lettuce, in both protocols, on a primary with a replica. */
class LettuceIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    private static Path dir;

    private static NodeGroup group;
    private static NodeProcess primary;
    private static NodeProcess replica;
    private RedisClient client;

    @BeforeAll
    static void start() throws Exception {
        group = new NodeGroup(dir);
        primary = group.add("primary");
        replica = group.addReplica("replica", primary);
        NodeGroup.start(primary, replica);
    }

    @AfterAll
    static void stop() {
        group.close();
    }

    @AfterEach
    void shutdown() {
        if (client != null) {
            client.shutdown(0, 5, TimeUnit.SECONDS);
        }
    }

    private static RedisURI uri(NodeProcess node) {
        return RedisURI.builder()
                .withHost("127.0.0.1")
                .withPort(node.port())
                .withTimeout(LIMIT)
                .withClientName("a-name")
                .build();
    }

    private StatefulRedisConnection<String, String> connect(ProtocolVersion protocol) {
        client = RedisClient.create(uri(primary));
        client.setOptions(ClientOptions.builder().protocolVersion(protocol).build());
        StatefulRedisConnection<String, String> connection = client.connect();
        connection.sync().flushall();
        return connection;
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void shouldSubscribe(ProtocolVersion protocol) throws Exception {
        RedisCommands<String, String> publisher = connect(protocol).sync();
        BlockingQueue<String> got = new LinkedBlockingQueue<>();
        StatefulRedisPubSubConnection<String, String> subscriber = client.connectPubSub();
        subscriber.addListener(new RedisPubSubAdapter<String, String>() {
            @Override
            public void message(String channel, String message) {
                got.add(channel + ": " + message);
            }

            @Override
            public void message(String pattern, String channel, String message) {
                got.add(pattern + " " + channel + ": " + message);
            }
        });
        subscriber.sync().subscribe("news");
        subscriber.sync().psubscribe("n*");
        assertEquals(2, publisher.publish("news", "hello"));
        assertEquals("news: hello", got.poll(30, TimeUnit.SECONDS));
        assertEquals("n* news: hello", got.poll(30, TimeUnit.SECONDS));
        assertEquals(List.of("news"), publisher.pubsubChannels());
        assertEquals(1, publisher.pubsubNumpat());
        subscriber.sync().unsubscribe("news");
        subscriber.sync().punsubscribe("n*");
        assertEquals(0, publisher.publish("news", "nobody"));
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void shouldReadAndWriteStrings(ProtocolVersion protocol) {
        RedisCommands<String, String> redis = connect(protocol).sync();
        assertEquals("PONG", redis.ping());
        assertEquals("a-name", redis.clientGetname());
        assertEquals("OK", redis.mset(Map.of("a", "1", "b", "2")));
        assertEquals("1", redis.mget("a", "b").get(0).getValue());
        assertTrue(redis.mget("none").get(0).isEmpty());
        assertEquals("1", redis.setGet("a", "10", SetArgs.Builder.ex(500)));
        assertTrue(redis.ttl("a") > 490);
        assertEquals(11, redis.incr("a"));
        assertEquals(11.5, redis.incrbyfloat("a", 0.5));
        assertTrue(redis.expire("b", LIMIT));
        assertTrue(redis.persist("b"));
        assertEquals(2, redis.del("a", "b", "none"));
        redis.set("text", "x");
        String error = assertThrows(RedisCommandExecutionException.class, () -> redis.incr("text"))
                .getMessage();
        assertEquals("ERR value is not an integer or out of range", error);
        assertEquals("master", ((String) redis.role().get(0)));
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void shouldKeepEveryByte(ProtocolVersion protocol) {
        connect(protocol);
        RedisCommands<byte[], byte[]> redis =
                client.connect(ByteArrayCodec.INSTANCE).sync();
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        redis.set(all, all);
        assertArrayEquals(all, redis.get(all));
        byte[] large = new byte[15 << 20];
        new Random(15).nextBytes(large);
        redis.set(all, large);
        assertArrayEquals(large, redis.get(all));
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void shouldAnswerManyOutstandingCommands(ProtocolVersion protocol) throws Exception {
        int count = 10_000;
        RedisAsyncCommands<String, String> redis = connect(protocol).async();
        List<RedisFuture<?>> writes = new ArrayList<>();
        List<RedisFuture<String>> reads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            writes.add(redis.set("async:" + i, "v" + i));
            reads.add(redis.get("async:" + i));
        }
        assertTrue(LettuceFutures.awaitAll(LIMIT, writes.toArray(RedisFuture[]::new)));
        assertTrue(LettuceFutures.awaitAll(LIMIT, reads.toArray(RedisFuture[]::new)));
        for (int i = 0; i < count; i++) {
            assertEquals("v" + i, reads.get(i).get());
        }
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void shouldRunTransactionsAndSeeConflicts(ProtocolVersion protocol) {
        RedisCommands<String, String> redis = connect(protocol).sync();
        RedisCommands<String, String> other = client.connect().sync();
        redis.watch("a");
        redis.multi();
        redis.set("a", "1");
        redis.incrby("b", 5);
        TransactionResult done = redis.exec();
        assertEquals("OK", done.get(0));
        assertEquals(5L, (Long) done.get(1));

        redis.watch("a");
        other.set("a", "changed");
        redis.multi();
        redis.set("a", "2");
        assertTrue(redis.exec().wasDiscarded());
        assertEquals("changed", redis.get("a"));
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void shouldScanEveryKey(ProtocolVersion protocol) {
        RedisCommands<String, String> redis = connect(protocol).sync();
        Set<String> expected = new HashSet<>();
        for (int i = 0; i < 500; i++) {
            redis.set("scan:" + i, "");
            redis.set("other:" + i, "");
            expected.add("scan:" + i);
        }
        Set<String> seen = new HashSet<>();
        ScanIterator.scan(redis, ScanArgs.Builder.matches("scan:*").limit(50)).forEachRemaining(seen::add);
        assertEquals(expected, seen);
    }

    /** What it has cached it drops when another client changes or removes it. */
    @Test
    void shouldKeepItsOwnCacheCurrent() throws Exception {
        StatefulRedisConnection<String, String> connection = connect(ProtocolVersion.RESP3);
        RedisCommands<String, String> other = client.connect().sync();
        other.set("cached", "before");
        Map<String, String> cache = new ConcurrentHashMap<>();
        BlockingQueue<String> dropped = new LinkedBlockingQueue<>();
        try (ClientSideCaching<String, String> cached = (ClientSideCaching<String, String>)
                ClientSideCaching.enable(CacheAccessor.forMap(cache), connection, TrackingArgs.Builder.enabled())) {
            cached.addInvalidationListener(dropped::add);
            assertEquals("before", cached.get("cached"));
            assertEquals(Map.of("cached", "before"), cache);
            other.set("cached", "after");
            assertEquals("cached", dropped.poll(30, TimeUnit.SECONDS));
            assertEquals("after", cached.get("cached"));
            other.del("cached");
            assertEquals("cached", dropped.poll(30, TimeUnit.SECONDS));
            assertNull(cached.get("cached"));
            assertEquals(Map.of(), cache);
        }
    }

    @Test
    void shouldReadFromTheReplicaOfAStaticTopology() {
        connect(ProtocolVersion.RESP3);
        try (StatefulRedisMasterReplicaConnection<String, String> both =
                MasterReplica.connect(client, StringCodec.UTF8, List.of(uri(primary), uri(replica)))) {
            readBehindAWrite(both);
        }
    }

    @Test
    void shouldFindTheReplicaThroughThePrimary() {
        connect(ProtocolVersion.RESP2);
        try (StatefulRedisMasterReplicaConnection<String, String> both =
                MasterReplica.connect(client, StringCodec.UTF8, uri(primary))) {
            readBehindAWrite(both);
        }
    }

    private static void readBehindAWrite(StatefulRedisMasterReplicaConnection<String, String> both) {
        both.setReadFrom(ReadFrom.REPLICA);
        both.sync().set("split", "value");
        assertEquals(1, both.sync().waitForReplication(1, LIMIT.toMillis()));
        assertEquals("value", both.sync().get("split"));
        assertTrue(both.sync().info("replication").contains("role:"));
    }
}
