package io.tailrace.node.replication;

import io.tailrace.node.HostPort;
import io.tailrace.node.shard.Shard;
import io.tailrace.wire.handshake.FrameDecoder;
import io.tailrace.wire.handshake.FrameWriter;
import io.tailrace.wire.handshake.HandshakeReply;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The full sync of a replica's link, none or one at a time: what the primary's snapshot frames mean and when the new data
 * takes over. The states are the link's (SYNCING, REDOING), which asks this in them. Owned by the shard's reactor thread.
 */
final class LinkSync {
    private static final Logger LOG = LoggerFactory.getLogger(LinkSync.class);

    /** What became of a sync that was waited for. */
    enum Progress {
        /** Nothing yet. */
        WAITING,
        /** It can't be completed: {@link #failure()}. */
        FAILED,
        /** The new data is in the place of the old. */
        COMPLETE
    }

    private final ShardReplication replication;
    private final Shard shard;
    private final HostPort primary;
    private IncomingSync sync;

    LinkSync(ShardReplication replication, HostPort primary) {
        this.replication = replication;
        this.shard = replication.shard();
        this.primary = primary;
    }

    /** The primary sends a snapshot. */
    void begin(HandshakeReply reply) throws IOException {
        replication.countFullSync();
        LOG.info("shard {}: full sync from {} begins, snapshot {}", shard.id(), primary, reply.snapshotId());
        sync = new IncomingSync(shard, reply.snapshotId(), () -> replication.execute(() -> {}));
    }

    /** Takes a SNAPSHOT_CHUNK frame. */
    void chunk(FrameDecoder frame) throws IOException {
        sync.chunk(frame.argument(), frame.bodyAddress(), frame.bodyLength());
    }

    /** Takes a SNAPSHOT_END frame: records follow. */
    void end(FrameDecoder frame) throws IOException {
        sync.endOfFile(frame.argument());
    }

    /** Takes a record behind the snapshot; returns null or why not. */
    String redo(long index, RecordView record) {
        return sync.redo(index, record);
    }

    /** Lets the new data take over once it is exact and durable. */
    Progress poll() throws IOException {
        if (sync.failure() != null) {
            return Progress.FAILED;
        }
        if (!sync.isReady()) {
            return Progress.WAITING;
        }
        sync.takeOver();
        sync = null;
        LOG.info(
                "shard {}: full sync from {} complete, at {}",
                shard.id(),
                primary,
                QueueIndex.toString(shard.backlog().lastIndex()));
        return Progress.COMPLETE;
    }

    /** Why the sync can't be completed, or null. */
    String failure() {
        return sync.failure();
    }

    /** Tells the primary how far the new data is; nothing of it counts as applied. */
    void acknowledge(FrameWriter frames) {
        frames.ack(QueueIndex.NONE, sync.data().backlog().lastIndex(), QueueIndex.NONE, 0, 0);
    }

    /** Of the snapshot file, 0 when there is no sync. */
    long receivedBytes() {
        return sync == null ? 0 : sync.receivedBytes();
    }

    /** The link is down: gives up a sync that is under way. */
    void disconnected() {
        if (sync != null) {
            sync.abandon();
            sync = null;
        }
    }
}
