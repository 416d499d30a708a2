package io.tailrace.tools.clients;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.NodeGroup;
import io.tailrace.tools.demo.NodeProcess;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.Response;
import redis.clients.jedis.Transaction;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.params.SetParams;
import redis.clients.jedis.resps.ScanResult;

/** Jedis, in both protocols, on a node of two shards. */
class JedisIT {

    @TempDir
    private static Path dir;

    private static NodeGroup group;
    private static NodeProcess node;

    @BeforeAll
    static void start() throws Exception {
        group = new NodeGroup(dir);
        node = group.add("node", "--shards", "2").startAndAwait();
    }

    @AfterAll
    static void stop() {
        group.close();
    }

    private static DefaultJedisClientConfig config(RedisProtocol protocol) {
        return DefaultJedisClientConfig.builder()
                .protocol(protocol)
                .clientName("a-name")
                .socketTimeoutMillis(30_000)
                .build();
    }

    private static Jedis connect(RedisProtocol protocol) {
        Jedis jedis = new Jedis(new HostAndPort("127.0.0.1", node.port()), config(protocol));
        jedis.flushAll();
        return jedis;
    }

    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void shouldSubscribe(RedisProtocol protocol) throws Exception {
        BlockingQueue<String> got = new LinkedBlockingQueue<>();
        JedisPubSub listener = listener(got);
        try (Jedis subscriber = connect(protocol);
                Jedis publisher = connect(protocol)) {
            Thread thread = new Thread(() -> subscriber.subscribe(listener, "news", "sport"));
            thread.start();
            assertEquals("subscribed to news", got.poll(30, TimeUnit.SECONDS));
            assertEquals("subscribed to sport", got.poll(30, TimeUnit.SECONDS));
            assertEquals(1, publisher.publish("news", "hello"));
            assertEquals("news: hello", got.poll(30, TimeUnit.SECONDS));
            listener.psubscribe("n*");
            assertEquals("subscribed to n*", got.poll(30, TimeUnit.SECONDS));
            Transaction transaction = publisher.multi();
            Response<String> set = transaction.set("key", "value");
            Response<Long> receivers = transaction.publish("news", "set");
            transaction.exec();
            assertEquals("OK", set.get());
            assertEquals(2L, receivers.get());
            assertEquals("news: set", got.poll(30, TimeUnit.SECONDS));
            assertEquals("n* news: set", got.poll(30, TimeUnit.SECONDS));
            listener.unsubscribe();
            listener.punsubscribe();
            thread.join(30_000);
            assertEquals("PONG", subscriber.ping());
            assertEquals(0, publisher.publish("news", "nobody"));
        }
    }

    private static JedisPubSub listener(BlockingQueue<String> got) {
        return new JedisPubSub() {
            @Override
            public void onSubscribe(String channel, int count) {
                got.add("subscribed to " + channel);
            }

            @Override
            public void onPSubscribe(String pattern, int count) {
                got.add("subscribed to " + pattern);
            }

            @Override
            public void onMessage(String channel, String message) {
                got.add(channel + ": " + message);
            }

            @Override
            public void onPMessage(String pattern, String channel, String message) {
                got.add(pattern + " " + channel + ": " + message);
            }
        };
    }

    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void shouldServeAPooledClient(RedisProtocol protocol) {
        try (RedisClient client = RedisClient.builder()
                .hostAndPort("127.0.0.1", node.port())
                .clientConfig(config(protocol))
                .build()) {
            assertEquals("PONG", client.ping());
            assertEquals("OK", client.set("key", "value"));
            assertEquals("value", client.get("key"));
            assertTrue(client.info("server").contains("redis_version:7."));
        }
    }

    private static URI address(int database, RedisProtocol protocol) {
        String asked = protocol == RedisProtocol.REDIS_SERVER_DEFAULT_PROTO ? "" : "?protocol=" + protocol.version();
        return URI.create("redis://127.0.0.1:" + node.port() + "/" + database + asked);
    }

