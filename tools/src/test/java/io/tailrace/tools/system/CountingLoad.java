package io.tailrace.tools.system;

import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.ErrorReplyException;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients that pipeline INCRs of keys of their own until their node is gone, and remember the highest number of each key
 * that was acknowledged. Closing it waits for the threads, so the node must be gone by then.
 */
final class CountingLoad implements AutoCloseable {
    private static final int PIPELINE = 50;
    private static final int KEYS = 40;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final NodeProcess node;
    private final List<Thread> threads = new ArrayList<>();
    private final Map<String, String> acknowledged = new ConcurrentHashMap<>();
    private final AtomicLong count = new AtomicLong();
    private volatile Throwable failure;

    CountingLoad(NodeProcess node, int clients) {
        this.node = node;
        for (int i = 0; i < clients; i++) {
            String prefix = "client" + i + ":";
            Thread thread = new Thread(() -> run(prefix), "counting-load-" + i);
            threads.add(thread);
            thread.start();
        }
    }

    private void run(String prefix) {
        try (RespClient client = node.connect()) {
            while (true) {
                for (int i = 0; i < PIPELINE; i++) {
                    client.send("INCR", prefix + i % KEYS);
                }
                client.flush();
                for (int i = 0; i < PIPELINE; i++) {
                    Object reply = client.read();
                    if (reply instanceof ErrorReplyException error) {
                        failure = error;
                        return;
                    }
                    acknowledged.put(prefix + i % KEYS, reply.toString());
                    count.incrementAndGet();
                }
            }
        } catch (IOException e) {
            // the node is gone, as the test wanted
        }
    }

    void awaitCount(long wanted, Duration limit) {
        Await.until(wanted + " writes to be acknowledged", limit, () -> count.get() >= wanted || failure != null);
    }

    /** What was acknowledged, once the node is gone. */
    Map<String, String> acknowledged() {
        Await.until("the clients to end", LIMIT, () -> threads.stream().noneMatch(Thread::isAlive));
        if (failure != null) {
            throw new AssertionError(failure);
        }
        return acknowledged;
    }

    @Override
    public void close() {
        acknowledged();
    }
}
