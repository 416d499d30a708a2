package io.tailrace.node.replication;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.rewind.Rewind;
import io.tailrace.node.shard.Shard;
import io.tailrace.wire.handshake.FrameDecoder;
import io.tailrace.wire.handshake.FrameLayout;
import io.tailrace.wire.handshake.FrameWriter;
import io.tailrace.wire.handshake.HandshakeReply;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rolling back of this node's own last records: asks the primary for the entries of the touched keys and for the records
 * after the last shared one. Owned by the shard's reactor thread.
 */
final class RewindSync implements Resync {
    private static final Logger LOG = LoggerFactory.getLogger(RewindSync.class);

    private final LinkHost host;
    private final Shard shard;
    private final HostPort primary;
    private final Rewind rewind;
    private boolean hasAskedForRecords;

    /** The primary has said which record is the last shared one, and this log has it. */
    RewindSync(LinkHost host, HostPort primary, HandshakeReply reply) throws IOException {
        this.host = host;
        this.primary = primary;
        shard = host.shard();
        LOG.warn(
                "shard={} primary={}: this log diverged after {} of history {}: rolling back the records from there to {}",
                shard.id(),
                primary,
                QueueIndex.toString(reply.shared().index()),
                reply.shared().history(),
                QueueIndex.toString(shard.backlog().lastIndex()));
        rewind = new Rewind(shard, reply.shared(), reply.own(), host::execute);
    }

    @Override
    public String step() {
        return "REWINDING";
    }

    @Override
    public String onFrame(FrameDecoder frame) throws IOException {
        switch (frame.type()) {
            case FrameLayout.ENTRY:
            case FrameLayout.ELEMENTS:
            case FrameLayout.ELEMENTS_END:
            case FrameLayout.FETCHED:
                return rewind.onFrame(frame);
            default:
                return Unexpected.frame(frame.type(), step());
        }
    }

    @Override
    public String onRecord(long index, RecordView record) {
        return hasAskedForRecords ? rewind.redo(index, record) : "the primary sent a record that was not asked for";
    }

    @Override
    public Progress poll(FrameWriter out) throws IOException {
        switch (rewind.poll()) {
            case FETCHING:
                return fetch(out);
            case REDOING:
                return askForRecords(out);
            case READY:
                host.disconnectReplicas("this node takes records back");
                rewind.takeOver();
                complete();
                return Progress.DONE;
            case SAVED:
                save();
                return Progress.NEEDS_COPY;
            case FAILED:
                return Progress.FAILED;
            default:
                return rewind.isBusy() ? Progress.ADVANCED : Progress.WAITING;
        }
    }

    private Progress fetch(FrameWriter out) {
        if (rewind.isAsking()) {
            return Progress.WAITING;
        }
        if (!rewind.ask(out)) {
            rewind.finish();
        }
        return Progress.ADVANCED;
    }

    private Progress askForRecords(FrameWriter out) {
        if (hasAskedForRecords) {
            return Progress.WAITING;
        }
        hasAskedForRecords = true;
        out.fetch(0, 0);
        return Progress.ADVANCED;
    }

    private void complete() {
        save();
        LOG.info(
                "shard={} primary={}: rewind complete, {} keys fetched; following from {}",
                shard.id(),
                primary,
                rewind.touchedKeys(),
                QueueIndex.toString(shard.backlog().lastIndex()));
        host.counters().countRewind();
        host.counters().countLostWrites(rewind.lostWrites());
    }

    private void save() {
        CopyGrant.saved(host, rewind.lostWrites(), rewind.savedAs());
    }

    @Override
    public CopyGrant grant(HandshakeReply reply) {
        return new CopyGrant(reply.own(), true, rewind.lostWrites(), null);
    }

    @Override
    public void acknowledge(FrameWriter out) {
        out.ack(QueueIndex.NONE, QueueIndex.NONE, QueueIndex.NONE, 0, 0);
    }

    @Override
    public String failure() {
        return rewind.failure();
    }

    @Override
    public boolean close() {
        if (rewind.close()) {
            complete();
            return true;
        }
        return false;
    }

    @Override
    public boolean hasEnded() {
        return rewind.hasEnded();
    }

    @Override
    public void await() {
        rewind.await();
    }
}
