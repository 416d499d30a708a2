package io.tailrace.tools.system;

import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients of a proxy that write new keys and count up old ones, connect again after any error, and remember what was acknowledged. Any
 * thread; one stops it.
 */
final class ShardedLoad implements AutoCloseable {
    private static final int THREADS = 4;
    private static final int COUNTERS = 64;
    private static final Duration CALL_LIMIT = Duration.ofSeconds(10);

    private final int port;
    private final Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
    private final Map<String, AtomicLong> counted = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> errors = new ConcurrentHashMap<>();
    private final Thread[] threads = new Thread[THREADS];
    private volatile boolean isStopping;

    ShardedLoad(int port) {
        this.port = port;
        for (int i = 0; i < THREADS; i++) {
            int number = i;
            threads[i] = new Thread(() -> run(number), "load-" + i);
            threads[i].start();
        }
    }

    private void run(int number) {
        int next = 0;
        while (!isStopping) {
            try (RespClient client = new RespClient(port, CALL_LIMIT)) {
                while (!isStopping) {
                    String key = "key:" + number + ":" + next++;
                    client.call("SET", key, key);
                    acknowledged.add(key);
                    String counter = "counter:" + next % COUNTERS;
                    client.call("INCR", counter);
                    counted.computeIfAbsent(counter, any -> new AtomicLong()).incrementAndGet();
                }
            } catch (IOException e) {
                String what = String.valueOf(e.getMessage()).replaceAll("; it is in the log.*", "");
                errors.computeIfAbsent(what, any -> new AtomicInteger()).incrementAndGet();
            }
        }
    }

    int count() {
        return acknowledged.size();
    }

    /** What clients were told, and how often. */
    Map<String, AtomicInteger> errors() {
        return errors;
    }

    void stop() throws InterruptedException {
        isStopping = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /** How many of the acknowledged writes can't be seen. */
    int lost() throws IOException {
        int lost = 0;
        try (RespClient client = new RespClient(port, Duration.ofSeconds(30))) {
            for (String key : acknowledged) {
                lost += key.equals(client.text("GET", key)) ? 0 : 1;
            }
            for (Map.Entry<String, AtomicLong> each : counted.entrySet()) {
                // one that was not acknowledged may have counted
                lost += Long.parseLong(client.text("GET", each.getKey()))
                                < each.getValue().get()
                        ? 1
                        : 0;
            }
        }
        return lost;
    }

    @Override
    public void close() {
        try {
            stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
