package io.tailrace.node.replication;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.services.SyncProgress;
import io.tailrace.node.shard.Shard;
import io.tailrace.snapshot.SnapshotFiles;
import io.tailrace.wire.handshake.FrameDecoder;
import io.tailrace.wire.handshake.FrameWriter;
import io.tailrace.wire.handshake.HandshakeReply;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import java.io.IOException;
import java.nio.file.Files;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The full sync of a replica's link, none or one at a time: what the primary's snapshot frames mean and when the new data
 * takes over. The states are the link's (SYNCING, REDOING), which asks this in them. Owned by the shard's reactor thread.
 */
final class LinkSync {
    private static final Logger LOG = LoggerFactory.getLogger(LinkSync.class);

    private static final long WORTH_BYTES = 1 << 20;

    private final ShardReplication replication;
    private final Shard shard;
    private final HostPort primary;
    private IncomingSync sync;
    private IncomingSync ended;
    private String resumableId;
    private long resumableBytes;
    private long expectedLength;
    private long length;

    LinkSync(ShardReplication replication, HostPort primary) {
        this.replication = replication;
        this.shard = replication.shard();
        this.primary = primary;
    }

    /** Looks what an earlier sync that was broken off has left, before the primary is asked. */
    void lookForRest() throws IOException {
        resumableId = null;
        resumableBytes = 0;
        if (Files.exists(shard.directory().incoming())) {
            SnapshotFiles files = new SnapshotFiles(shard.directory().incoming());
            resumableId = files.incomingId();
            resumableBytes = resumableId == null ? 0 : files.incomingBytes(resumableId);
        }
    }

    /** The snapshot that this node has a part of, or null. */
    String resumableId() {
        return resumableId;
    }

    /** How long that part is, bytes. */
    long resumableBytes() {
        return resumableBytes;
    }

    /** The primary sends a snapshot, or the rest of one. */
    void begin(HandshakeReply reply) throws IOException {
        boolean isResumed = reply.offset() > 0;
        if (isResumed) {
            replication.countResumedSync();
        } else {
            replication.countFullSync();
        }
        LOG.info(
                "shard {}: full sync from {} {}, snapshot {} from byte {}",
                shard.id(),
                primary,
                isResumed ? "goes on" : "begins",
                reply.snapshotId(),
                reply.offset());
        expectedLength = reply.expectedLength();
        length = reply.snapshotLength();
        sync = new IncomingSync(shard, reply.snapshotId(), reply.offset(), () -> replication.execute(() -> {}));
    }

    /** The primary sends records, nothing of a snapshot is needed any more. */
    void notNeeded() throws IOException {
        if (resumableId != null) {
            deleteRest(shard);
            resumableId = null;
        }
    }

    /** Deletes what a sync that was broken off has left. */
    static void deleteRest(Shard shard) throws IOException {
        if (Files.exists(shard.directory().incoming())) {
            new SnapshotFiles(shard.directory().incoming()).deleteIncoming();
        }
    }

    /** Takes a SNAPSHOT_CHUNK frame. */
    void chunk(FrameDecoder frame) throws IOException {
        if (length >= 0 && frame.bodyLength() > length - frame.argument()) {
            throw new IOException("the primary sends more than the " + length + " bytes of the snapshot");
        }
        sync.chunk(frame.argument(), frame.bodyAddress(), frame.bodyLength());
    }

    /** Takes a SNAPSHOT_END frame: records follow. */
    void end(FrameDecoder frame) throws IOException {
        sync.endOfFile(frame.argument());
    }

    /** Takes a record behind the snapshot; returns null or why not. */
    String take(long index, RecordView record) {
        return sync.take(index, record);
    }

    /** Moves the sync along, and lets the new data take over once it is exact and durable. */
    LinkRenewal.Progress poll() throws IOException {
        boolean isBusy = sync.redoOn();
        if (sync.failure() != null) {
            return LinkRenewal.Progress.FAILED;
        }
        if (!sync.isReady()) {
            return isBusy ? LinkRenewal.Progress.MADE : LinkRenewal.Progress.WAITING;
        }
        replication.closeSessions("this node takes over the data of a full sync");
        sync.takeOver();
        ended = sync;
        sync = null;
        LOG.info(
                "shard {}: full sync from {} complete, at {}",
                shard.id(),
                primary,
                QueueIndex.toString(shard.backlog().lastIndex()));
        return LinkRenewal.Progress.COMPLETE;
    }

    /** Why the sync can't be completed, or null. */
    String failure() {
        return sync.failure();
    }

    /** Whether the sync under way, should it break off now, has come so far that it may be tried again at once. */
    boolean isWorthRetrying() {
        return sync != null && sync.failure() == null && sync.hasReceived(WORTH_BYTES);
    }

    /** Tells the primary how far the new data is; nothing of it counts as applied. */
    void acknowledge(FrameWriter frames) {
        frames.ack(QueueIndex.NONE, sync.receivedIndex(), QueueIndex.NONE, 0, 0);
    }

    /** How far the sync has come, or null when there is none. */
    SyncProgress progress() {
        return sync == null
                ? null
                : new SyncProgress(
                        sync.receivedBytes(), expectedLength, shard.clock().steadyMillis() - sync.beganMillis());
    }

    /** The link is down: breaks off a sync that is under way. What has come of its snapshot is kept. */
    void disconnected() {
        if (sync == null) {
            return;
        }
        try {
            sync.abandon();
        } catch (IOException e) {
            LOG.warn("shard {}: what has come of the snapshot may be lost: {}", shard.id(), e.getMessage());
        }
        ended = sync;
        sync = null;
    }

    /** Waits until the last sync leaves nothing under way, at a stop of the node. */
    void await() {
        if (ended != null) {
            ended.await();
        }
    }
}
