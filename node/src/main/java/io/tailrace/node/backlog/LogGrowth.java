package io.tailrace.node.backlog;

import io.tailrace.wire.record.QueueIndex;
import java.util.Objects;

/**
 * Whether a log takes one more record, and why not. Owned by the shard's reactor thread.
 *
 * <pre>
 *  the next record                        needs
 *  continues the newest segment           its own pages ({@link SegmentRoom})
 *  opens a segment                        a file for it, and pages for the end mark of the one before
 *  either, from a client or a primary     that the disk does not refuse; from a client also room up to the limit ({@link Retention})
 * </pre>
 */
final class LogGrowth {
    private final SegmentTable segments;
    private final SegmentKeeper keeper;
    private final SegmentRoom room;
    private final Retention retention;
    private final BacklogSettings settings;

    LogGrowth(
            SegmentTable segments,
            SegmentKeeper keeper,
            SegmentRoom room,
            Retention retention,
            BacklogSettings settings) {
        this.segments = segments;
        this.keeper = keeper;
        this.room = room;
        this.retention = retention;
        this.settings = settings;
    }

    /** Whether the disk has room for this segment, and for the end mark of the one before; then it may be opened. */
    boolean canOpen(int segment) {
        if (keeper.forceFailure() != null) {
            return false;
        }
        boolean canClose = segments.isEmpty() || hasRoom(0, keeper.failure() == null);
        if (canClose && (keeper.isPrepared(segment) || keeper.failure() == null && room.provide(segment))) {
            return true;
        }
        keeper.refuse(segment, room.refusal());
        return false;
    }

    boolean isSegmentFull() {
        return segments.last().bytes() >= settings.segmentBytes();
    }

    /** {@link Backlog#refusal}. */
    String refusal(int recordLength) {
        if (keeper.forceFailure() != null) {
            return failedForce();
        }
        if (retention.roomToLimit() < 0) {
            return noRoom();
        }
        if (segments.isEmpty() || !isSegmentFull() || recordLength > settings.maxRecordBytes()) {
            return refusalHere(recordLength);
        }
        return retention.pressure() == null && canOpen(nextSegment()) ? null : noRoom();
    }

    /** {@link Backlog#refusalHere}. */
    String refusalHere(int recordLength) {
        if (keeper.forceFailure() != null) {
            return failedForce();
        }
        if (recordLength > settings.maxRecordBytes()) {
            return "a record of " + recordLength + " bytes is larger than the log takes (" + settings.maxRecordBytes()
                    + " bytes, set by max-value-size)";
        }
        return segments.isEmpty() || hasRoom(recordLength, retention.pressure() == null) ? null : noRoom();
    }

    private String failedForce() {
        return "the disk failed to take it: " + keeper.forceFailure();
    }

    private boolean hasRoom(int recordLength, boolean mayAsk) {
        SegmentInfo last = segments.last();
        return room.has(last.bytes(), recordLength)
                || mayAsk && room.extend(last.segment(), last.bytes(), recordLength);
    }

    private String noRoom() {
        if (retention.pressure() == null) {
            keeper.refuse(nextSegment(), room.refusal());
        }
        return "the log can't grow: " + Objects.requireNonNullElse(retention.pressure(), room.refusal());
    }

    /** The one behind the newest record, in whichever segment that is. */
    private int nextSegment() {
        return segments.isEmpty() ? 1 : QueueIndex.segment(segments.last().firstIndex()) + 1;
    }
}
