package io.tailrace.node.replication;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.services.SyncProgress;
import io.tailrace.node.shard.Shard;
import io.tailrace.snapshot.SnapshotFiles;
import io.tailrace.wire.handshake.FrameDecoder;
import io.tailrace.wire.handshake.FrameLayout;
import io.tailrace.wire.handshake.FrameWriter;
import io.tailrace.wire.handshake.HandshakeReply.SnapshotOffer;
import io.tailrace.wire.handshake.HandshakeRequest.SnapshotPart;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import java.io.IOException;
import java.nio.file.Files;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The copy of a primary's data as a snapshot and the log after it. Owned by the shard's reactor thread. */
final class FullSync implements Resync {
    private static final Logger LOG = LoggerFactory.getLogger(FullSync.class);
    private static final long WORTH_BYTES = 1 << 20;

    private final LinkHost host;
    private final Shard shard;
    private final HostPort primary;
    private final SnapshotOffer offer;
    private final FullSyncGeneration generation;

    /**
     * @param target when it may take over
     * @param keepReplaced why the data that it replaces is to stay on the disk, or null
     */
    FullSync(LinkHost host, HostPort primary, SnapshotOffer offer, CopyTarget target, String keepReplaced)
            throws IOException {
        this.host = host;
        this.primary = primary;
        shard = host.shard();
        this.offer = offer;
        boolean isResumed = offer.offset() > 0;
        host.counters().countFullSync(isResumed);
        LOG.info(
                "shard={} primary={}: full sync {}, snapshot {} from byte {}",
                shard.id(),
                primary,
                isResumed ? "resumes" : "begins",
                offer.id(),
                offer.offset());
        generation = new FullSyncGeneration(shard, offer.id(), offer.offset(), target, host::wake);
        if (keepReplaced != null) {
            generation.keepReplaced(keepReplaced);
        }
    }

    /** What an earlier sync that was broken off has left, or null. */
    static SnapshotPart findPartial(Shard shard) throws IOException {
        if (!Files.exists(shard.directory().incoming())) {
            return null;
        }
        SnapshotFiles files = new SnapshotFiles(shard.directory().incoming());
        String id = files.incomingId();
        return id == null ? null : new SnapshotPart(id, files.incomingBytes(id));
    }

    /** Deletes what a sync that was broken off has left. */
    static void discardPartial(Shard shard) throws IOException {
        if (Files.exists(shard.directory().incoming())) {
            new SnapshotFiles(shard.directory().incoming()).deleteIncoming();
        }
    }

    @Override
    public String step() {
        return generation.hasEnded() ? "REDOING" : "SYNCING";
    }

    @Override
    public String onFrame(FrameDecoder frame) throws IOException {
        if (generation.hasEnded()) {
            return Unexpected.frame(frame.type(), step());
        }
        switch (frame.type()) {
            case FrameLayout.SNAPSHOT_BEGIN:
                return null;
            case FrameLayout.SNAPSHOT_CHUNK:
                if (offer.length() >= 0 && frame.bodyLength() > offer.length() - frame.argument()) {
                    return "more than the " + offer.length() + " bytes of the snapshot";
                }
                generation.chunk(frame.argument(), frame.bodyAddress(), frame.bodyLength());
                return null;
            case FrameLayout.SNAPSHOT_END:
                generation.endOfFile(frame.argument());
                return null;
            default:
                return Unexpected.frame(frame.type(), step());
        }
    }

    @Override
    public String onRecord(long index, RecordView record) {
        return generation.hasEnded()
                ? generation.take(index, record)
                : "the primary sent " + Unexpected.frame(FrameLayout.RECORD, step());
    }

    @Override
    public Progress poll(FrameWriter out) {
        boolean isBusy = generation.redoStep();
        if (generation.failure() != null) {
            return Progress.FAILED;
        }
        if (!generation.isReady()) {
            return isBusy ? Progress.ADVANCED : Progress.WAITING;
        }
        host.disconnectReplicas("this node takes over the data of a full sync");
        generation.takeOver();
        logComplete();
        return Progress.DONE;
    }

    private void logComplete() {
        LOG.info(
                "shard={} primary={}: full sync complete, at {}",
                shard.id(),
                primary,
                QueueIndex.toString(shard.backlog().lastIndex()));
    }

    @Override
    public void acknowledge(FrameWriter out) {
        out.ack(QueueIndex.NONE, generation.receivedIndex(), QueueIndex.NONE, 0, 0);
    }

    @Override
    public String failure() {
        return generation.failure();
    }

    @Override
    public SyncProgress progress() {
        return new SyncProgress(
                generation.receivedBytes(),
                offer.expectedLength(),
                shard.clock().steadyMs() - generation.beganSteadyMs());
    }

    @Override
    public boolean isWorthRetrying() {
        return generation.failure() == null && generation.hasReceived(WORTH_BYTES);
    }

    @Override
    public boolean close() {
        try {
            if (generation.abandon()) {
                logComplete();
                return true;
            }
        } catch (IOException e) {
            LOG.warn("shard={}: the received part of the snapshot may be lost: {}", shard.id(), e.getMessage());
        }
        return false;
    }

    @Override
    public boolean hasEnded() {
        return generation.isOver();
    }

    @Override
    public void await() {
        generation.await();
    }
}
