package io.tailrace.node.command;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.resp.Arguments;
import java.util.ArrayList;
import java.util.List;

/**
 * One client's command that waits for keys: its arguments, copied, and what is done when one of them is there. Owned by the
 * shard's thread, like {@link BlockedClients}, which has it closed.
 */
final class KeyWait implements AutoCloseable {
    /** A deadline that never comes. */
    static final long NEVER = Long.MAX_VALUE;

    private final WaitingClient client;
    private final KeyServer server;
    private final int firstKey;
    private final int keys;
    private final long deadlineSteadyMs;
    private final long number;
    private int database;
    private SpreadWait spread;
    private final NativeBuffer bytes;
    private final Arguments arguments = new Arguments();
    /** Where it is, one for each different key. */
    private final List<KeyQueue> queues = new ArrayList<>(1);

    /**
     * @param keys how many arguments from {@code firstKey} on are keys
     * @param deadlineSteadyMs by the steady clock, or {@link #NEVER}
     * @param number of the wait on this shard: a later one has a higher one
     */
    KeyWait(
            WaitingClient client,
            KeyServer server,
            Arguments request,
            int firstKey,
            int keys,
            long deadlineSteadyMs,
            long number) {
        this.client = client;
        this.server = server;
        this.firstKey = firstKey;
        this.keys = keys;
        this.deadlineSteadyMs = deadlineSteadyMs;
        this.number = number;
        bytes = new NativeBuffer((int) Math.max(1, request.totalLength()));
        long at = bytes.address();
        for (int i = 0; i < request.count(); i++) {
            Memory.copy(request.address(i), at, request.length(i));
            arguments.add(at, request.length(i));
            at += request.length(i);
        }
    }

    /** Of the keys. */
    int database() {
        return database;
    }

    void database(int ofKeys) {
        database = ofKeys;
    }

    /** What it is a part of, when its keys are on several shards, or null. */
    SpreadWait spread() {
        return spread;
    }

    void spread(SpreadWait whole) {
        spread = whole;
    }

    WaitingClient client() {
        return client;
    }

    KeyServer server() {
        return server;
    }

    Arguments arguments() {
        return arguments;
    }

    int firstKey() {
        return firstKey;
    }

    int endOfKeys() {
        return firstKey + keys;
    }

    long deadlineSteadyMs() {
        return deadlineSteadyMs;
    }

    long number() {
        return number;
    }

    List<KeyQueue> queues() {
        return queues;
    }

    /** Which argument is a key, the first if there are several; it is one of them. */
    int argumentOf(byte[] key) {
        int i = firstKey;
        while (!Memory.equals(arguments.address(i), arguments.length(i), key)) {
            i++;
            assert i < endOfKeys() : "not waited for";
        }
        return i;
    }

    @Override
    public void close() {
        bytes.close();
    }
}
