package io.tailrace.node.replication;

import io.tailrace.node.services.SyncProgress;
import io.tailrace.wire.handshake.FrameDecoder;
import io.tailrace.wire.handshake.FrameLayout;
import io.tailrace.wire.handshake.HandshakeReply;
import io.tailrace.wire.record.RecordView;
import java.io.IOException;

/**
 * What a replica's link does while it is in one state; what belongs to the state is in it and ends with it. What a stage
 * does not override is malformed in its state. Owned by the shard's reactor thread.
 */
interface LinkStage {
    LinkState state();

    /** That, with more detail where there is some. */
    default String shown() {
        return state().name();
    }

    /** Moves along what does not wait for the primary; returns whether something was done. */
    default int doWork() throws IOException {
        return 0;
    }

    /** Why the state has lasted too long by now, or null. */
    default String overdue(long nowSteadyMs) {
        return null;
    }

    /** About once a second. */
    default void onSecond() throws IOException {}

    /** All that has come was taken. */
    default void onBatchEnd() throws IOException {}

    /** The answer to the request; returns null, or what is wrong with it. */
    default String onReply(HandshakeReply reply) throws IOException {
        return "an answer to nothing while " + shown();
    }

    /** A record; returns null, or what is wrong with it. */
    default String onRecord(long index, RecordView record) {
        return Unexpected.frame(FrameLayout.RECORD, shown());
    }

    /** A heartbeat has come. */
    default void onPing() {}

    /** The answer to a probe has come. */
    default void onProbed(long echo, long lastIndex, long ageMicros) {}

    /** A part of new data; returns null, or what is wrong with it. */
    default String onResyncFrame(FrameDecoder frame) throws IOException {
        return Unexpected.frame(frame.type(), shown());
    }

    /** How far new data has come, or null when there is none. */
    default SyncProgress progress() {
        return null;
    }

    /** Whether it may be tried again soon when it ends now. */
    default boolean isWorthRetrying() {
        return true;
    }

    /** The state is left for one that does not continue with what this one has. */
    default void end() {}
}
