package io.tailrace.tools.clients;

import io.tailrace.tools.demo.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.XAddParams;
import redis.clients.jedis.params.XReadGroupParams;
import redis.clients.jedis.resps.StreamEntry;

/**
 * One who adds numbers to a stream and two of a consumer group, by Jedis, who connect again wherever the primary is now. Whatever XADD
 * was answered for comes to a consumer; whatever XACK was answered for never comes again.
 */
final class StreamLoad implements AutoCloseable {
    private static final String STREAM = "stream";
    private static final String GROUP = "group";
    private static final String FIELD = "n";
    private static final int BATCH = 10;
    private static final int BLOCK_MILLIS = 100;
    private static final int CALL_LIMIT_MILLIS = 5_000;
    private static final JedisClientConfig CONFIG = DefaultJedisClientConfig.builder()
            .timeoutMillis(CALL_LIMIT_MILLIS)
            .autoNegotiateProtocol(false)
            .build();
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long CONNECT_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** Where the primary is. */
    @FunctionalInterface
    interface Address {
        int port() throws IOException;
    }

    /** What is done on one connection, until it breaks. */
    @FunctionalInterface
    private interface Work {
        void on(Jedis jedis);
    }

    private final Address address;
    private final Set<Integer> added = ConcurrentHashMap.newKeySet();
    private final Set<Integer> done = ConcurrentHashMap.newKeySet();
    private final Set<Integer> seen = ConcurrentHashMap.newKeySet();
    private final AtomicInteger again = new AtomicInteger();
    private final List<Thread> threads = new ArrayList<>();
    private int next;
    private volatile String violation;
    private volatile boolean isAdding = true;
    private volatile boolean isConsuming = true;

    StreamLoad(Address address) {
        this.address = address;
        start("adds", this::add);
        start("consumes-1", jedis -> consume(jedis, "one"));
        start("consumes-2", jedis -> consume(jedis, "two"));
    }

    private void start(String name, Work work) {
        Thread thread = new Thread(() -> connectAgain(work), name);
        thread.setDaemon(true);
        thread.start();
        threads.add(thread);
    }

    private void connectAgain(Work work) {
        while (isConsuming) {
            try (Jedis jedis = new Jedis(new HostAndPort("127.0.0.1", address.port()), CONFIG)) {
                work.on(jedis);
            } catch (JedisException | IOException e) {
                LockSupport.parkNanos(CONNECT_AGAIN_NANOS);
            }
        }
    }

    private void add(Jedis jedis) {
        while (isAdding) {
            // a number whose XADD is not answered may be there or not, and is not used again
            int number = next++;
            jedis.xadd(STREAM, XAddParams.xAddParams(), Map.of(FIELD, Integer.toString(number)));
            added.add(number);
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        LockSupport.parkNanos(CONNECT_AGAIN_NANOS);
    }

    private void consume(Jedis jedis, String consumer) {
        try {
            jedis.xgroupCreate(STREAM, GROUP, new StreamEntryID(0, 0), true);
        } catch (JedisDataException e) {
            if (!e.getMessage().startsWith("BUSYGROUP")) {
                throw e;
            }
        }
        // first what it was given before its connection broke
        while (read(jedis, consumer, new StreamEntryID(0, 0)) > 0) {}
        while (isConsuming) {
            read(jedis, consumer, StreamEntryID.XREADGROUP_UNDELIVERED_ENTRY);
        }
    }

    private int read(Jedis jedis, String consumer, StreamEntryID from) {
        XReadGroupParams params =
                XReadGroupParams.xReadGroupParams().count(BATCH).block(BLOCK_MILLIS);
        List<Map.Entry<String, List<StreamEntry>>> read =
                jedis.xreadGroup(GROUP, consumer, params, Map.of(STREAM, from));
        if (read == null || read.isEmpty()) {
            return 0;
        }
        List<StreamEntry> entries = read.get(0).getValue();
        for (StreamEntry entry : entries) {
            int number = Integer.parseInt(entry.getFields().get(FIELD));
            if (done.contains(number)) {
                violation = number + " came again after its XACK was answered";
            }
            if (!seen.add(number)) {
                again.incrementAndGet();
            }
            jedis.xack(STREAM, GROUP, entry.getID());
            done.add(number);
        }
        return entries.size();
    }

    /** How many numbers XADD was answered for. */
    int added() {
        return added.size();
    }

    /** Adds no more, and returns what was done when all has come that was added. */
    String finish(Duration limit) {
        isAdding = false;
        // an entry whose XACK was done and not answered never comes again, and is not among those that are done
        Await.until("all to come that was added", limit, () -> violation != null || seen.containsAll(added));
        if (violation != null) {
            throw new AssertionError(violation);
        }
        return "{\"library\":\"Jedis\",\"added\":" + added.size() + ",\"done\":" + done.size() + ",\"again\":"
                + again.get() + "}";
    }

    @Override
    public void close() {
        isAdding = false;
        isConsuming = false;
        for (Thread thread : threads) {
            try {
                thread.join(2L * CALL_LIMIT_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
