package io.tailrace.node.reactor;

import io.tailrace.node.config.SoftLimit;
import io.tailrace.wire.memory.NativeBuffer;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A reactor's client connections, and their input buffers: a connection has one of its own only while it has a part of a request,
 * all others share the one that was used last.
 */
final class Connections implements ClientPlaces, AutoCloseable {
    private static final int MAX_POOLED = 64;
    private static final long SHRINKS_AFTER_MILLIS = 2_000;

    private final Map<Long, Connection> byId = new LinkedHashMap<>();
    private final Map<Long, PeerConnection> detached = new LinkedHashMap<>();
    private final ArrayDeque<NativeBuffer> pool = new ArrayDeque<>();
    private final AtomicInteger assigned = new AtomicInteger();
    private final Runnable onGone;
    private final ClientMemory memory = new ClientMemory();
    private final RecentMost input = new RecentMost();
    private final RecentMost output = new RecentMost();

    /** @param onGone run when one has closed, or could not be taken over */
    Connections(Runnable onGone) {
        this.onGone = onGone;
    }

    /** Those that are open or on their way here; any thread. */
    int assigned() {
        return assigned.get();
    }

    /** Notes that one is on its way here; any thread. */
    void assign() {
        assigned.incrementAndGet();
    }

    /** Notes that it went elsewhere; any thread. */
    void unassign() {
        assigned.decrementAndGet();
    }

    void add(Connection connection) {
        byId.put(connection.id(), connection);
        memory.measure(connection.share());
    }

    @Override
    public void closed(long id) {
        byId.remove(id);
        detached.remove(id);
        gone();
    }

    @Override
    public void detach(long id, PeerConnection owner) {
        byId.remove(id);
        detached.put(id, owner);
    }

    /** Connections of clients that other owners have taken over. */
    Collection<PeerConnection> detached() {
        return detached.values();
    }

    /** One that was on its way here could not be taken over. */
    void gone() {
        unassign();
        onGone.run();
    }

    /** One that is open, or null. */
    Connection of(long id) {
        return byId.get(id);
    }

    Collection<Connection> all() {
        return byId.values();
    }

    int count() {
        return byId.size();
    }

    /** What they hold. */
    ClientMemory memory() {
        return memory;
    }

    /** About once a second: measures all of them, as buffers may have been given back since. */
    void measure() {
        input.nextSecond();
        output.nextSecond();
        for (Connection connection : byId.values()) {
            memory.measure(connection.share());
            input.see(connection.requests().input().bufferBytes());
            output.see(connection.replies().bytes());
        }
    }

    /** The largest buffer for requests that one of them had lately. */
    long recentInput() {
        return input.value();
    }

    /** The most that one of them was to be sent lately. */
    long recentOutput() {
        return output.value();
    }

    /** Takes the memory back of those that had nothing to do for a while. */
    void shrinkIdle(long nowSteadyMs) {
        for (Connection connection : byId.values()) {
            if (connection.info().lastActiveSteadyMs() < nowSteadyMs - SHRINKS_AFTER_MILLIS) {
                connection.shrink();
            }
        }
    }

    /** Closes those that have had much unsent for too long. */
    void closeAboveSoftLimits(ClientLimits limits, long nowSteadyMs) {
        for (Connection connection : List.copyOf(byId.values())) {
            SoftLimit limit = limits.softOutput(connection.info());
            if (connection
                    .replies()
                    .softLimit()
                    .isExceeded(limit, connection.replies().bytes(), nowSteadyMs)) {
                connection.closeForOutput();
            }
        }
    }

    /** Those that were active since then were so until another time. */
    void wereActive(long sinceSteadyMs, long untilSteadyMs) {
        for (Connection connection : byId.values()) {
            if (connection.info().lastActiveSteadyMs() >= sinceSteadyMs) {
                connection.info().activeUntil(untilSteadyMs);
            }
        }
    }

    /**
     * Closes those that sent nothing since then, except those that wait for a reply or for messages; of those with another owner the ones
     * that have something to take and took nothing.
     */
    void closeIdle(long sinceSteadyMs) {
        byId.values().stream()
                .filter(connection -> connection.info().lastActiveSteadyMs() < sinceSteadyMs)
                .filter(connection -> !connection.requests().isBlocked()
                        && connection.replies().isEmpty())
                .filter(connection -> !connection.info().isSubscribed())
                .toList()
                .forEach(Connection::close);
        detached.values().stream()
                .filter(owner -> owner.pendingBytes() > 0 && owner.client().lastActiveSteadyMs() < sinceSteadyMs)
                .toList()
                .forEach(PeerConnection::kill);
    }

    @Override
    public NativeBuffer takeBuffer() {
        NativeBuffer pooled = pool.poll();
        return pooled == null ? new NativeBuffer(INPUT_CAPACITY) : pooled;
    }

    @Override
    public void giveBuffer(NativeBuffer buffer) {
        if (buffer.capacity() >= INPUT_CAPACITY && pool.size() < MAX_POOLED) {
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
