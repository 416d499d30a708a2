package io.tailrace.node.shard;

import io.tailrace.node.backlog.Backlog;
import io.tailrace.node.platform.Background;
import io.tailrace.node.platform.Background.Task;
import io.tailrace.node.platform.Background.Work;
import io.tailrace.node.platform.FileFailure;
import io.tailrace.node.platform.StateMachine;
import io.tailrace.node.store.DatabaseWalk;
import io.tailrace.node.store.Databases;
import io.tailrace.node.store.Entry;
import io.tailrace.node.store.EntryVisitor;
import io.tailrace.node.store.LibrarySet;
import io.tailrace.snapshot.SnapshotFiles;
import io.tailrace.snapshot.SnapshotHeader;
import io.tailrace.snapshot.SnapshotWriter;
import io.tailrace.snapshot.fault.FaultPoint;
import io.tailrace.wire.memory.Memory;
import java.io.IOException;
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

    /** Notes the large collections of a segment, under its lock. A class: a reactor takes 0.4 ms for the first use of a lambda. */
    private final class Collections implements EntryVisitor {
        @Override
        public void entry(long key, int keyLength, Entry entry) {
            collections.add(Memory.toBytes(key, keyLength));
        }
    }

    /** The walk. A class for the same reason. */
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
    private final SnapshotWriter writer;
    private final SnapshotHeader header;
    private final DatabaseWalk walk;
    private final EntryBatch batch;
    private final SnapshotOutput output;
    private final FreezeExchange exchange;
    private final Runnable progress;
    private final Background background;
    private final String name;
    private final long expectedBytes;
    private Task task;
    private LibrarySet libraries;
    private int nextSegment;
    private List<byte[]> collections = new ArrayList<>();
    private boolean isWalkEnded;
    private final List<Runnable> waiting = new ArrayList<>(0);
    /** Where the log ended when the walk had. */
    private End end;

    private final StateMachine<State> machine;
    private volatile boolean isCancelled;
    private volatile String spoiledBy;
    private volatile String failure;

    SnapshotJob(Shard shard, SnapshotFiles files, SnapshotHeader header) throws IOException {
        this.shard = shard;
        databases = shard.databases();
        backlog = shard.backlog();
        this.files = files;
        this.header = header;
        writer = new SnapshotWriter(files.directory(), header);
        FaultPoint.SNAPSHOT_BEGUN.hit();
        expectedBytes = databases.dataBytes() + databases.keys() * ENTRY_OVERHEAD;
        batch = new EntryBatch(new Collections());
        output = new SnapshotOutput(writer);
        exchange = new FreezeExchange(databases, shard.types());
        progress = shard.progress();
        libraries = databases.libraries().current();
        walk = databases.beginWalk();
        background = shard.settings().background();
        name = "snapshot-" + shard.id();
        machine = new StateMachine<>(name, State.WALKING);
        task = background.start(name, new Walking());
    }

    public SnapshotHeader header() {
        return header;
    }

    /** How long the file will be, bytes, by what the store held when it began. */
    public long expectedBytes() {
        return expectedBytes;
    }

    /** How many keys are in the file so far, those that came since it began included. */
    long writtenKeys() {
        return output.keys();
    }

    /** The file as it grows; any thread may read what is published. */
    public SnapshotWriter writer() {
        return writer;
    }

    /** Moves the job along, on the reactor thread; returns whether it is over, well or not. */
    boolean poll() {
        if (!isWalkEnded) {
            exchange.thaw();
        }
        if (isCancelled && (machine.is(State.ASKING) || machine.is(State.WALKED))) {
            fail(new IOException(CANCELLED));
        }
        switch (machine.state()) {
            case ASKING:
                exchange.freeze();
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
        if (exchange.hasMoved() || spoiledBy != null) {
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
        if (!isWalkEnded) {
            isWalkEnded = true;
            batch.close();
            output.close();
            exchange.close();
            databases.endWalk();
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
        task.await();
        poll();
    }

    /** Sees the job to its end while nothing else polls, as at a clean stop. */
    void complete() {
        do {
            task.await();
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
            LibraryEffects.write(libraries, writer::entry);
            libraries = LibrarySet.EMPTY;
            exchange.write(output);
            if (!exchange.isAsking() && nextSegment < walk.segments()) {
                visitNext();
            }
            boolean isAsking = exchange.isAsking();
            if (!isAsking && nextSegment < walk.segments()) {
                return Work.MORE;
            }
            machine.to(
                    isAsking ? State.ASKING : State.WALKED,
                    isAsking ? "it has reached large collections" : "every segment was visited");
            progress.run();
        } catch (Throwable e) {
            fail(e);
        }
        return Work.OVER;
    }

    private void visitNext() throws IOException {
        walk.segment(nextSegment++, this::visit);
        batch.drainTo(output::entry);
        if (!collections.isEmpty()) {
            exchange.ask(walk.place(), collections);
            collections = new ArrayList<>();
        }
        if (nextSegment == walk.segments() / 2) {
            FaultPoint.SNAPSHOT_HALF.hit();
        }
    }

    /** Under the lock of the segment. */
    private void visit(long key, int keyLength, Entry entry) {
        batch.add(walk.place(), key, keyLength, entry);
    }

    /**
     * A large collection is another key's now, by an effect that a redo can't carry out by itself: the file must have it as it is
     * then. On the reactor thread.
     */
    void moved(int place, long key, int keyLength) {
        if (!isWalkEnded) {
            exchange.moved(place, key, keyLength);
        }
    }

    /** What the walk has copied can't be used. On the reactor thread. */
    void spoil(String reason) {
        if (!isWalkEnded) {
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
            LOG.error("shard={}: snapshot failed: {}", header.shard(), FileFailure.of(e));
        }
        failure = FileFailure.of(e);
        try {
            writer.abort();
        } finally {
            machine.to(State.FAILED, failure);
            progress.run();
        }
    }
}
