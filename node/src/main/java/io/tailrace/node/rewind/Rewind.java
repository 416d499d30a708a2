package io.tailrace.node.rewind;

import io.tailrace.node.backlog.Backlog;
import io.tailrace.node.platform.Background.Task;
import io.tailrace.node.platform.Background.Work;
import io.tailrace.node.platform.FileFailure;
import io.tailrace.node.shard.EffectApplier;
import io.tailrace.node.shard.EntryBatch;
import io.tailrace.node.shard.History;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.shard.ShardData;
import io.tailrace.node.shard.ShardDirectory;
import io.tailrace.node.store.StoreWalk;
import io.tailrace.snapshot.SnapshotHeader;
import io.tailrace.snapshot.SnapshotWriter;
import io.tailrace.wire.handshake.FrameLayout;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The data of a shard without its records after {@code common}, built as a new generation beside the one that is served and
 * that nobody writes meanwhile. Created, polled and closed by the shard's reactor thread.
 *
 * <pre>
 *  phase      who works    what                                                              next
 *  PREPARING  background   saves the tail, walks the store into a new one and a snapshot
 *             reactor      copies the shared log, a slice at a time                          FETCHING, or SAVED
 *  FETCHING   reactor      puts the primary's entries of the touched keys into the new store FINISHING
 *  FINISHING  background   adds those to the snapshot, makes all durable                     REDOING
 *  REDOING    reactor      appends and redoes records; ready when the last fetched entry's is there and durable
 *  SAVED      -            there is nothing to build on: the tail is saved, a full sync has to follow
 *  FAILED     -            {@link #failure}
 * </pre>
 */
public final class Rewind implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Rewind.class);
    private static final int COPY_BYTES = 1 << 20;

    /** Where it is; see the table of the class. */
    public enum Phase {
        PREPARING,
        FETCHING,
        FINISHING,
        REDOING,
        SAVED,
        FAILED
    }

    private final Shard shard;
    private final long common;
    private final Runnable wake;
    private final Divergence divergence;
    private final boolean isBuilding;
    private final EntryBatch batch = new EntryBatch();
    private ShardDirectory directory;
    private StoreWalk walk;
    private RewoundStore store;
    private SharedLog log;
    private ShardData data;
    private EffectApplier applier;
    private Task task;
    private Phase phase = Phase.PREPARING;
    private boolean isTailSaved;
    private int nextSegment;
    private boolean isLogCopied;
    private int asked;
    private int answered;
    private boolean isAsking;
    private long endIndex;
    private long endChain;
    private long endDense;
    private boolean isForcing;
    private boolean isOver;
    private volatile boolean isPrepared;
    private volatile boolean isFinished;
    private volatile boolean isForced;
    private volatile boolean isCancelled;
    private volatile String failure;

    /**
     * Begins.
     *
     * @param common the last record that is shared, which the shard's log has
     * @param commonChain the chain there
     * @param isBuilding whether to build new data, and not just to save the tail
     * @param wake lets the reactor know that there is something to poll for; any thread calls it
     */
    public Rewind(Shard shard, long common, long commonChain, boolean isBuilding, Runnable wake) throws IOException {
        this.shard = shard;
        this.common = common;
        endIndex = common;
        endChain = commonChain;
        this.wake = wake;
        this.isBuilding = isBuilding;
        Backlog backlog = shard.backlog();
        Path saveIn = shard.directory().root();
        divergence = new Divergence(
                shard.directory().queue(),
                common,
                commonChain,
                backlog.lastIndex(),
                shard.history().current().id(),
                saveIn);
        shard.snapshots().suspend();
        try {
            if (isBuilding) {
                beginBuilding(backlog);
            }
        } catch (IOException | RuntimeException | Error e) {
            close();
            throw e;
        }
        task = shard.settings().background().start("rewind-" + shard.id(), this::prepare);
    }

    private void beginBuilding(Backlog backlog) throws IOException {
        directory = shard.directory().createNext();
        endDense = backlog.denseCount(common);
        log = new SharedLog(backlog, directory.queue(), shard.settings().backlog(), common);
        History shared = shard.history().until(common);
        SnapshotHeader header = new SnapshotHeader(
                shard.id(),
                shard.settings().shardCount(),
                shared.current().id(),
                common + 1,
                endChain,
                endDense,
                shard.clock().micros(),
                shared.text().lines().toList());
        store = new RewoundStore(
                shard.settings().newStore(shard.store().keys(), shard.store().dataBytes()),
                new SnapshotWriter(directory.snapshots(), header),
                divergence.keys());
        walk = shard.store().beginWalk();
    }

    /** A step of the background: saves the tail, then walks the store. */
    private long prepare() {
        try {
            if (isCancelled) {
                return Work.OVER;
            }
            if (!isTailSaved) {
                isTailSaved = divergence.step();
                return Work.MORE;
            }
            if (isBuilding && !divergence.isEverything() && nextSegment < walk.segments()) {
                walk.segment(nextSegment++, batch);
                batch.drainTo(store::keep);
                return Work.MORE;
            }
            isPrepared = true;
        } catch (IOException | RuntimeException | Error e) {
            fail(e);
        }
        wake.run();
        return Work.OVER;
    }

    private void fail(Throwable e) {
        LOG.error("shard {}: the rewind to {} failed: {}", shard.id(), QueueIndex.toString(common), FileFailure.of(e));
        failure = FileFailure.of(e);
    }

    /** Moves it along; returns where it is then. */
    public Phase poll() throws IOException {
        if (failure != null) {
            phase = Phase.FAILED;
        }
        if (phase == Phase.PREPARING) {
            pollPreparing();
        }
        if (phase == Phase.FINISHING && isFinished) {
            phase = Phase.REDOING;
        }
        return phase;
    }

    private void pollPreparing() throws IOException {
        if (isBuilding && !isLogCopied) {
            isLogCopied = log.copy(COPY_BYTES);
        }
        if (!isPrepared) {
            return;
        }
        endWalk();
        if (!isBuilding || divergence.isEverything()) {
            phase = Phase.SAVED;
        } else if (isLogCopied) {
            data = ShardData.of(
                    shard.settings(),
                    directory,
                    store.store(),
                    log.open(),
                    shard.history().until(common));
            log = null;
            applier = Shard.applierForFilling();
            phase = Phase.FETCHING;
        }
    }

    private void endWalk() {
        if (walk != null) {
            walk = null;
            shard.store().endWalk();
        }
    }

    /** Whether the poller should come back without being woken. */
    public boolean isBusy() {
        return phase == Phase.PREPARING && isBuilding && !isLogCopied;
    }

    /** FETCHING: whether the primary has not answered yet. */
    public boolean isAsking() {
        return isAsking;
    }

    /** FETCHING: whether there are keys that were not asked for yet. */
    public boolean wantsKeys() {
        return asked < divergence.keys().length();
    }

    /** Takes the next keys to ask for; they are {@link #keysLength} bytes, from the returned address on, as FETCH has them. */
    public long nextKeys() {
        TouchedKeys keys = divergence.keys();
        int from = asked;
        while (asked < keys.length() && keys.after(asked) - from <= FrameLayout.MAX_FETCH) {
            asked = keys.after(asked);
        }
        isAsking = true;
        return keys.address(from);
    }

    public int keysLength() {
        return asked - answered;
    }

    /**
     * FETCHING: takes the body of an ENTRY frame.
     *
     * @return null, or why the primary makes no sense
     */
    public String entry(long version, long body, int bodyLength) throws IOException {
        if (phase != Phase.FETCHING || answered == asked) {
            return "an entry that was not asked for";
        }
        String problem = store.fetched(answered, version, body, bodyLength);
        if (problem == null) {
            answered = divergence.keys().after(answered);
        }
        return problem;
    }

    /**
     * FETCHING: takes a FETCHED frame.
     *
     * @return null, or why the primary makes no sense
     */
    public String fetched(long lastIndex, long chain, long denseCount) {
        if (!isAsking || answered != asked || lastIndex < endIndex) {
            return "the end of entries that are missing";
        }
        isAsking = false;
        endIndex = lastIndex;
        endChain = chain;
        endDense = denseCount;
        return null;
    }

    /** FETCHING: all entries are there. */
    public void finish() {
        phase = Phase.FINISHING;
        task = shard.settings().background().run("rewind-" + shard.id(), this::makeDurable);
    }

    private void makeDurable() {
        try {
            shard.backlog().forceUpTo(common);
            data.backlog().forceUpTo(common);
            store.finish(endIndex, endChain, endDense);
            isFinished = true;
        } catch (IOException | RuntimeException | Error e) {
            fail(e);
        }
        wake.run();
    }

    /** REDOING: takes a record after the common one; returns null or why it can't be taken. */
    public String redo(long index, RecordView record) {
        return data.takeAndRedo(applier, index, record);
    }

    /** REDOING: whether the new data is exact and durable, so that it may take over. */
    public boolean isReady() {
        long last = data.backlog().lastIndex();
        if (!isForcing && last >= endIndex) {
            isForcing = true;
            task = shard.settings().background().run("rewind-" + shard.id(), () -> force(last));
        }
        return isForced;
    }

    private void force(long index) {
        try {
            data.backlog().forceUpTo(index);
            isForced = true;
        } catch (RuntimeException e) {
            fail(e);
        }
        wake.run();
    }

    /** Puts the new data in the place of the old, which is deleted. */
    public void takeOver() throws IOException {
        ShardDirectory old = shard.directory();
        directory.putInForce();
        isOver = true;
        applier.close();
        store.handOver();
        shard.install(data);
        shard.settings().background().run("rewind-clean-" + shard.id(), () -> delete(old));
        release();
    }

    private static void delete(ShardDirectory generation) {
        try {
            generation.delete();
        } catch (IOException e) {
            LOG.warn("can't delete {}: {}", generation, FileFailure.of(e));
        }
    }

    public ShardData data() {
        return data;
    }

    /** Why it can't be completed, or null. */
    public String failure() {
        return failure;
    }

    /** Writes that were taken back. */
    public long lostWrites() {
        return divergence.records();
    }

    /** Keys whose entries the primary is asked for. */
    public int touchedKeys() {
        return divergence.keys().count();
    }

    /** Where the writes that were taken back are saved, or null when there were none. */
    public Path savedAs() {
        return divergence.savedAs();
    }

    private void release() {
        batch.close();
        try {
            divergence.close();
        } catch (IOException e) {
            LOG.debug("closing", e);
        }
    }

    /** Gives up, if it isn't over; the old data stays. Waits for the step that the background is at. */
    @Override
    public void close() {
        if (isOver) {
            return;
        }
        isOver = true;
        isCancelled = true;
        if (task != null) {
            task.await();
        }
        endWalk();
        if (log != null) {
            log.close();
        }
        if (data != null) {
            applier.close();
            data.backlog().close();
        }
        if (store != null) {
            store.close();
        }
        release();
        shard.snapshots().resume();
        if (directory != null) {
            shard.settings().background().run("rewind-clean-" + shard.id(), () -> delete(directory));
        }
    }
}
