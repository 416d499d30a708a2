package io.tailrace.node.reactor;

import io.tailrace.wire.memory.NativeBuffer;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A reactor's client connections, and input buffers: only who has sent a part of a request needs one of its own, all others share
 * the one that was used last.
 */
final class Connections implements AutoCloseable {
    static final int INPUT_CAPACITY = 64 << 10;
    private static final int MOST_POOLED = 64;
    private static final long RESTS_AFTER_MILLIS = 2_000;

    private final Map<Long, Connection> byId = new LinkedHashMap<>();
    private final ArrayDeque<NativeBuffer> pool = new ArrayDeque<>();

    void add(Connection connection) {
        byId.put(connection.id(), connection);
    }

    void remove(Connection connection) {
        byId.remove(connection.id());
    }

    Collection<Connection> all() {
        return byId.values();
    }

    int count() {
        return byId.size();
    }

    /** Takes the memory back of those that had nothing to do for a while. */
    void restIdle(long nowSteadyMillis) {
        for (Connection connection : byId.values()) {
            if (connection.info().lastActiveMillis() < nowSteadyMillis - RESTS_AFTER_MILLIS) {
                connection.rest();
            }
        }
    }

    /** Those that were active since then were so until another time. */
    void wereActive(long sinceSteadyMillis, long untilSteadyMillis) {
        for (Connection connection : byId.values()) {
            if (connection.info().lastActiveMillis() >= sinceSteadyMillis) {
                connection.info().activeUntil(untilSteadyMillis);
            }
        }
    }

    /** Closes those that sent nothing since then, but for who waits for a reply or for messages. */
    void closeSilent(long sinceSteadyMillis) {
        byId.values().stream()
                .filter(connection -> connection.info().lastActiveMillis() < sinceSteadyMillis)
                .filter(connection -> !connection.isBlocked() && !connection.hasWaitingReplies())
                .filter(connection -> !connection.info().isSubscribed())
                .toList()
                .forEach(Connection::close);
    }

    NativeBuffer takeBuffer() {
        NativeBuffer pooled = pool.poll();
        return pooled == null ? new NativeBuffer(INPUT_CAPACITY) : pooled;
    }

    void giveBuffer(NativeBuffer buffer) {
        if (buffer.capacity() >= INPUT_CAPACITY && pool.size() < MOST_POOLED) {
            buffer.shrinkTo(INPUT_CAPACITY);
            pool.push(buffer);
        } else {
            buffer.close();
        }
    }

    @Override
    public void close() {
        pool.forEach(NativeBuffer::close);
        pool.clear();
    }
}
