package io.tailrace.tools.system;

import io.tailrace.tools.demo.ErrorReplyException;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads, without end and on one connection, keys that are only ever written all together, each time with a higher number, their
 * generation: whatever a node shows must be of one generation, whole, and never older than what it showed before. Its thread
 * is the test's; what it saw may be asked by any.
 */
final class GenerationReader implements Runnable, AutoCloseable {
    /** How many keys are written together. */
    static final int WIDTH = 40;

    private static final String KEY = "together:";
    private static final int PIPELINED = 100;

    private final NodeProcess node;
    private final long oldKeys;
    private final long newKeys;
    private final long oldGeneration;
    private volatile boolean isStopped;
    private volatile boolean mayBeLoading;
    private volatile Throwable failure;
    private volatile long last = -1;
    private volatile long reads;
    private volatile long loadings;
    private final Thread thread = new Thread(this, "generations");

    /**
     * @param oldGeneration that the node shows at first, with {@code oldKeys} keys in all; with any other it has
     *     {@code newKeys}
     */
    GenerationReader(NodeProcess node, long oldGeneration, long oldKeys, long newKeys) {
        this.node = node;
        this.oldGeneration = oldGeneration;
        this.oldKeys = oldKeys;
        this.newKeys = newKeys;
        thread.setDaemon(true);
        thread.start();
    }

    /** The request that writes a generation. */
    static Object[] write(long generation) {
        List<Object> request = new ArrayList<>(List.of("MSET"));
        for (int i = 0; i < WIDTH; i++) {
            request.add(KEY + i);
            request.add(generation);
        }
        return request.toArray();
    }

    /** Whether it may be answered -LOADING from now on. */
    void mayBeLoading(boolean may) {
        mayBeLoading = may;
    }

    /** The generation seen last, or -1. */
    long last() {
        require();
        return last;
    }

    /** Answers that showed data. */
    long reads() {
        require();
        return reads;
    }

    /** Answers that were -LOADING. */
    long loadings() {
        require();
        return loadings;
    }

    private void require() {
        if (failure != null) {
            throw new AssertionError(failure.getMessage(), failure);
        }
    }

    @Override
    public void run() {
        try (RespClient client = node.connect()) {
            while (!isStopped) {
                readAll(client);
                readInTransaction(client);
                readInPipeline(client);
            }
        } catch (IOException | RuntimeException | AssertionError e) {
            failure = e;
        }
    }

    private void readAll(RespClient client) throws IOException {
        client.send(mget());
        client.flush();
        generation(client.read());
    }

    private static Object[] mget() {
        List<Object> request = new ArrayList<>(List.of("MGET"));
        for (int i = 0; i < WIDTH; i++) {
            request.add(KEY + i);
        }
        return request.toArray();
    }

    private void readInTransaction(RespClient client) throws IOException {
        client.send("MULTI");
        client.send("DBSIZE");
        client.send(mget());
        client.send("DBSIZE");
        client.send("EXEC");
        client.flush();
        for (int i = 0; i < 4; i++) {
            client.read();
        }
        Object reply = client.read();
        if (isLoading(reply)) {
            return;
        }
        List<?> replies = (List<?>) reply;
        long generation = generation(replies.get(1));
        long wanted = generation == oldGeneration ? oldKeys : newKeys;
        for (Object size : List.of(replies.get(0), replies.get(2))) {
            if ((Long) size != wanted) {
                throw new AssertionError(size + " keys with generation " + generation);
            }
        }
    }

    private void readInPipeline(RespClient client) throws IOException {
        for (int i = 0; i < PIPELINED; i++) {
            client.send("GET", KEY + i % WIDTH);
        }
        client.flush();
        for (int i = 0; i < PIPELINED; i++) {
            Object reply = client.read();
            if (!isLoading(reply)) {
                seen(number(reply));
            }
        }
    }

    private boolean isLoading(Object reply) {
        if (!(reply instanceof ErrorReplyException error)) {
            return false;
        }
        boolean isLoading =
                error.getMessage().startsWith("LOADING ") || error.getMessage().startsWith("EXECABORT ");
        if (!isLoading || !mayBeLoading) {
            throw new AssertionError(error);
        }
        loadings = loadings + 1;
        return true;
    }

    private long generation(Object reply) {
        if (isLoading(reply)) {
            return last;
        }
        List<?> values = (List<?>) reply;
        long first = number(values.get(0));
        for (Object value : values) {
            if (number(value) != first) {
                throw new AssertionError("generations " + first + " and " + number(value) + " in one reply");
            }
        }
        seen(first);
        return first;
    }

    private static long number(Object reply) {
        if (reply == null) {
            throw new AssertionError("a key is missing");
        }
        return Long.parseLong(new String((byte[]) reply, StandardCharsets.US_ASCII));
    }

    private void seen(long generation) {
        if (generation < last) {
            throw new AssertionError("generation " + generation + " after " + last);
        }
        last = generation;
        reads = reads + 1;
    }

    @Override
    public void close() {
        isStopped = true;
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        require();
    }
}
