package io.tailrace.tools.system;

import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.ErrorReplyException;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A client that counts a key of its own up by one, again and again, on whichever of several nodes takes writes: INCR
 * answers the new value, so the first lost or doubled write shows with the next one. What was under way when a node died may
 * have been done or not.
 */
final class RovingClient implements Runnable, AutoCloseable {
    private final List<NodeProcess> nodes;
    private final String key;
    private final int pipeline;
    private final long pauseNanos;
    private final Thread thread;
    private int at;
    private int underWay;
    /** Sent since the last acknowledgement, to nodes that did not answer. */
    private volatile int unsure;

    private volatile long acknowledged;
    private volatile long longestMicros;
    private volatile long refusals;
    private volatile boolean isStopping;
    private volatile Throwable failure;

    /** Begins at the first node, with this many requests at a time. */
    RovingClient(String key, int pipeline, int perSecond, List<NodeProcess> nodes) {
        this.pipeline = pipeline;
        this.nodes = nodes;
        this.key = key;
        pauseNanos = TimeUnit.SECONDS.toNanos(pipeline) / perSecond;
        thread = new Thread(this, "roving-" + key);
        thread.setDaemon(true);
        thread.start();
    }

    String key() {
        return key;
    }

    /** The value that the key must have at least. */
    long acknowledged() {
        return acknowledged;
    }

    /** Requires that a node holds what was acknowledged, and no more than was sent. */
    void requireAllOn(NodeProcess node) throws IOException {
        try (RespClient client = node.connect()) {
            long value = Long.parseLong(client.text("GET", key));
            if (value < acknowledged || value > acknowledged + unsure) {
                throw new AssertionError(
                        key + " is " + value + ", acknowledged " + acknowledged + ", unanswered " + unsure);
            }
        }
    }

    /** The longest time between two acknowledgements. */
    long longestMicros() {
        return longestMicros;
    }

    /** How often a node said that it is a replica. */
    long refusals() {
        return refusals;
    }

    Throwable failure() {
        return failure;
    }

    /** Returns when each of them has this many more acknowledgements. */
    static void awaitProgress(List<RovingClient> clients, int writes) {
        List<Long> before = clients.stream().map(RovingClient::acknowledged).toList();
        Await.until("every client to write on", Cluster.LIMIT, () -> {
            for (int i = 0; i < clients.size(); i++) {
                if (clients.get(i).failure() != null) {
                    throw new AssertionError(clients.get(i).failure());
                }
                if (clients.get(i).acknowledged() < before.get(i) + writes) {
                    return false;
                }
            }
            return true;
        });
    }

    @Override
    public void run() {
        try {
            while (!isStopping) {
                try {
                    writeToOne();
                } catch (IOException e) {
                    unsure += underWay;
                    underWay = 0;
                    LockSupport.parkNanos(pauseNanos);
                }
                at = (at + 1) % nodes.size();
            }
        } catch (RuntimeException | Error e) {
            failure = e;
        }
    }

    /** Until the node refuses, or is gone. */
    private void writeToOne() throws IOException {
        try (RespClient client = nodes.get(at).connect()) {
            long last = System.nanoTime();
            while (!isStopping) {
                for (int i = 0; i < pipeline; i++) {
                    client.send("INCR", key);
                }
                underWay = pipeline;
                client.flush();
                boolean isRefused = false;
                for (; underWay > 0; underWay--) {
                    isRefused |= !isCounted(client.read(), isRefused);
                }
                if (isRefused) {
                    refusals++;
                    return;
                }
                long now = System.nanoTime();
                longestMicros = Math.max(longestMicros, (now - last) / 1_000);
                LockSupport.parkNanos(pauseNanos);
                last = System.nanoTime();
            }
        }
    }

    private boolean isCounted(Object reply, boolean isRefused) {
        if (reply instanceof ErrorReplyException error) {
            if (error.getMessage().startsWith("NOREPLICAS")) {
                unsure++;
                return true;
            }
            if (error.getMessage().startsWith("LOADING")) {
                // one that has just started: it will take the next
                return true;
            }
            if (!error.getMessage().startsWith("READONLY")) {
                throw new AssertionError(key + ": " + error.getMessage(), error);
            }
            return false;
        }
        long value = (Long) reply;
        if (isRefused || value <= acknowledged || value > acknowledged + 1 + unsure) {
            throw new AssertionError(key + " became " + value + " after " + acknowledged + " was acknowledged and "
                    + unsure + " sent" + (isRefused ? ", behind a write that was refused" : ""));
        }
        acknowledged = value;
        unsure = 0;
        return true;
    }

    /** Stops it; everything sent is answered then. */
    void stop() {
        isStopping = true;
        try {
            thread.join(TimeUnit.SECONDS.toMillis(30));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throw new AssertionError(failure.getMessage(), failure);
        }
    }

    @Override
    public void close() {
        isStopping = true;
        thread.interrupt();
    }
}
