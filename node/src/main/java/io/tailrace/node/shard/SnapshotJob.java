package io.tailrace.node.shard;

import io.tailrace.node.backlog.Backlog;
import io.tailrace.node.platform.Background;
import io.tailrace.node.platform.Background.Task;
import io.tailrace.node.platform.Background.Work;
import io.tailrace.node.platform.FileFailure;
import io.tailrace.node.store.Store;
import io.tailrace.node.store.StoreWalk;
import io.tailrace.snapshot.SnapshotFiles;
import io.tailrace.snapshot.SnapshotHeader;
import io.tailrace.snapshot.SnapshotWriter;
import io.tailrace.wire.fault.FaultPoint;
import java.io.IOException;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one snapshot of a shard in the background while the shard goes on serving.
 *
 * <p>A thread copies the entries of one map segment under its lock and encodes and writes them after it. It never looks at
 * the log: where the snapshot begins was settled before it started; once the walk is over the reactor notes where it ends
 * and starts another thread for the rest. Created, polled and cancelled by the reactor thread.
 *
 * <pre>
 *  state      who leaves it  when
 *  WALKING    thread         every segment was visited             -> WALKED
 *  WALKED     reactor        it has noted the end and freed the walk -> FINISHING
 *  FINISHING  second thread  log forced up to the end, file renamed -> DONE
 *  any        either thread  an error, or cancelled                 -> FAILED
 * </pre>
 */
public final class SnapshotJob {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotJob.class);
    private static final int KEPT_SNAPSHOTS = 2;
    /** By how much an entry is longer in the file than in the store. */
    private static final int ENTRY_OVERHEAD = 4;

    enum State {
        /** The thread visits segments. */
        WALKING,
        /** The reactor has to note where the snapshot ends. */
        WALKED,
        /** A thread writes the trailer and syncs. */
        FINISHING,
        /** The file has its name. */
        DONE,
        /** There is no file. */
        FAILED
    }

    private final Store store;
    private final Backlog backlog;
    private final SnapshotFiles files;
    private final SnapshotWriter writer;
    private final SnapshotHeader header;
    private final StoreWalk walk;
    private final EntryBatch batch;
    private final Runnable progress;
    private final Predicate<String> isHeld;
    private final Background background;
    private final String name;
    private final long expectedBytes;
    private Task task;
    private int nextSegment;
    private boolean isWalkEnded;
    private long endIndex;
    private long endChain;
    private long endDense;
    private volatile State state = State.WALKING;
    private volatile boolean isCancelled;
    private volatile String failure;

    SnapshotJob(Shard shard, SnapshotFiles files, SnapshotHeader header) throws IOException {
        store = shard.store();
        backlog = shard.backlog();
        this.files = files;
        this.header = header;
        writer = new SnapshotWriter(files.directory(), header);
        expectedBytes = store.dataBytes() + store.keys() * ENTRY_OVERHEAD;
        batch = new EntryBatch();
        progress = shard.progress();
        isHeld = shard::isSnapshotHeld;
        walk = store.beginWalk();
        background = shard.settings().background();
        name = "snapshot-" + shard.id();
        task = background.start(name, this::walkOn);
    }

    public SnapshotHeader header() {
        return header;
    }

    /** How long the file will be, bytes, by what the store held when it began. */
    public long expectedBytes() {
        return expectedBytes;
    }

    /** The file as it grows; any thread may read what is published. */
    public SnapshotWriter writer() {
        return writer;
    }

    /** Moves the job along, on the reactor thread; returns whether it is over, well or not. */
    boolean poll() {
        if (state == State.WALKED) {
            endWalk();
            endIndex = backlog.lastIndex();
            endChain = backlog.lastChain();
            endDense = backlog.denseCount();
            state = State.FINISHING;
            task = background.run(name, this::finish);
        }
        if (state == State.DONE || state == State.FAILED) {
            endWalk();
            return true;
        }
        return false;
    }

    private void endWalk() {
        if (!isWalkEnded) {
            isWalkEnded = true;
            store.endWalk();
        }
    }

    public boolean isDone() {
        return state == State.DONE;
    }

    /** Why there is no snapshot, when it failed. */
    public String failure() {
        return failure;
    }

    /** Ends the job without a file and waits for its thread, on the reactor thread, before the store goes. */
    void cancel() {
        isCancelled = true;
        task.await();
        if (state == State.WALKED) {
            fail(new IOException("cancelled"));
        }
        poll();
    }

    /** Waits for the end of a job nobody else polls, as at a clean stop. */
    void complete() {
        do {
            task.await();
        } while (!poll());
    }

    /** Visits the next segment of the map, or ends the walk. */
    private long walkOn() {
        try {
            if (isCancelled) {
                throw new IOException("cancelled");
            }
            if (nextSegment < walk.segments()) {
                walk.segment(nextSegment++, batch);
                batch.drainTo(writer::entry);
                if (nextSegment == walk.segments() / 2) {
                    FaultPoint.SNAPSHOT_HALF.hit();
                }
                return Work.MORE;
            }
            batch.close();
            state = State.WALKED;
            progress.run();
        } catch (Throwable e) {
            fail(e);
        }
        return Work.OVER;
    }

    private void finish() {
        try {
            if (isCancelled) {
                throw new IOException("cancelled");
            }
            backlog.forceUpTo(endIndex);
            writer.finish(endIndex, endChain, endDense);
            files.retain(
                    KEPT_SNAPSHOTS,
                    file -> file.isValid() && isHeld.test(file.header().id()));
            state = State.DONE;
            progress.run();
        } catch (Throwable e) {
            fail(e);
        }
    }

    /** Whatever it is: a job that ended without a word would be waited for ever. */
    private void fail(Throwable e) {
        if (!isCancelled) {
            LOG.error("snapshot of shard {} failed: {}", header.shard(), FileFailure.of(e));
        }
        failure = FileFailure.of(e);
        writer.abort();
        batch.close();
        state = State.FAILED;
        progress.run();
    }
}
