package io.tailrace.node.replication;

import io.tailrace.node.shard.EffectApplier;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.shard.ShardData;
import io.tailrace.node.shard.ShardDirectory;
import io.tailrace.node.shard.StoreLoader;
import io.tailrace.snapshot.SnapshotHeader;
import io.tailrace.snapshot.SnapshotReceiver;
import io.tailrace.wire.record.RecordView;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A full sync on its way in: a new generation of the shard's data, filled beside the one that is served. Owned by the
 * shard's reactor thread; a thread of its own only syncs the finished file to the disk.
 *
 * <p>The snapshot's entries go into a new store while its bytes are kept as this node's own snapshot file. Then the log
 * from the snapshot's begin is redone over it; at the snapshot's end the new data is exact, and once the file is durable
 * too it takes over at one stroke, on the disk as in memory. Until then a crash leaves the old data.
 */
final class IncomingSync {
    private static final Logger LOG = LoggerFactory.getLogger(IncomingSync.class);

    private final Shard shard;
    private final Runnable wake;
    private final ShardDirectory directory;
    private final ShardData data;
    private final EffectApplier applier;
    private final SnapshotReceiver receiver;
    private volatile boolean isFileDurable;
    private volatile String failure;
    private long endIndex = -1;
    private boolean isOver;

    IncomingSync(Shard shard, String snapshotId, Runnable wake) throws IOException {
        this.shard = shard;
        this.wake = wake;
        directory = shard.directory().createNext();
        data = shard.emptyData(directory);
        applier = Shard.applierForFilling();
        try {
            receiver = new SnapshotReceiver(
                    directory.snapshots(),
                    snapshotId,
                    new StoreLoader(data.store()),
                    shard.settings().backlog().maxRecordBytes());
        } catch (IOException | RuntimeException e) {
            data.close();
            applier.close();
            throw e;
        }
    }

    /** Takes a piece of the snapshot file. */
    void chunk(long fileOffset, long address, int length) throws IOException {
        try {
            receiver.accept(fileOffset, address, length);
        } catch (IllegalStateException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    long receivedBytes() {
        return receiver.receivedBytes();
    }

    /** The file has come as a whole: what follows are records from its begin on. */
    void endOfFile(long length) throws IOException {
        if (!receiver.isComplete() || receiver.receivedBytes() != length) {
            throw new IOException("the snapshot ended after " + receiver.receivedBytes() + " of " + length + " bytes");
        }
        SnapshotHeader header = receiver.header();
        endIndex = receiver.trailer().endIndex();
        data.backlog().continueChain(header.chainBefore());
        data.adoptHistory(String.join("\n", header.lineage()));
        shard.settings().background().run("sync-finish-" + shard.id(), this::makeDurable);
    }

    private void makeDurable() {
        try {
            receiver.finish();
            isFileDurable = true;
        } catch (IOException | RuntimeException | Error e) {
            failure = "the snapshot can't be kept: " + e;
        }
        wake.run();
    }

    /** Takes a record; returns null or why not. */
    String redo(long index, RecordView record) {
        return data.follow(applier, index, record, true);
    }

    ShardData data() {
        return data;
    }

    /** Why the sync can't be completed, or null. */
    String failure() {
        return failure;
    }

    /** Whether the new data is exact and durable, so that it may take over. */
    boolean isReady() {
        return isFileDurable && data.backlog().lastIndex() >= endIndex;
    }

    /** Puts the new data in the place of the old, which is deleted. */
    void takeOver() throws IOException {
        ShardDirectory old = shard.directory();
        data.backlog().force();
        directory.putInForce();
        isOver = true;
        applier.close();
        shard.install(data);
        shard.settings().background().run("sync-clean-" + shard.id(), () -> delete(old));
    }

    private static void delete(ShardDirectory old) {
        try {
            old.delete();
        } catch (IOException e) {
            LOG.warn("can't delete {}: {}", old, e.getMessage());
        }
    }

    /** Gives up; the old data stays. */
    void abandon() {
        if (isOver) {
            return;
        }
        isOver = true;
        boolean isFinishing = endIndex >= 0 && !isFileDurable && failure == null;
        if (!isFinishing) {
            try {
                receiver.close();
            } catch (IOException e) {
                LOG.debug("closing", e);
            }
        }
        applier.close();
        data.close();
    }
}
