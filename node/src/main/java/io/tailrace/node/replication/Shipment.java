package io.tailrace.node.replication;

import io.tailrace.node.services.SyncProgress;
import io.tailrace.node.shard.Shard;
import io.tailrace.wire.handshake.FrameLayout;
import io.tailrace.wire.handshake.HandshakeReply;
import io.tailrace.wire.handshake.HandshakeRequest;
import io.tailrace.wire.resp.ReplyWriter;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A snapshot on its way out to one replica: which file, how far it was sent, how fast it may be. Owned and closed by the
 * session's reactor thread.
 */
final class Shipment implements AutoCloseable {
    private static final int MAX_CHUNK = FrameLayout.MAX_CHUNK;

    private final Shard shard;
    private final SnapshotSource source;
    private final long resumedFrom;
    private final long beganMillis;
    private final Pace pace;
    private long offset;

    private Shipment(Shard shard, SnapshotSource source, long resumedFrom) {
        this.shard = shard;
        this.source = source;
        this.resumedFrom = resumedFrom;
        beganMillis = shard.clock().steadyMillis();
        pace = new Pace(shard.clock().steadyMicros());
        offset = resumedFrom;
    }

    /** What a replica is to be sent: the rest of what it has a part of, or a whole; null when no snapshot can be written. */
    static Shipment begin(Shard shard, HandshakeRequest request, boolean isPrimary) throws IOException {
        SnapshotSource source = SnapshotSource.open(shard.snapshots(), request.snapshotId(), isPrimary);
        if (source == null) {
            return null;
        }
        boolean isResumed = source.id().equals(request.snapshotId()) && request.snapshotOffset() <= source.available();
        return new Shipment(shard, source, isResumed ? request.snapshotOffset() : 0);
    }

    String id() {
        return source.id();
    }

    long beginIndex() {
        return source.beginIndex();
    }

    /** Where in the file it began. */
    long resumedFrom() {
        return resumedFrom;
    }

    boolean isResumed() {
        return resumedFrom > 0;
    }

    /** Says what comes: the handshake's answer and the first frame. */
    void announce(PeerChannel peer) {
        HandshakeReply.snapshot(source.id(), source.length(), resumedFrom, source.expectedLength())
                .encode(peer.output());
        peer.frames().snapshotBegin(source.beginIndex(), source.id());
    }

    /** Why there will be no whole file, or null. */
    String failure() {
        return source.failure();
    }

    /**
     * Puts chunks out, as far as the file has come; returns how many bytes.
     *
     * @param budget bytes, exceeded by one chunk at most
     * @param bytesPerSecond of this replica, 0 for no limit
     */
    int fill(PeerChannel peer, int budget, long bytesPerSecond) throws IOException {
        long available = source.available() - offset;
        long allowed = Math.min(pace.allow(shard.clock().steadyMicros(), bytesPerSecond, available), available);
        int filled = 0;
        while (filled < budget && filled < allowed) {
            int length = (int) Math.min(MAX_CHUNK, allowed - filled);
            chunk(peer, length);
            filled += length;
        }
        pace.spent(filled);
        return filled;
    }

    private void chunk(PeerChannel peer, int length) throws IOException {
        long target = peer.frames().snapshotChunk(offset, length);
        ReplyWriter output = peer.output();
        ByteBuffer bytes = output.buffer().buffer();
        int position = (int) (target - output.buffer().address());
        bytes.limit(position + length).position(position);
        source.read(offset, bytes);
        offset += length;
    }

    /** Whether the whole file was put out; says so to the replica then. */
    boolean end(PeerChannel peer) {
        if (offset != source.length()) {
            return false;
        }
        peer.frames().snapshotEnd(offset);
        return true;
    }

    SyncProgress progress() {
        return new SyncProgress(offset, source.expectedLength(), shard.clock().steadyMillis() - beganMillis);
    }

    @Override
    public void close() {
        source.close();
    }
}
