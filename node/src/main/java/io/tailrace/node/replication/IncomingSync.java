package io.tailrace.node.replication;

import io.tailrace.node.shard.LogRedo;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.shard.ShardData;
import io.tailrace.node.shard.ShardDirectory;
import io.tailrace.node.shard.StoreLoader;
import io.tailrace.snapshot.SnapshotFiles;
import io.tailrace.snapshot.SnapshotHeader;
import io.tailrace.snapshot.SnapshotReader;
import io.tailrace.snapshot.SnapshotReceiver;
import io.tailrace.snapshot.fault.FaultPoint;
import io.tailrace.wire.record.RecordView;
import java.io.IOException;

/**
 * A full sync on its way in: a new generation of the shard's data, filled beside the one that is served. Owned by the
 * shard's reactor thread, which only appends what comes to a file and to the new log; {@link SyncLoader} does the rest.
 *
 * <pre>
 *  what comes          goes to                          and then
 *  snapshot's chunks   incoming/snapshot-ID.incoming    into the new store, by the loader
 *  records from A on   gen-N/queue                      onto the store once it is loaded, by the reactor in slices
 *  at B or behind it   both are forced, the file gets its name in gen-N/snapshots, and gen-N takes over
 * </pre>
 *
 * <p>The file lies outside of the generation and outlives it: whatever breaks the sync, the connection or a kill, the next one
 * asks for the bytes behind it, and loads it again from its begin while they come. The log is of that generation: it is deleted
 * with it and sent again, from the snapshot's begin. It is short beside the snapshot, and so there is one way to go on and not
 * two.
 *
 * <p>At B the new data is exact, and once it is durable too it takes over at one stroke, on the disk as in memory. Until then a
 * crash leaves the old data.
 */
final class IncomingSync {
    private static final int REDO_SLICE = 500;

    private final Shard shard;
    private final ShardDirectory directory;
    private final long resumedFrom;
    private final long beganMillis;
    private final ShardData data;
    private final LogRedo redo;
    private final SnapshotReceiver receiver;
    private final SyncLoader loader;
    private boolean hasEnded;
    private boolean isFinishing;
    private volatile boolean isDurable;
    private boolean isOver;

    /**
     * @param offset where in the snapshot's file the primary begins: 0, or where this node's part of it ends
     * @param wake tells the reactor that there is something to poll for; any thread calls it
     */
    IncomingSync(Shard shard, String snapshotId, long offset, Runnable wake) throws IOException {
        this.shard = shard;
        resumedFrom = offset;
        beganMillis = shard.clock().steadyMillis();
        receiver = openFile(shard.directory(), snapshotId, offset);
        try {
            directory = shard.directory().createNext();
            data = shard.emptyData(directory);
        } catch (IOException | RuntimeException e) {
            receiver.close();
            throw e;
        }
        redo = new LogRedo(data);
        try {
            loader = new SyncLoader(
                    shard.settings().background().executor("sync-" + shard.id()),
                    receiver,
                    snapshotId,
                    new StoreLoader(data.store()),
                    shard.settings().backlog().maxRecordBytes(),
                    wake);
        } catch (IOException | RuntimeException e) {
            receiver.close();
            redo.close();
            data.close();
            throw e;
        }
        loader.more();
    }

    private static SnapshotReceiver openFile(ShardDirectory inForce, String snapshotId, long offset)
            throws IOException {
        SnapshotFiles files = new SnapshotFiles(inForce.incoming());
        files.deleteIncomingBut(snapshotId);
        SnapshotReceiver opened = new SnapshotReceiver(files.directory(), snapshotId);
        if (opened.receivedBytes() < offset) {
            opened.close();
            throw new IOException("the primary goes on at byte " + offset + " of snapshot " + snapshotId
                    + ", of which there are " + opened.receivedBytes());
        }
        opened.cutTo(offset);
        return opened;
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

    /** Whether this attempt brought so much that it was worth it. */
    boolean hasReceived(long bytes) {
        return receiver.receivedBytes() - resumedFrom >= bytes;
    }

    /** When this attempt began, epoch milliseconds. */
    long beganMillis() {
        return beganMillis;
    }

    /** The file has come as a whole: what follows are records from its begin on. */
    void endOfFile(long length) throws IOException {
        if (receiver.receivedBytes() != length) {
            String problem = "the snapshot ended after " + receiver.receivedBytes() + " of " + length + " bytes";
            receiver.cutTo(0);
            throw new IOException(problem);
        }
        hasEnded = true;
        loader.ended();
        SnapshotHeader header = SnapshotReader.readHeader(receiver.path());
        data.backlog().continueChain(header.chainBefore());
        data.adoptHistory(String.join("\n", header.lineage()));
    }

    /** Takes a record; returns null or why not. */
    String take(long index, RecordView record) {
        return redo.take(index, record);
    }

    /** The last record in the new log. */
    long receivedIndex() {
        return data.backlog().lastIndex();
    }

    /** Whether all of the snapshot is in the new store. */
    boolean isLoaded() {
        return loader.isLoaded();
    }

    /** Does a bounded part of what does not wait for the primary; returns whether there was any. */
    boolean redoOn() {
        if (!hasEnded || !loader.isLoaded() || failure() != null) {
            return false;
        }
        boolean isDone = redo.apply(REDO_SLICE) == 0;
        if (isDone && !isFinishing && redo.appliedIndex() >= loader.endIndex()) {
            isFinishing = true;
            long last = redo.appliedIndex();
            loader.then(() -> finish(last));
        }
        return !isDone;
    }

    /** In the background: the log first, as a snapshot that it does not reach is of no use to a start. */
    private void finish(long last) throws IOException {
        data.backlog().sync().upTo(last);
        new SnapshotFiles(directory.snapshots())
                .adopt(
                        receiver.path(),
                        SnapshotReader.readHeader(receiver.path()).beginIndex());
        isDurable = true;
    }

    /** Why the sync can't be completed, or null. */
    String failure() {
        return redo.problem() != null ? redo.problem() : loader.failure();
    }

    /** Whether the new data is exact and durable, so that it may take over. */
    boolean isReady() {
        return isDurable && redo.isAtEnd();
    }

    /** Puts the new data in the place of the old, which is deleted. */
    void takeOver() throws IOException {
        FaultPoint.SYNC_DURABLE.hit();
        directory.putInForce();
        isOver = true;
        redo.close();
        ShardData old = shard.replace(data);
        FaultPoint.SYNC_REPLACED.hit();
        loader.end(() -> {
            old.close();
            old.directory().delete();
            receiver.discard();
        });
    }

    /** Gives up; the old data stays, and the file, as far as it is sound. */
    void abandon() throws IOException {
        if (isOver) {
            return;
        }
        isOver = true;
        long damagedFrom = loader.damagedFrom();
        if (damagedFrom >= 0) {
            // what was damaged here a crash has left; what came so would come so again
            receiver.cutTo(damagedFrom < resumedFrom ? damagedFrom : 0);
        }
        receiver.close();
        redo.close();
        loader.end(() -> {
            data.close();
            directory.delete();
        });
    }

    /** Waits until nothing of it is under way any more, after it has taken over or was given up. */
    void await() {
        loader.await();
    }
}
