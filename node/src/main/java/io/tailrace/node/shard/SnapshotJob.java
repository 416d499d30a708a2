package io.tailrace.node.shard;

import io.tailrace.node.backlog.Backlog;
import io.tailrace.node.platform.Background;
import io.tailrace.node.platform.Background.Task;
import io.tailrace.node.platform.Background.Work;
import io.tailrace.node.platform.FileFailure;
import io.tailrace.node.platform.StateMachine;
import io.tailrace.node.store.Databases;
import io.tailrace.snapshot.SnapshotFiles;
import io.tailrace.snapshot.SnapshotHeader;
import io.tailrace.snapshot.SnapshotWriter;
import io.tailrace.snapshot.fault.FaultPoint;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one snapshot of a shard in the background while the shard continues serving.
 *
 * <p>A thread copies the entries of one map segment under its lock and encodes and writes them after it. It never looks at
 * the log: where the snapshot begins was settled before it started; once the walk is over the reactor notes where it ends
 * and starts another thread for the rest. Created, polled and cancelled by the reactor thread.
 *
 * <pre>
 *  state      who leaves it  when
 *  BEGUN      reactor        a cycle later, as the one before may have opened a segment of the log: it has
 *                            opened the file and the walk, and starts the thread -> WALKING
 *  WALKING    thread         it has reached large collections      -> ASKING
 *                            every segment was visited             -> WALKED
 *  ASKING     reactor        it has frozen some of them, and starts the thread again -> WALKING
 *  WALKED     reactor        a large collection was renamed since  -> WALKING
 *                            it has noted the end and freed the walk -> FINISHING
 *  FINISHING  second thread  log forced up to the end, and those of other shards that it depends on, file renamed -> DONE
 *  any        either thread  an error, or cancelled                 -> FAILED
 * </pre>
 */
