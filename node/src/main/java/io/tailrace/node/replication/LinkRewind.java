package io.tailrace.node.replication;

import io.tailrace.node.backlog.BacklogReader;
import io.tailrace.node.config.HostPort;
import io.tailrace.node.rewind.Rewind;
import io.tailrace.node.shard.Shard;
import io.tailrace.wire.handshake.FrameDecoder;
import io.tailrace.wire.handshake.FrameLayout;
import io.tailrace.wire.handshake.FrameWriter;
import io.tailrace.wire.handshake.HandshakeReply;
import io.tailrace.wire.record.HexText;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rewind of a replica's link, none or one at a time: checks what the primary says is shared, asks it for the entries of
 * the touched keys, and lets the new data take over. The link is in REWINDING meanwhile. Owned by the shard's reactor thread.
 */
final class LinkRewind {
    private static final Logger LOG = LoggerFactory.getLogger(LinkRewind.class);

    private final ShardReplication replication;
    private final Shard shard;
    private final HostPort primary;
    private Rewind rewind;
    private boolean isSaving;
    private boolean hasAskedForRecords;

    LinkRewind(ShardReplication replication, HostPort primary) {
        this.replication = replication;
        this.shard = replication.shard();
        this.primary = primary;
    }

    /**
     * The primary says where the histories part.
     *
     * @return null, or why this log can't be rewound to there; then nothing was begun
     */
    String begin(HandshakeReply reply) throws IOException {
        long common = reply.commonIndex();
        String where = QueueIndex.toString(common) + " of history " + reply.history();
        if (!shard.backlog().contains(common)) {
            return "this node has writes of its own after " + where + ", and its log does not reach back to there"
                    + "; to discard them: REPLICAOF " + primary.host() + " " + primary.port() + " FORCE";
        }
        long chain = chainAt(common);
        if (chain != reply.chain()) {
            return "at " + where + " the primary's chain is " + HexText.of(reply.chain()) + ", here it is "
                    + HexText.of(chain);
        }
        LOG.warn(
                "shard {}: this log left that of {} after {}: the records from there to {} are taken back",
                shard.id(),
                primary,
                where,
                QueueIndex.toString(shard.backlog().lastIndex()));
        hasAskedForRecords = false;
        isSaving = !reply.isHeld();
        rewind = new Rewind(shard, common, chain, reply.isHeld(), () -> replication.execute(() -> {}));
        return null;
    }

    private long chainAt(long index) {
        try (BacklogReader reader = shard.backlog().reader()) {
            return reader.readAt(index).chain();
        }
    }

    /** Moves it along. */
    LinkRenewal.Progress poll(FrameWriter frames) throws IOException {
        switch (rewind.poll()) {
            case FETCHING:
                return ask(frames);
            case REDOING:
                return redo(frames);
            case SAVED:
                tellSaved();
                isSaving = false;
                return LinkRenewal.Progress.NEEDS_FULL_SYNC;
            case FAILED:
                isSaving = false;
                return LinkRenewal.Progress.FAILED;
            default:
                return rewind.isBusy() ? LinkRenewal.Progress.MADE : LinkRenewal.Progress.WAITING;
        }
    }

    private LinkRenewal.Progress ask(FrameWriter frames) {
        if (rewind.isAsking()) {
            return LinkRenewal.Progress.WAITING;
        }
        if (rewind.wantsKeys()) {
            long keys = rewind.nextKeys();
            frames.fetch(keys, rewind.keysLength());
        } else {
            rewind.finish();
        }
        return LinkRenewal.Progress.MADE;
    }

    private LinkRenewal.Progress redo(FrameWriter frames) throws IOException {
        if (!hasAskedForRecords) {
            hasAskedForRecords = true;
            frames.fetch(0, 0);
            return LinkRenewal.Progress.MADE;
        }
        if (!rewind.isReady()) {
            return rewind.failure() == null ? LinkRenewal.Progress.WAITING : LinkRenewal.Progress.FAILED;
        }
        tellSaved();
        LOG.info(
                "shard {}: rewound, {} keys were fetched; following {} at {}",
                shard.id(),
                rewind.touchedKeys(),
                primary,
                QueueIndex.toString(rewind.data().backlog().lastIndex()));
        replication.closeSessions("this node takes records back");
        Rewind complete = rewind;
        rewind = null;
        complete.takeOver();
        replication.countRewind(complete.lostWrites());
        return LinkRenewal.Progress.COMPLETE;
    }

    private void tellSaved() {
        if (rewind.savedAs() != null) {
            LOG.warn(
                    "shard {}: {} records that nobody else has are saved in {}; to write them again: redis-cli --pipe < that file",
                    shard.id(),
                    rewind.lostWrites(),
                    rewind.savedAs());
            replication.savedLostWrites(rewind.savedAs());
        }
    }

    /** Takes an ENTRY or FETCHED frame; returns null or why not. */
    String take(FrameDecoder frame) throws IOException {
        if (frame.type() == FrameLayout.ENTRY) {
            return rewind.entry(frame.argument(), frame.bodyAddress(), frame.bodyLength());
        }
        return rewind.fetched(
                frame.argument(),
                frame.bodyLong(FrameLayout.FETCHED_CHAIN_OFFSET),
                frame.bodyLong(FrameLayout.FETCHED_DENSE_OFFSET));
    }

    /** Takes a record behind the shared ones; returns null or why not. */
    String redo(long index, RecordView record) {
        return hasAskedForRecords ? rewind.redo(index, record) : "a record that was not asked for";
    }

    /** Why it can't be completed, or null. */
    String failure() {
        return rewind.failure();
    }

    /** Tells the primary that this node is alive; nothing counts as applied. */
    void acknowledge(FrameWriter frames) {
        frames.ack(QueueIndex.NONE, QueueIndex.NONE, QueueIndex.NONE, 0, 0);
    }

    /** Whether it saves this node's writes and no more, for which nobody else is needed: the primary has hung up already. */
    boolean isSaving() {
        return isSaving;
    }

    /** The link is down: gives up a rewind that is under way; it begins again with the next attempt. */
    void disconnected() {
        if (!isSaving) {
            close();
        }
    }

    /** Gives up whatever is under way. */
    void close() {
        isSaving = false;
        if (rewind != null) {
            rewind.close();
            rewind = null;
        }
    }
}
