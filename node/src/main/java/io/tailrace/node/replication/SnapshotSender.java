package io.tailrace.node.replication;

import io.tailrace.node.services.SyncProgress;
import io.tailrace.node.shard.Shard;
import io.tailrace.snapshot.SnapshotFile;
import io.tailrace.wire.handshake.FrameLayout;
import io.tailrace.wire.handshake.HandshakeReply;
import io.tailrace.wire.handshake.HandshakeReply.SnapshotOffer;
import io.tailrace.wire.handshake.HandshakeRequest.SnapshotPart;
import io.tailrace.wire.handshake.HistoryPosition;
import io.tailrace.wire.resp.ReplyWriter;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A snapshot on its way out to one replica: which file, how far it was sent, how fast it may be. Owned and closed by the
 * session's reactor thread.
 */
final class SnapshotSender implements AutoCloseable {
    private static final int MAX_CHUNK = FrameLayout.MAX_CHUNK;

    private final Shard shard;
    private final SnapshotSource source;
    private final long resumedFrom;
    private final long beganSteadyMs;
    private final ByteRateLimiter limiter;
    private long offset;

    private SnapshotSender(Shard shard, SnapshotSource source, long resumedFrom) {
        this.shard = shard;
        this.source = source;
        this.resumedFrom = resumedFrom;
        beganSteadyMs = shard.clock().steadyMs();
        limiter = new ByteRateLimiter(shard.clock().steadyMicros());
        offset = resumedFrom;
    }

    /**
     * What a replica is to be sent: the rest of what it has a part of, or a whole; null when no snapshot can be written.
     *
     * @param finished the snapshot that {@link SnapshotSource#finished} has found
     * @param part of a snapshot that it has, or null
     * @param ownsLog whether this node may open a segment for one
     */
    static SnapshotSender begin(Shard shard, SnapshotFile finished, SnapshotPart part, boolean ownsLog)
            throws IOException {
        SnapshotSource source =
                SnapshotSource.open(shard.snapshots(), finished, part == null ? null : part.id(), ownsLog);
        if (source == null) {
            return null;
        }
        boolean isResumed = part != null && source.id().equals(part.id()) && part.length() <= source.available();
        return new SnapshotSender(shard, source, isResumed ? part.length() : 0);
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
    void announce(PeerChannel peer, HistoryPosition end) {
        HandshakeReply.snapshot(
                        new SnapshotOffer(source.id(), source.length(), resumedFrom, source.expectedLength()), end)
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
        long allowed = Math.min(limiter.allow(shard.clock().steadyMicros(), bytesPerSecond, available), available);
        int filled = 0;
        while (filled < budget && filled < allowed) {
            int length = (int) Math.min(MAX_CHUNK, allowed - filled);
            chunk(peer, length);
            filled += length;
        }
        limiter.spent(filled);
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
        return new SyncProgress(offset, source.expectedLength(), shard.clock().steadyMs() - beganSteadyMs);
    }

    @Override
    public void close() {
        source.close();
    }
}