public final class SnapshotJob {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotJob.class);
    private static final int RETAINED_SNAPSHOTS = 2;
    private static final String CANCELLED = "cancelled";
    /** By how much an entry is longer in the file than in the store. */
    private static final int ENTRY_OVERHEAD = 4;

    enum State implements StateMachine.State<State> {
        /** The reactor has to open the file and the walk. */
        BEGUN,
        /** The thread visits segments. */
        WALKING,
        /** The reactor has to freeze large collections. */
        ASKING,
        /** The reactor has to note where the snapshot ends. */
        WALKED,
        /** A thread writes the trailer and syncs. */
        FINISHING,
        /** The file has its name. */
        DONE,
        /** There is no file. */
        FAILED;

        @Override
        public Set<State> successors() {
            switch (this) {
                case BEGUN:
                    return EnumSet.of(WALKING, FAILED);
                case WALKING:
                    return EnumSet.of(ASKING, WALKED, FAILED);
                case ASKING:
                    return EnumSet.of(WALKING, FAILED);
                case WALKED:
                    return EnumSet.of(WALKING, FINISHING, FAILED);
                case FINISHING:
                    return EnumSet.of(DONE, FAILED);
                default:
                    return EnumSet.noneOf(State.class);
            }
        }
    }

    /**
     * @param records up to it, with it
     * @param logs of all shards, then
     */
    private record End(long index, long chain, long records, LogEnds logs) {}

    /** What the thread does. A class: a reactor takes 0.4 ms for the first use of a lambda. */
    private final class Walking implements Work {
        @Override
        public long step() {
            return continueWalk();
        }
    }

    private final Shard shard;
    private final Databases databases;
    private final Backlog backlog;
    private final SnapshotFiles files;
    private final Snapshots snapshots;
    private final boolean isHere;
    private final long neededFrom;
    private final Runnable progress;
    private final Background background;
    private final String name;
    private final long expectedBytes;
    private boolean isNextCycle;
    private SnapshotHeader header;
    // from WALKING on
    private SnapshotWriter writer;
    private SnapshotWalk walk;
    private Task task;
    private boolean isWalkEnded;
    private final List<Runnable> waiting = new ArrayList<>(0);
    /** Where the log ended when the walk had. */
    private End end;

    private final StateMachine<State> machine;
    private volatile boolean isCancelled;
    private volatile String spoiledBy;
    private volatile String failure;

    /**
     * @param isHere as for {@link Snapshots#header(boolean)}
     * @param neededFrom from which index on a start would redo if the walk began now
     */
    SnapshotJob(Shard shard, SnapshotFiles files, Snapshots snapshots, boolean isHere, long neededFrom) {
        this.shard = shard;
        databases = shard.databases();
        backlog = shard.backlog();
        this.files = files;
        this.snapshots = snapshots;
        this.isHere = isHere;
        this.neededFrom = neededFrom;
        expectedBytes = databases.dataBytes() + databases.keys() * ENTRY_OVERHEAD;
        progress = shard.progress();
        background = shard.settings().background();
        name = "snapshot-" + shard.id();
        machine = new StateMachine<>(name, State.BEGUN);
    }

    private void open() {
        try {
            writer = new SnapshotWriter(files.directory(), header());
        } catch (IOException e) {
            fail(new IOException("can't begin it in " + files.directory() + ": " + FileFailure.of(e), e));
            return;
        }
        FaultPoint.SNAPSHOT_BEGUN.hit();
        walk = new SnapshotWalk(databases, shard.types(), writer);
        walk("the file and the walk are open");
    }

    private boolean hasWalk() {
        return walk != null && !isWalkEnded;
    }

    /** Whether the next cycle's {@link #poll} has something to do. */
    boolean isBegun() {
        return machine.is(State.BEGUN);
    }

    /** Made when it is asked for, or when the walk begins, which is a cycle's work less in the one that has opened a segment. */
    public SnapshotHeader header() {
        if (header == null) {
            header = snapshots.header(isHere);
        }
        return header;
    }

    /** The first index of the log that it needs. */
    long neededFrom() {
        return header == null ? neededFrom : header.beginIndex();
    }

    /** How long the file will be, bytes, by what the store held when it began. */
    public long expectedBytes() {
        return expectedBytes;
    }

    /** How many keys are in the file so far, those that came since it began included. */
    long writtenKeys() {
        return walk == null ? 0 : walk.keys();
    }

    /** How much of the file can be read. */
    public long publishedBytes() {
        return writer == null ? 0 : writer.publishedBytes();
    }

    /** The file as it grows, once something is published. */
    public FileChannel openFile() throws IOException {
        return writer.open();
    }

    /** The file's whole length, once it is done. */
    public long length() {
        return writer.trailer().fileLength();
    }

    /** Moves the job along, on the reactor thread; returns whether it is over, well or not. */
    boolean poll() {
        if (hasWalk()) {
            walk.thaw();
        }
        if (isCancelled && (isBegun() || machine.is(State.ASKING) || machine.is(State.WALKED))) {
            fail(new IOException(CANCELLED));
        }
        switch (machine.state()) {
            case BEGUN:
                if (isNextCycle) {
                    open();
                }
                isNextCycle = true;
                return false;
            case ASKING:
                walk.freeze();
                walk("the collections are frozen");
                return false;
            case WALKED:
                pollWalked();
                return false;
            case DONE, FAILED:
                endWalk();
                return true;
            default:
                return false;
        }
    }

    private void pollWalked() {
        if (walk.hasMoved() || spoiledBy != null) {
            walk("a large collection was renamed");
        } else {
            endWalk();
            end = new End(
                    backlog.lastIndex(),
                    backlog.lastChain(),
                    backlog.recordCount(),
                    shard.sharing().dependedOn());
            machine.to(State.FINISHING, "the walk has ended");
            task = background.run(name, this::finish);
        }
    }

    private void walk(String why) {
        machine.to(State.WALKING, why);
        task = background.start(name, new Walking());
    }

    private void endWalk() {
        if (hasWalk()) {
            isWalkEnded = true;
            walk.close();
        }
    }

    /** The states it went through, for tests. */
    StateMachine<State> machine() {
        return machine;
    }

    public boolean isDone() {
        return machine.is(State.DONE);
    }

    /** Why there is no snapshot, when it failed. */
    public String failure() {
        return failure;
    }

    /** Runs a task once the job is over, well or not, on the reactor thread. */
    public void whenOver(Runnable task) {
        waiting.add(task);
    }

    /** The job is over, and the shard knows of it. */
    void tellOver() {
        waiting.forEach(Runnable::run);
        waiting.clear();
    }

    /** Asks the job to end without a file, unless it is about to have one; {@link #poll} tells when it has. */
    void requestCancel() {
        isCancelled = true;
    }

    boolean isCancelled() {
        return isCancelled;
    }

    /** Ends the job and waits for its thread, before the store goes; by the one thread that uses the store then. */
    void cancel() {
        requestCancel();
        await();
        poll();
    }

    private void await() {
        if (task != null) {
            task.await();
        }
    }

    /** Sees the job to its end while nothing else polls, as at a clean stop. */
    void complete() {
        do {
            await();
        } while (!poll());
    }

    /** Visits the next segment of the map, or ends the walk. */
    private long continueWalk() {
        try {
            if (isCancelled) {
                throw new IOException(CANCELLED);
            }
            if (spoiledBy != null) {
                throw new IOException(spoiledBy);
            }
            SnapshotWalk.Next next = walk.step();
            if (next == SnapshotWalk.Next.STEP) {
                return Work.MORE;
            }
            boolean isAsking = next == SnapshotWalk.Next.FREEZE;
            machine.to(
                    isAsking ? State.ASKING : State.WALKED,
                    isAsking ? "it has reached large collections" : "every segment was visited");
            progress.run();
        } catch (Throwable e) {
            fail(e);
        }
        return Work.OVER;
    }

    /**
     * A large collection is another key's now, by an effect that a redo can't carry out by itself: the file must have it as it is
     * then. On the reactor thread.
     */
    void moved(int place, long key, int keyLength) {
        if (hasWalk()) {
            walk.moved(place, key, keyLength);
        }
    }

    /** What the walk has copied can't be used. On the reactor thread. */
    void spoil(String reason) {
        if (hasWalk()) {
            spoiledBy = reason;
        }
    }

    private void finish() {
        try {
            if (isCancelled) {
                throw new IOException(CANCELLED);
            }
            backlog.sync().upTo(end.index());
            end.logs().force();
            writer.finish(end.index(), end.chain(), end.records());
            files.retain(
                    RETAINED_SNAPSHOTS,
                    file -> file.isValid() && shard.isSnapshotHeld(file.header().id()));
            machine.to(State.DONE, "the file has its name");
            progress.run();
        } catch (Throwable e) {
            fail(e);
        }
    }

    /** Whatever it is: a job that ended without a word would be waited forever. */
    private void fail(Throwable e) {
        if (!isCancelled) {
            LOG.error("shard={}: snapshot failed: {}", shard.id(), FileFailure.of(e));
        }
        failure = FileFailure.of(e);
        try {
            if (writer != null) {
                writer.abort();
            }
        } finally {
            machine.to(State.FAILED, failure);
            progress.run();
        }
    }
}
