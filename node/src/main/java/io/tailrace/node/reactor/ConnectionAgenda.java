package io.tailrace.node.reactor;

import io.tailrace.node.shard.ShardFailedException;
import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.util.ArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections that have something to do later in the cycle, or in the next: executing what they hold, sending what was
 * replied. Owned by the reactor thread; two lists each, so that work may add work while it is done.
 */
final class ConnectionAgenda {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionAgenda.class);

    private ArrayList<Connection> dirty = new ArrayList<>();
    private ArrayList<Connection> flushing = new ArrayList<>();
    private ArrayList<Connection> ready = new ArrayList<>();
    private ArrayList<Connection> resuming = new ArrayList<>();

    /** Connections whose answers wait for the disk. */
    private final ArrayList<Connection> held = new ArrayList<>();

    /** What was answered since the last flush is not sent until {@link #releaseHeld}, nor what follows on these connections. */
    void holdDirty() {
        dirty.forEach(Connection::hold);
        held.addAll(dirty);
        dirty.clear();
    }

    void releaseHeld() {
        held.forEach(Connection::release);
        dirty.addAll(held);
        held.clear();
    }

    void flushLater(Connection connection) {
        dirty.add(connection);
    }

    /** Executes what a connection holds in the next step, if it is not about to already. */
    void resume(Connection connection) {
        if (connection.markReady()) {
            ready.add(connection);
        }
    }

    /** Lets the connections execute that were waiting to; returns how many. */
    int resumeReady() {
        if (ready.isEmpty()) {
            return 0;
        }
        ArrayList<Connection> now = ready;
        ready = resuming;
        resuming = now;
        for (Connection connection : now) {
            connection.clearReady();
            if (!connection.isClosed()) {
                execute(connection);
            }
        }
        int count = now.size();
        now.clear();
        return count;
    }

    /** What is one connection's trouble, such as no memory for its reply, is nobody else's. */
    private static void execute(Connection connection) {
        try {
            connection.execute();
        } catch (ShardFailedException e) {
            throw e;
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.error("a connection is closed by a fault of this node", e);
            connection.onFailure(e);
        }
    }

    /** Sends what was replied; returns on how many connections. A socket that fails closes its connection. */
    int flush() {
        if (dirty.isEmpty()) {
            return 0;
        }
        ArrayList<Connection> now = dirty;
        dirty = flushing;
        flushing = now;
        for (Connection connection : now) {
            try {
                connection.flush();
            } catch (IOException | CancelledKeyException e) {
                connection.onFailure(e);
            }
        }
        int count = now.size();
        now.clear();
        return count;
    }
}
