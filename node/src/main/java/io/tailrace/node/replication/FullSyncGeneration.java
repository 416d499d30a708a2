package io.tailrace.node.replication;

import io.tailrace.node.platform.CycleClock;
import io.tailrace.node.shard.Generation;
import io.tailrace.node.shard.LogRedo;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.shard.ShardData;
import io.tailrace.node.shard.StoreLoader;
import io.tailrace.node.shard.StoreState;
import io.tailrace.snapshot.SnapshotFiles;
import io.tailrace.snapshot.SnapshotHeader;
import io.tailrace.snapshot.SnapshotReader;
import io.tailrace.snapshot.SnapshotReceiver;
import io.tailrace.wire.record.RecordView;
import java.io.IOException;

/**
 * A new generation of a shard's data, filled from a primary's snapshot and log beside the one that is served. Owned by the
 * shard's reactor thread, which only appends what comes to a file and to the new log; {@link SnapshotFileLoader} and
 * {@link Generation} do the rest.
 *
 * <pre>
 *  what comes          goes to                          and then
 *  snapshot's chunks   incoming/snapshot-ID.incoming    into the new store, by the loader
 *  records from A on   gen-N/queue                      onto the store once it is loaded, by the reactor in slices
 *  at B or after it,   both are forced, the file gets its name in gen-N/snapshots, gen-N becomes current, and takes
 *  and when it is      over when what has come meanwhile is in its store
 *  whole
 * </pre>
 *
 * <p>The file lies outside of the generation and outlives it: whatever breaks the sync, the connection or a kill, the next one
 * asks for the bytes after it, and loads it again from its start while they come. The log is of that generation: it is deleted
 * with it and sent again, from the snapshot's begin index. It is short beside the snapshot, and so there is one way to resume
 * and not two.
 *
 * <p>At B the new data is exact. It is whole when it has reached its {@link CopyTarget}.
 */
final class FullSyncGeneration {
    private static final int REDO_SLICE = 500;
    /** A record can take seconds, as a COPY of a large collection does; the next then waits for the next cycle. */
    private static final long REDO_MICROS = 1_000;

    private final Shard shard;
    private final CopyTarget target;
    private final Runnable wake;
    private final long resumedFrom;
    private final long beganSteadyMs;
    private final Generation generation;
    private final LogRedo redo;
    private final SnapshotReceiver receiver;
    private final SnapshotFileLoader loader;
    private String refusal;
    private boolean hasEnded;
    private boolean isOver;

    /**
     * @param offset where in the snapshot's file the primary begins: 0, or where this node's part of it ends
     * @param target when it may take over
     * @param wake tells the reactor that there is something to poll for; any thread calls it
     */
    FullSyncGeneration(Shard shard, String snapshotId, long offset, CopyTarget target, Runnable wake)
            throws IOException {
        this.shard = shard;
        this.target = target;
        this.wake = wake;
        resumedFrom = offset;
        beganSteadyMs = shard.clock().steadyMs();
        receiver = openFile(shard, snapshotId, offset);
        Generation begun = null;
        LogRedo begunRedo = null;
        StoreLoader sink = null;
        try {
            begun = Generation.begin(shard.directory());
            ShardData data = begun.fill(ShardData.empty(begun.directory(), shard.settings()));
            begunRedo = new LogRedo(data);
            sink = new StoreLoader(data.databases(), shard.settings().newTypes());
            loader = new SnapshotFileLoader(
                    shard.settings().background().executor("sync-" + shard.id()),
                    receiver,
                    snapshotId,
                    sink,
                    shard.settings().backlog().maxRecordBytes(),
                    wake);
        } catch (IOException | RuntimeException e) {
            receiver.close();
            if (sink != null) {
                sink.close();
            }
            if (begunRedo != null) {
                begunRedo.close();
            }
            if (begun != null) {
                begun.abandon();
            }
            throw e;
        }
        generation = begun;
        redo = begunRedo;
        loader.more();
    }

    private static SnapshotReceiver openFile(Shard shard, String snapshotId, long offset) throws IOException {
        SnapshotFiles files = new SnapshotFiles(shard.directory().incoming());
        files.deleteIncomingBut(snapshotId);
        SnapshotReceiver opened = new SnapshotReceiver(files.directory(), snapshotId);
        if (opened.receivedBytes() < offset) {
            opened.close();
            throw new IOException("the primary resumes at byte " + offset + " of snapshot " + snapshotId
                    + ", of which there are " + opened.receivedBytes());
        }
        opened.cutTo(offset);
        return opened;
    }

    /** Lets the generation that it replaces stay on the disk, for an operator to look at. */
    void keepReplaced(String reason) {
        generation.keepReplaced(reason);
    }

    /** Takes a piece of the snapshot file. */
    void chunk(long fileOffset, long address, int length) throws IOException {
        receiver.accept(fileOffset, address, length);
        loader.more();
    }

