package io.tailrace.node.shard;

import io.tailrace.node.platform.Background.Task;
import io.tailrace.snapshot.fault.FaultPoint;
import java.io.IOException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The next generation of a shard's data: built beside the current one, and then put in its place or given up. Owned by the
 * shard's reactor thread, or by the one thread of an offline tool.
 *
 * <pre>
 *  begin      an empty directory with a number of its own        a crash: the old generation, this one is deleted
 *  (filled)   log, snapshots and history, all forced             the same
 *  commit     CURRENT names it; blocks for the disk              a crash: this one
 *  activate   it serves, in memory too; what it replaced is
 *             closed and deleted in the background               a crash: this one, what it replaced is deleted
 *  abandon    instead of commit: it is closed and deleted        a crash: the old generation
 * </pre>
 *
 * <p>So nothing that a node holds is deleted before what replaces it is whole and on the disk. Between commit and activate
 * nothing may be written to the current data, which a crash would lose.
 */
public final class Generation {
    private static final Logger LOG = LoggerFactory.getLogger(Generation.class);

    private final ShardDirectory replaced;
    private final ShardDirectory directory;
    private String reasonToKeep;
    private boolean isAhead;
    private ShardData data;
    private Task committing;
    private Task cleaning;
    private volatile boolean isCommitted;
    private volatile String failure;
    private volatile boolean isUndecided;

    private Generation(ShardDirectory replaced, ShardDirectory directory) {
        this.replaced = replaced;
        this.directory = directory;
    }

    /** An empty one beside the current generation. */
    public static Generation begin(ShardDirectory current) throws IOException {
        return new Generation(current, current.createNext());
    }

    public ShardDirectory directory() {
        return directory;
    }

    /** Gives it the data that its directory holds, which it closes when it is given up. */
    public ShardData fill(ShardData filled) {
        data = filled;
        return filled;
    }

    public ShardData data() {
        return data;
    }

    /** Lets the generation that it replaces stay on the disk, for an operator to look at and to delete. */
    public void keepReplaced(String reason) {
        reasonToKeep = reason;
    }

    /** Where the generation that it replaces stays, or null when it is deleted. */
    public String keptReplaced() {
        return reasonToKeep == null ? null : replaced.toString();
    }

    /**
     * Makes it the one that a start uses; durable when the call returns. Any thread.
     *
     * @throws IOException when the disk fails; then the other one is current as before, or {@link #isUndecided}
     */
    public void commit() throws IOException {
        if (reasonToKeep != null) {
            replaced.markKept(reasonToKeep);
        }
        if (isAhead || AheadMark.isSet(replaced)) {
            AheadMark.set(directory);
        }
        try {
            directory.activate();
            isCommitted = true;
        } catch (IOException e) {
            putBack(e);
            throw e;
        }
    }

    /** What has to be on the disk before a generation is made current. */
    @FunctionalInterface
    public interface Force {
        void run() throws IOException;
    }

    /**
     * Begins to force and to {@link #commit} in the background; then {@link #isCommitted}, or there is a {@link #failure}.
     *
     * @param wake lets the reactor know; any thread calls it
     */
    public void commitSoon(Shard shard, Force force, Runnable wake) {
        isAhead = shard.settings().shardCount() > 1;
        committing = shard.settings().background().run("commit-" + shard.id(), () -> {
            try {
                force.run();
                FaultPoint.SYNC_DURABLE.hit();
                commit();
            } catch (IOException | RuntimeException | Error e) {
                failure = "can't make " + directory + " current: " + e.getMessage();
            }
            wake.run();
        });
    }

    /** Whether {@link #commitSoon} was called. */
    public boolean isCommitting() {
        return committing != null;
    }

    /** Why it could not be committed, or null. */
    public String failure() {
        return failure;
    }

    /**
     * Decides what becomes of it when it is no longer filled: one that is being committed is waited for, as it may be in
     * force on the disk already, and then activated.
     *
     * @param complete brings its store to the end of its log, before it serves; gives null or why that can't be
     * @return whether it serves now; otherwise it is to be given up
     */
    public boolean settle(Shard shard, Supplier<String> complete) {
        if (committing == null) {
            return false;
        }
        committing.await();
        requireDecided(shard);
        if (isCommitted) {
            String problem = complete.get();
            if (problem != null) {
                throw new ShardFailedException(shard.id(), "its new data is current but can't be served: " + problem);
            }
            activate(shard);
        }
        return isCommitted;
    }

    /** The name may have been replaced, and only its way to the disk have failed. */
    private void putBack(IOException failure) {
        try {
            if (directory.isCurrent()) {
                replaced.activate();
            }
        } catch (IOException e) {
            failure.addSuppressed(e);
            isUndecided = true;
        }
    }

    public boolean isCommitted() {
        return isCommitted;
    }

    /** Whether a start may use this one although it could not be committed: nothing must be written to either any more. */
    public boolean isUndecided() {
        return isUndecided;
    }

    /** Throws what stops the shard when it {@link #isUndecided}. */
    public void requireDecided(Shard shard) {
        if (isUndecided) {
            throw new ShardFailedException(
                    shard.id(), "the disk does not say which of " + replaced + " and " + directory + " is current");
        }
    }

    /** After {@link #commit}: lets the shard serve its data. What that replaces is closed and deleted in the background. */
    public void activate(Shard shard) {
        assert isCommitted : directory;
        ReplacedData old = shard.replace(data);
        cleaning = shard.settings().background().run("replaced-" + shard.id(), () -> {
            FaultPoint.SYNC_REPLACED.hit();
            old.close();
            deleteReplacedQuietly();
        });
    }

    private void deleteReplacedQuietly() {
        try {
            deleteReplaced();
        } catch (IOException e) {
            LOG.warn("can't delete {}, which was replaced: {}; the next start deletes it", replaced, e.getMessage());
        }
    }

    /** After {@link #commit}, offline: deletes what it replaced, unless that is to stay. */
    public void deleteReplaced() throws IOException {
        if (reasonToKeep == null) {
            replaced.delete();
        }
    }

    /** Instead of {@link #commit}: closes and deletes it; blocks for the disk. On the thread that used its data last. */
    public void abandon() {
        assert !isCommitted : directory;
        if (data != null) {
            data.close();
        }
        if (isUndecided) {
            return;
        }
        try {
            directory.delete();
        } catch (IOException e) {
            LOG.warn("can't delete {}, which was abandoned: {}; the next start deletes it", directory, e.getMessage());
        }
    }

    /** Whether what was replaced is closed and deleted, if anything was. */
    public boolean hasCleaned() {
        return cleaning == null || cleaning.isOver();
    }

    /** Waits until what was replaced is closed and deleted. */
    public void await() {
        if (cleaning != null) {
            cleaning.await();
        }
    }
}
