package io.tailrace.tools.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Writes {@code demo:0}, {@code demo:1} and so on, each of another type than the one before, in a thread of its own, in pipelines, until
 * it is told to stop or the connection ends. What was acknowledged is counted, and nothing is sent again.
 */
final class DemoWriter implements AutoCloseable {
    static final int PIPELINE = 100;
    static final int VALUE_BYTES = 64;
    private static final int TYPES = 6;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final RespClient client;
    private final Thread thread = new Thread(this::write, "demo-writer");
    private final long begin = System.nanoTime();
    private final int first;
    private final int perSecond;
    private volatile int acknowledged;
    private volatile long lastNanos = begin;
    private volatile boolean isStopping;
    private volatile IOException ending;

    /** Begins with key {@code first}, and writes no more than {@code perSecond}. */
    DemoWriter(NodeProcess node, int first, int perSecond) throws IOException {
        this.first = first;
        this.perSecond = perSecond;
        acknowledged = first;
        client = node.connect();
        thread.setDaemon(true);
        thread.start();
    }

    static String key(int number) {
        return "demo:" + number;
    }

    private static String value(int number) {
        return String.format(Locale.ROOT, "%0" + VALUE_BYTES + "d", number);
    }

    private void write() {
        try {
            while (!isStopping) {
                writePipeline(acknowledged);
                keepPace();
            }
        } catch (IOException e) {
            ending = e;
        }
    }

    private void keepPace() {
        long due = begin + (acknowledged - first) * TimeUnit.SECONDS.toNanos(1) / perSecond;
        long early = due - System.nanoTime();
        if (early > 0) {
            LockSupport.parkNanos(early);
        }
    }

    private void writePipeline(int from) throws IOException {
        for (int number = from; number < from + PIPELINE; number++) {
            send(number);
        }
        client.flush();
        for (int number = from; number < from + PIPELINE; number++) {
            Object reply = client.read();
            if (reply instanceof ErrorReplyException error) {
                throw new IOException("the write of " + key(number) + " was answered with " + error.getMessage());
            }
            lastNanos = System.nanoTime();
            acknowledged = number + 1;
        }
    }

    private void send(int number) throws IOException {
        String key = key(number);
        String value = value(number);
        switch (number % TYPES) {
            case 0 -> client.send("SET", key, value);
            case 1 -> client.send("HSET", key, "number", number, "value", value);
            case 2 -> client.send("RPUSH", key, number, value);
            case 3 -> client.send("SADD", key, number, value);
            case 4 -> client.send("ZADD", key, number, value);
            default -> client.send("XADD", key, "*", "number", number, "value", value);
        }
    }

    /** How many keys, from 0 on, were acknowledged by this writer and those before it. */
    int acknowledged() {
        return acknowledged;
    }

    long writesPerSecond() {
        return Math.round((acknowledged - first) * 1e9 / Math.max(1, lastNanos - begin));
    }

    /** Waits until this many more are acknowledged. */
    void awaitMore(int count) {
        int wanted = acknowledged + count;
        Await.until(count + " more writes", PATIENCE, () -> acknowledged >= wanted || ending != null);
    }

    /** Ends the thread, between two pipelines unless the connection has ended before; returns what ended it, or null. */
    IOException stop() throws IOException {
        isStopping = true;
        try {
            thread.join(PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        client.close();
        return ending;
    }

    @Override
    public void close() throws IOException {
        stop();
    }
}