    /** Of the snapshot's file, those of earlier attempts included. */
    long receivedBytes() {
        return receiver.receivedBytes();
    }

    /** Whether this attempt brought as much as made it worth it. */
    boolean hasReceived(long bytes) {
        return receiver.receivedBytes() - resumedFrom >= bytes;
    }

    /** When this attempt began, by the steady clock. */
    long beganSteadyMs() {
        return beganSteadyMs;
    }

    /** The file has come as a whole: what follows are records from its start index on. */
    void endOfFile(long length) throws IOException {
        if (receiver.receivedBytes() != length) {
            String problem = "the snapshot ended after " + receiver.receivedBytes() + " of " + length + " bytes";
            receiver.cutTo(0);
            throw new IOException(problem);
        }
        hasEnded = true;
        loader.ended();
        SnapshotHeader header = SnapshotReader.readHeader(receiver.path());
        data().backlog().continueChain(header.chainBefore());
        StoreState.restore(header, data().databases());
        data().adoptHistory(String.join("\n", header.lineage()));
    }

    private ShardData data() {
        return generation.data();
    }

    /** Whether the snapshot's file has come as a whole. */
    boolean hasEnded() {
        return hasEnded;
    }

    /** Takes a record; returns null or why not. */
    String take(long index, RecordView record) {
        return redo.take(index, record);
    }

    /** The last record in the new log. */
    long receivedIndex() {
        return data().backlog().lastIndex();
    }

    /** Whether all of the snapshot is in the new store. */
    boolean isLoaded() {
        return loader.isLoaded();
    }

    /** Does a bounded part of what does not wait for the primary; returns whether there was any. */
    boolean redoStep() {
        if (!hasEnded || !loader.isLoaded() || failure() != null) {
            return false;
        }
        boolean isDone = !redoSlice();
        boolean isWhole = redo.appliedIndex() >= Math.max(loader.endIndex(), target.index());
        if (isDone && isWhole && !generation.isCommitting()) {
            refusal = target.lack(data());
            if (refusal == null) {
                commit(redo.appliedIndex());
            }
        }
        return !isDone;
    }

    /** Returns whether there was a record. */
    private boolean redoSlice() {
        CycleClock clock = shard.clock();
        long end = clock.refreshSteadyMicros() + REDO_MICROS;
        int applied = 0;
        while (applied < REDO_SLICE && clock.refreshSteadyMicros() < end && redo.apply(1) > 0) {
            applied++;
        }
        return applied > 0;
    }

    /** In the background: the log first, as a snapshot that it does not reach can't be used by a start. */
    private void commit(long last) {
        generation.commitSoon(
                shard,
                () -> {
                    data().backlog().sync().upTo(last);
                    new SnapshotFiles(generation.directory().snapshots())
                            .adopt(
                                    receiver.path(),
                                    SnapshotReader.readHeader(receiver.path()).beginIndex());
                },
                wake);
    }

    /** Why the sync can't be completed, or null. */
    String failure() {
        if (redo.problem() != null || refusal != null) {
            return redo.problem() != null ? redo.problem() : refusal;
        }
        return loader.failure() != null ? loader.failure() : generation.failure();
    }

    /** Whether the new data is exact, whole and current on the disk, so that it may take over in memory too. */
    boolean isReady() {
        generation.requireDecided(shard);
        return generation.isCommitted() && redo.isAtEnd();
    }

    /** Puts the new data in the place of the old, which is closed and deleted in the background. */
    void takeOver() {
        generation.activate(shard);
        endAfterTakeOver();
    }

    private void endAfterTakeOver() {
        isOver = true;
        redo.close();
        loader.end(receiver::discard);
    }

    /**
     * Gives up; the old data stays, and the file, as far as it is sound. Where the new data is just being made current it takes
     * over, after the disk was waited for.
     *
     * @return whether it has taken over by this
     */
    boolean abandon() throws IOException {
        if (isOver) {
            return false;
        }
        if (generation.settle(shard, this::redoAll)) {
            endAfterTakeOver();
            return true;
        }
        isOver = true;
        long damagedFrom = loader.damagedFrom();
        if (damagedFrom >= 0) {
            // what was damaged here a crash has left; what came so would come so again
            receiver.cutTo(damagedFrom < resumedFrom ? damagedFrom : 0);
        }
        receiver.close();
        redo.close();
        loader.end(generation::abandon);
        return false;
    }

    private String redoAll() {
        while (redo.problem() == null && redo.apply(REDO_SLICE) > 0) {
            // what has come is bounded by what the connection brought
        }
        return redo.problem();
    }

    /** After it has taken over or was given up: whether nothing of it is under way any more. */
    boolean isOver() {
        return isOver && loader.isOver() && generation.hasCleaned();
    }

    /** Waits until nothing of it is under way any more, after it has taken over or was given up. */
    void await() {
        loader.await();
        generation.await();
    }
}
