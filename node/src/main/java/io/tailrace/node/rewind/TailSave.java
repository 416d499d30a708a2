package io.tailrace.node.rewind;

import io.tailrace.node.backlog.BacklogReader;
import io.tailrace.node.platform.Background.Task;
import io.tailrace.node.platform.Background.Work;
import io.tailrace.node.rewind.Divergence.Tail;
import io.tailrace.node.shard.Shard;
import io.tailrace.wire.handshake.HistoryPosition;
import io.tailrace.wire.record.HexText;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Saves what a shard holds and its primary does not, before a copy of the primary's log replaces it: the writes after the last
 * record both have, as far as the shard's own log reaches back. The shard's data stays as it is. Created, asked and closed
 * by the shard's reactor thread; a thread of the background does the work.
 */
public final class TailSave {
    private static final Logger LOG = LoggerFactory.getLogger(TailSave.class);

    private final Shard shard;
    private final Divergence divergence;
    private final String missing;
    private final Runnable wake;
    private final Task task;
    private volatile boolean isCancelled;
    private volatile boolean isSaved;
    private volatile String failure;

    /**
     * Begins.
     *
     * @param shared the last record both have, or null when none is known: then all of the log is saved
     * @param then what has to be done once it is saved, in the background too; gives null, or why it can't be
     * @param wake lets the reactor know that it is over; any thread calls it
     * @throws IOException also when {@code shared} is not what this log has there
     */
    public TailSave(Shard shard, HistoryPosition shared, Then then, Runnable wake) throws IOException {
        this.shard = shard;
        this.wake = wake;
        missing = missing(shard, shared);
        boolean isHeld = shared != null && missing == null;
        Tail tail = isHeld ? Tail.after(shared.index(), requireChain(shard, shared)) : Tail.all(shard.backlog());
        divergence = new Divergence(shard, tail, false);
        task = shard.settings().background().start("save-" + shard.id(), () -> step(then));
    }

    /** What follows a save, and may wait for the disk. */
    @FunctionalInterface
    public interface Then {
        /** Returns null when it is done, or why it is not. */
        String run() throws IOException;
    }

    /** Which writes the log does not hold any more although no other node is known to have them, or null. */
    private static String missing(Shard shard, HistoryPosition shared) {
        long first = shard.backlog().firstIndex();
        boolean isTooOld = shared == null ? !shard.isWhole() : shared.index() < first;
        return isTooOld
                ? "its log begins at " + QueueIndex.toString(first) + " and what it shares with its primary ends "
                        + (shared == null ? "nowhere" : "at " + QueueIndex.toString(shared.index()))
                : null;
    }

    /**
     * Whether a record that is said to be in both logs may be in a shard's: it is, or is older than the log.
     *
     * @param shared null for none
     */
    public static boolean isHeld(Shard shard, HistoryPosition shared) {
        if (shared == null) {
            return false;
        }
        boolean isOlder = shared.index() < shard.backlog().firstIndex();
        return isOlder || shard.backlog().contains(shared.index()) && isChain(shared, chainAt(shard, shared));
    }

    private static boolean isChain(HistoryPosition shared, long chain) {
        return !shared.isProven() || shared.chain() == chain;
    }

    private static long chainAt(Shard shard, HistoryPosition shared) {
        try (BacklogReader reader = shard.backlog().reader()) {
            return reader.readAt(shared.index()).chain();
        }
    }

    private static long requireChain(Shard shard, HistoryPosition shared) throws IOException {
        String where = QueueIndex.toString(shared.index()) + " of history " + shared.history();
        if (!shard.backlog().contains(shared.index())) {
            throw new IOException("the primary says that both have " + where + ", which this log does not have");
        }
        long chain = chainAt(shard, shared);
        if (!isChain(shared, chain)) {
            throw new IOException("at " + where + " the primary's chain is " + HexText.of(shared.chain())
                    + ", here it is " + HexText.of(chain));
        }
        return chain;
    }

    private long step(Then then) {
        try {
            if (isCancelled) {
                return Work.OVER;
            }
            if (!divergence.step()) {
                return Work.MORE;
            }
            String problem = then.run();
            if (problem == null) {
                isSaved = true;
            } else {
                failure = problem;
            }
        } catch (IOException | RuntimeException | Error e) {
            LOG.error("shard={}: can't save this node's own writes: {}", shard.id(), e.toString());
            failure = "can't save this node's own writes: " + e.getMessage();
        }
        wake.run();
        return Work.OVER;
    }

    /** Whether the writes have their file and what followed is done. */
    public boolean isSaved() {
        return isSaved;
    }

    /** Why it can't be done, or null. */
    public String failure() {
        return failure;
    }

    /** Once it is saved: how many records. */
    public long records() {
        return divergence.records();
    }

    /** Once it is saved: the file, or null when there was no write to save. */
    public Path savedAs() {
        return divergence.savedAs();
    }

    /** Which writes that no other node is known to have are not in the file, in words, or null when it has all. */
    public String missing() {
        return missing;
    }

    /** Ends it, whether or not it is over. */
    public void close() {
        isCancelled = true;
        shard.settings().background().run("save-end-" + shard.id(), () -> {
            task.await();
            divergence.close();
        });
    }
}