    /** Pools of connections, each by an address with a database. */
    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void shouldStayInTheDatabaseOfItsAddress(RedisProtocol protocol) {
        connect(protocol).close();
        try (RedisClient two = RedisClient.create(address(2, protocol));
                RedisClient five = RedisClient.create(address(5, protocol));
                Jedis single = new Jedis(address(5, protocol))) {
            two.set("key", "of two");
            five.set("key", "of five");
            five.rpush("list", "a", "b");
            assertEquals("of two", two.get("key"));
            assertEquals("of five", single.get("key"));
            assertEquals(1, two.dbSize());
            assertEquals(2, five.dbSize());
            assertTrue(single.clientInfo().contains(" db=5 "), single.clientInfo());
            assertTrue(single.info("keyspace").matches("(?s).*db2:keys=1,.*db5:keys=2,.*"), single.info("keyspace"));
            five.flushDB();
            assertEquals("of two", two.get("key"));
        }
    }

    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void shouldReadAndWriteStrings(RedisProtocol protocol) {
        try (Jedis jedis = connect(protocol)) {
            assertEquals("a-name", jedis.clientGetname());
            assertEquals("OK", jedis.mset("foo", "1", "bar", "2", "baz", "3"));
            assertEquals(java.util.Arrays.asList("1", null, "3"), jedis.mget("foo", "none", "baz"));
            assertNull(jedis.get("none"));
            assertNull(jedis.set("foo", "9", SetParams.setParams().nx()));
            assertEquals("1", jedis.setGet("foo", "10", SetParams.setParams().ex(500)));
            assertTrue(jedis.ttl("foo") > 490);
            assertEquals(11, jedis.incr("foo"));
            assertEquals(12.5, jedis.incrByFloat("foo", 1.5));
            assertEquals(1, jedis.expire("bar", 1_000));
            assertEquals(1, jedis.persist("bar"));
            assertEquals(3, jedis.del("foo", "bar", "baz", "none"));
            assertEquals("string", jedis.type(set(jedis, "typed")));
            JedisDataException error = assertThrows(JedisDataException.class, () -> jedis.incr("typed"));
            assertEquals("ERR value is not an integer or out of range", error.getMessage());
        }
    }

    private static String set(Jedis jedis, String key) {
        jedis.set(key, "text");
        return key;
    }

    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void shouldKeepEveryByte(RedisProtocol protocol) {
        try (Jedis jedis = connect(protocol)) {
            byte[] all = new byte[256];
            for (int i = 0; i < all.length; i++) {
                all[i] = (byte) i;
            }
            jedis.set(all, all);
            assertArrayEquals(all, jedis.get(all));
            byte[] large = new byte[15 << 20];
            new Random(15).nextBytes(large);
            jedis.set("large".getBytes(java.nio.charset.StandardCharsets.US_ASCII), large);
            assertArrayEquals(large, jedis.get("large".getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
            assertEquals(large.length, jedis.strlen("large"));
            jedis.set(new byte[0], new byte[0]);
            assertArrayEquals(new byte[0], jedis.get(new byte[0]));
        }
    }

    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void shouldAnswerAPipelineInOrder(RedisProtocol protocol) {
        int count = 10_000;
        try (Jedis jedis = connect(protocol)) {
            Pipeline pipeline = jedis.pipelined();
            List<Response<String>> values = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                pipeline.set("pipe:" + i, "v" + i);
                values.add(pipeline.get("pipe:" + i));
            }
            Response<Long> size = pipeline.dbSize();
            pipeline.sync();
            for (int i = 0; i < count; i++) {
                assertEquals("v" + i, values.get(i).get());
            }
            assertEquals(count, size.get());
        }
    }

    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void shouldRunTransactionsAndSeeConflicts(RedisProtocol protocol) {
        try (Jedis jedis = connect(protocol);
                Jedis other = new Jedis(new HostAndPort("127.0.0.1", node.port()), config(protocol))) {
            jedis.watch("{t}a");
            Transaction first = jedis.multi();
            first.set("{t}a", "1");
            first.incrBy("{t}b", 5);
            assertEquals(List.of("OK", 5L), first.exec());

            jedis.watch("{t}a");
            other.set("{t}a", "changed");
            Transaction second = jedis.multi();
            second.set("{t}a", "2");
            assertNull(second.exec());
            assertEquals("changed", jedis.get("{t}a"));
        }
    }

    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void shouldScanEveryKey(RedisProtocol protocol) {
        try (Jedis jedis = connect(protocol)) {
            Set<String> expected = new HashSet<>();
            Pipeline pipeline = jedis.pipelined();
            for (int i = 0; i < 3_000; i++) {
                pipeline.set("scan:" + i, "");
                pipeline.set("other:" + i, "");
                expected.add("scan:" + i);
            }
            pipeline.sync();
            Set<String> seen = new HashSet<>();
            ScanParams params = new ScanParams().match("scan:*").count(100);
            String cursor = ScanParams.SCAN_POINTER_START;
            do {
                ScanResult<String> page = jedis.scan(cursor, params);
                seen.addAll(page.getResult());
                cursor = page.getCursor();
            } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
            assertEquals(expected, seen);
        }
    }
}
