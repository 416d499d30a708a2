package io.tailrace.tools.system;

import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Asks a node PING about a thousand times a second, and keeps the longest time that an answer took. */
final class PingWatch implements AutoCloseable {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final RespClient client;
    private final Thread thread = new Thread(this::watch, "ping-watch");
    private volatile long maxNanos;
    private volatile int count;
    private volatile boolean isStopping;
    private volatile IOException failure;

    PingWatch(NodeProcess node) throws IOException {
        client = node.connect();
        thread.setDaemon(true);
        thread.start();
    }

    private void watch() {
        try {
            while (!isStopping) {
                long begin = System.nanoTime();
                client.call("PING");
                maxNanos = Math.max(maxNanos, System.nanoTime() - begin);
                count++;
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (IOException e) {
            failure = e;
        }
    }

    /** Ends the watch; the longest answer in milliseconds. */
    double stop() throws Exception {
        isStopping = true;
        thread.join();
        client.close();
        if (failure != null) {
            throw failure;
        }
        return maxNanos / 1e6;
    }

    int count() {
        return count;
    }

    @Override
    public void close() {
        isStopping = true;
    }
}
