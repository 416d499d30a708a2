package io.tailrace.node.reactor;

import io.tailrace.node.shard.ShardFailedException;
import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.util.ArrayList;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections that have something to do later in the cycle, or in the next: executing what they hold, sending what was
 * replied. Owned by the reactor thread; two lists each, so that work may add work while it is done.
 */
final class ConnectionAgenda {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionAgenda.class);

    /** A connection, as far as this is concerned. */
    interface Member {
        boolean isClosed();

        /** Executes what it holds, as far as it goes. */
        void execute();

        void flush() throws IOException;

        void onFailure(Throwable cause);
    }

    /** One connection's place here. */
    static final class Entry {
        private final Member connection;
        private final BooleanSupplier expectsMore;
        private boolean isDirty;
        private boolean isReady;
        private boolean isHeld;
        private boolean isPutOff;

        private Entry(Member connection, BooleanSupplier expectsMore) {
            this.connection = connection;
            this.expectsMore = expectsMore;
        }

        /** Whether it is to be flushed. */
        boolean isDirty() {
            return isDirty;
        }

        /** Whether what it has to send waits for the disk; it stays dirty meanwhile. */
        boolean isHeld() {
            return isHeld;
        }
    }

    private ArrayList<Entry> dirty = new ArrayList<>();
    private ArrayList<Entry> flushing = new ArrayList<>();
    private ArrayList<Entry> ready = new ArrayList<>();
    private ArrayList<Entry> resuming = new ArrayList<>();

    /** What is sent when the script has ended that runs now. */
    private final ArrayList<Entry> aside = new ArrayList<>();

    /** Connections whose answers wait for the disk. */
    private final ArrayList<Entry> held = new ArrayList<>();

    /** @param expectsMore whether other shards are about to answer it, and it has more to send then */
    Entry enter(Member connection, BooleanSupplier expectsMore) {
        return new Entry(connection, expectsMore);
    }

    /** What was answered since the last flush is not sent until {@link #releaseHeld}, nor what follows on these connections. */
    void holdDirty() {
        for (Entry entry : dirty) {
            entry.isHeld = true;
        }
        held.addAll(dirty);
        dirty.clear();
    }

    void releaseHeld() {
        for (Entry entry : held) {
            entry.isHeld = false;
        }
        dirty.addAll(held);
        held.clear();
    }

    /** Sends what a connection has, at the end of the cycle. */
    void flushLater(Entry entry) {
        if (!entry.isDirty) {
            entry.isDirty = true;
            dirty.add(entry);
        }
    }

    /** Executes what a connection holds in the next step, if it is not about to already. */
    void resume(Entry entry) {
        if (!entry.isReady) {
            entry.isReady = true;
            ready.add(entry);
        }
    }

    /** Lets the connections execute that were waiting to; returns how many. */
    int resumeReady() {
        if (ready.isEmpty()) {
            return 0;
        }
        ArrayList<Entry> now = ready;
        ready = resuming;
        resuming = now;
        for (int i = 0; i < now.size(); i++) {
            Entry entry = now.get(i);
            entry.isReady = false;
            if (!entry.connection.isClosed()) {
                execute(entry.connection);
            }
        }
        int count = now.size();
        now.clear();
        return count;
    }

    /** A failure in one connection, such as no memory for its reply, must not affect others. */
    private static void execute(Member connection) {
        try {
            connection.execute();
        } catch (ShardFailedException e) {
            throw e;
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.error("closing a connection after an internal error", e);
            connection.onFailure(e);
        }
    }

    /**
     * Sends what was replied; returns on how many connections. A socket that fails closes its connection.
     *
     * <p>A connection that other shards are about to answer has its replies sent one cycle later, once, and then with theirs: to send is
     * most of what a small reply costs. That cycle comes at once, as this counts as work.
     */
    int flush() {
        if (dirty.isEmpty()) {
            return 0;
        }
        ArrayList<Entry> now = dirty;
        dirty = flushing;
        flushing = now;
        for (int i = 0; i < now.size(); i++) {
            Entry entry = now.get(i);
            entry.isPutOff = !entry.isPutOff && entry.expectsMore.getAsBoolean();
            if (entry.isPutOff) {
                dirty.add(entry);
            } else {
                flush(entry);
            }
        }
        int count = now.size();
        now.clear();
        return count;
    }

    /**
     * Sends all of it, before the thread ends.
     *
     * @param isLogged whether what is answered is logged; nothing is sent where the thread ends because some of it could not be
     */
    void flushLast(boolean isLogged) {
        for (int i = 0; i < 2 && isLogged; i++) {
            flush();
        }
    }

    /** Keeps what is to be sent so far for after {@link #restore}. */
    void setAside() {
        aside.addAll(dirty);
        dirty.clear();
    }

    void restore() {
        dirty.addAll(aside);
        aside.clear();
    }

    /** As {@link #flush}, but for one connection, which is within a turn. */
    void flushAllBut(Member connection) {
        ArrayList<Entry> now = new ArrayList<>(dirty);
        dirty.clear();
        for (Entry entry : now) {
            if (entry.connection == connection) {
                dirty.add(entry);
            } else {
                flush(entry);
            }
        }
    }

    private static void flush(Entry entry) {
        assert !entry.isHeld : "held entries are not in the list";
        entry.isDirty = false;
        try {
            entry.connection.flush();
        } catch (IOException | CancelledKeyException e) {
            entry.connection.onFailure(e);
        }
    }
}
