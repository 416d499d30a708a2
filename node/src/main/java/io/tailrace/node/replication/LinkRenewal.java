package io.tailrace.node.replication;

import io.tailrace.node.config.HostPort;
import io.tailrace.wire.handshake.FrameDecoder;
import io.tailrace.wire.handshake.FrameLayout;
import io.tailrace.wire.handshake.FrameWriter;
import io.tailrace.wire.handshake.HandshakeReply;
import io.tailrace.wire.record.RecordView;
import java.io.IOException;

/**
 * New data for a replica's shard on its way in, beside the data that is served: by a full sync or by a rewind, none or one
 * at a time. The states are the link's, which asks this in SYNCING, REDOING and REWINDING. Owned by the shard's reactor
 * thread.
 */
final class LinkRenewal {
    /** What became of it when it was polled. */
    enum Progress {
        /** Nothing that could be done now. */
        WAITING,
        /** A part of it was done, and there is more; there may be something to send. */
        MADE,
        /** It can't be completed: {@link LinkRenewal#failure}. */
        FAILED,
        /** A rewind is over: this node's own writes are saved, but only a full sync brings the primary's data. */
        NEEDS_FULL_SYNC,
        /** The new data is in the place of the old. */
        COMPLETE
    }

    private final LinkSync sync;
    private final LinkRewind rewind;

    LinkRenewal(ShardReplication replication, HostPort primary) {
        sync = new LinkSync(replication, primary);
        rewind = new LinkRewind(replication, primary);
    }

    LinkSync sync() {
        return sync;
    }

    /**
     * The primary has answered with SNAPSHOT or REWIND.
     *
     * @return null, or why this node can't do that; then nothing was begun
     */
    String begin(HandshakeReply reply) throws IOException {
        if (reply.kind() == HandshakeReply.Kind.REWIND) {
            return rewind.begin(reply);
        }
        sync.begin(reply);
        return null;
    }

    /** Takes a frame other than RECORD; returns null or what the primary sent that makes no sense. */
    String frame(LinkState state, FrameDecoder frame) throws IOException {
        switch (frame.type()) {
            case FrameLayout.SNAPSHOT_BEGIN:
                return unless(state == LinkState.SYNCING, state, frame);
            case FrameLayout.SNAPSHOT_CHUNK:
                if (state == LinkState.SYNCING) {
                    sync.chunk(frame);
                    return null;
                }
                return unless(false, state, frame);
            case FrameLayout.SNAPSHOT_END:
                if (state == LinkState.SYNCING) {
                    sync.end(frame);
                    return null;
                }
                return unless(false, state, frame);
            case FrameLayout.ENTRY:
            case FrameLayout.FETCHED:
                return state == LinkState.REWINDING ? rewind.take(frame) : unless(false, state, frame);
            default:
                return "a frame of type " + FrameLayout.typeName(frame.type());
        }
    }

    private static String unless(boolean isExpected, LinkState state, FrameDecoder frame) {
        return isExpected ? null : "a " + FrameLayout.typeName(frame.type()) + " frame while " + state;
    }

    /** Takes a record; returns null or why not. */
    String record(LinkState state, long index, RecordView record) {
        return state == LinkState.REWINDING ? rewind.redo(index, record) : sync.take(index, record);
    }

    /** Moves it along, and lets the new data take over once it is exact and durable. */
    Progress poll(LinkState state, FrameWriter frames) throws IOException {
        return state == LinkState.REWINDING ? rewind.poll(frames) : sync.poll();
    }

    /** Why it can't be completed, or null. */
    String failure(LinkState state) {
        return state == LinkState.REWINDING ? rewind.failure() : sync.failure();
    }

    /** Tells the primary that this node is alive, and how far; nothing counts as applied. */
    void acknowledge(LinkState state, FrameWriter frames) {
        if (state == LinkState.REWINDING) {
            rewind.acknowledge(frames);
        } else {
            sync.acknowledge(frames);
        }
    }

    /** The link is down: breaks off what is under way. */
    void disconnected() {
        sync.disconnected();
        rewind.disconnected();
    }

    /** Whether this node's own writes are just being saved, after the link went down; {@link #poll} moves that along. */
    boolean isSaving() {
        return rewind.isSaving();
    }

    /** Breaks off what {@link #disconnected} let go on. */
    void close() {
        rewind.close();
    }

    /** Waits until nothing is under way in the background, at a stop of the node. */
    void await() {
        sync.await();
    }
}
