package io.tailrace.node.backlog;

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
public final class LogGrowth {
    private static final long RESERVE_TIMEOUT_MS = 10_000;

    private final SegmentTable segments;
    private final BacklogDiskWorker worker;
    private final LogSync sync;
    private final SegmentRoom room;
    private final Retention retention;
    private final BacklogSettings settings;
    /** Why the disk thread found no room for another segment when it looked last, or null. Written by that thread. */
    private volatile String refused;

    private volatile boolean isLooking;

    /** A start found no room for a segment of its own: the next record opens one, or is refused. */
    private boolean isOpeningDue;

    LogGrowth(
            SegmentTable segments,
            BacklogDiskWorker worker,
            LogSync sync,
            SegmentRoom room,
            Retention retention,
            BacklogSettings settings) {
        this.segments = segments;
        this.worker = worker;
        this.sync = sync;
        this.room = room;
        this.retention = retention;
        this.settings = settings;
    }

    /** Reserves the disk space of the next segment, and waits for that: not for a duty cycle. */
    public void reserve() throws InterruptedException {
        worker.prepare(nextSegment());
        worker.await(RESERVE_TIMEOUT_MS);
    }

    /** Whether the disk has room for another segment, as far as is known. */
    public boolean canOpenNext() {
        return canOpen(nextSegment());
    }

    /** Whether the disk has room for this segment, and for the end mark of the one before; then it may be opened. */
    public boolean canOpen(int segment) {
        if (sync.failure() != null) {
            return false;
        }
        boolean canClose = segments.isEmpty() || hasRoom(0, worker.failure() == null);
        if (canClose && (worker.isPrepared(segment) || worker.failure() == null && room.provide(segment))) {
            return true;
        }
        worker.refuse(segment, whatTheDiskSaid());
        return false;
    }

    /** Whether the disk has refused something, and not taken it since. */
    public boolean isRefused() {
        return worker.failure() != null || sync.failure() != null;
    }

    /** Lets the disk thread find out, by a small file for it, whether there is room for another segment: {@link #refusalOfNext}. */
    public void lookAhead() {
        if (!segments.isEmpty() && !isLooking) {
            isLooking = true;
            worker.provide(nextSegment(), SegmentRoom.STEP, refusal -> {
                refused = refusal;
                isLooking = false;
            });
        }
    }

    /** Why another segment could not be opened, as far as is known without asking the disk, or null. */
    public String refusalOfNext() {
        if (sync.failure() != null) {
            return failedSync();
        }
        String failure = worker.failure() == null ? refused : worker.failure();
        return failure == null || worker.isPrepared(nextSegment()) ? null : "the log can't grow: " + failure;
    }

    /** Whether the next record must not go into the newest segment. */
    public boolean isSegmentFull() {
        return isOpeningDue || segments.last().bytes() >= settings.segmentBytes();
    }

    /** The newest segment gets no more, though there is no room for another one now. */
    public void openingIsDue() {
        isOpeningDue = true;
    }

    /** There is a new segment. */
    public void opened() {
        isOpeningDue = false;
    }

    /**
     * Why a record of that many bytes can't be written now, or null: too long, or the disk has no room for it, or for the segment
     * that it would open.
     */
    public String refusal(int recordLength) {
        if (sync.failure() != null) {
            return failedSync();
        }
        if (retention.roomToLimit() < 0) {
            return noRoom();
        }
        if (segments.isEmpty() || !isSegmentFull() || recordLength > settings.maxRecordBytes()) {
            return refusalHere(recordLength);
        }
        return retention.pressure() == null && canOpen(nextSegment()) ? null : noRoom();
    }

    /** {@link #refusal} for a record of the newest segment, full or not. */
    public String refusalHere(int recordLength) {
        if (sync.failure() != null) {
            return failedSync();
        }
        if (recordLength > settings.maxRecordBytes()) {
            return "a record of " + recordLength + " bytes is larger than the log takes (" + settings.maxRecordBytes()
                    + " bytes, set by max-value-size)";
        }
        return segments.isEmpty() || hasRoom(recordLength, retention.pressure() == null) ? null : noRoom();
    }

    private String failedSync() {
        return "the disk failed to take it: " + sync.failure();
    }

    private boolean hasRoom(int recordLength, boolean mayAsk) {
        SegmentInfo last = segments.last();
        return room.has(last.bytes(), recordLength)
                || mayAsk && room.extend(last.segment(), last.bytes(), recordLength);
    }

    private String noRoom() {
        if (retention.pressure() == null) {
            worker.refuse(nextSegment(), whatTheDiskSaid());
        }
        return "the log can't grow: " + Objects.requireNonNullElse(retention.pressure(), whatTheDiskSaid());
    }

    /** To the disk thread, or here: this thread does not ask where that has been refused. */
    private String whatTheDiskSaid() {
        String failure = worker.failure();
        return failure == null ? room.refusal() : failure;
    }

    /** The one after that of the newest record. */
    private int nextSegment() {
        return segments.isEmpty() ? 1 : segments.last().segment() + 1;
    }
}
