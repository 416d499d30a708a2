package io.tailrace.node.replication;

import io.tailrace.node.services.SyncProgress;
import io.tailrace.wire.handshake.FrameDecoder;
import io.tailrace.wire.handshake.FrameWriter;
import io.tailrace.wire.handshake.HandshakeReply;
import io.tailrace.wire.record.RecordView;
import java.io.IOException;

/**
 * New data for a replica's shard on its way in, beside the data that is served: by a snapshot ({@link FullSync}), as a whole
 * log ({@link LogCopy}), or without this node's own last records ({@link RewindSync}). It takes over when it is whole and on
 * the disk, and not before. Owned by the shard's reactor thread.
 */
interface Resync {
    /** What became of it when it was polled. */
    enum Progress {
        /** Nothing could be done now. */
        WAITING,
        /** A part of it was done, and there is more; there may be something to send. */
        ADVANCED,
        /** It can't be completed: {@link Resync#failure}. */
        FAILED,
        /** It is over without new data: only a copy of the primary's log brings that, and this node's own writes are saved. */
        NEEDS_COPY,
        /** The new data is in the place of the old. */
        DONE
    }

    /** What it is at, in a word or two. */
    String step();

    /** Takes a frame that only a resync knows; returns null, or what is wrong with it. */
    String onFrame(FrameDecoder frame) throws IOException;

    /** Takes a record; returns null or why not. */
    String onRecord(long index, RecordView record);

    /** Moves it along, and lets the new data take over once it is whole and durable. */
    Progress poll(FrameWriter out) throws IOException;

    /** Tells the primary that this node is alive, and how far; nothing counts as applied. */
    void acknowledge(FrameWriter out);

    /** Why it can't be completed, or null. */
    String failure();

    /** After {@link Progress#NEEDS_COPY}: what this node gives up for a copy of the log that the primary named. */
    default CopyGrant grant(HandshakeReply reply) {
        throw new IllegalStateException(step() + " is a copy itself");
    }

    /** How far it has come, or null when that is not counted. */
    default SyncProgress progress() {
        return null;
    }

    /** Whether this attempt, should it end now, has come far enough that it may be tried again at once. */
    default boolean isWorthRetrying() {
        return false;
    }

    /**
     * Ends it, the connection being gone or the link.
     *
     * @return whether the new data has taken over all the same, as it was just being made current
     */
    boolean close();

    /**
     * After {@link #close} or {@link Progress#DONE}: whether nothing of it is under way any more, so that the shard's data may
     * be closed.
     */
    boolean hasEnded();

    /** After {@link #close} or {@link Progress#DONE}, at a stop of the node: waits until nothing of it is under way. */
    void await();
}
