package io.tailrace.node.backlog;

import java.io.IOException;

/**
 * How much of the newest segment's file the disk has given already: what is after that must not be written through the
 * mapping, where the lack of a page is a fault and not an error. Owned by the shard's reactor thread.
 *
 * <pre>
 *  0          last record        end                     segment's size
 *  |--- records ---|-- zeroes ----|-- nothing, or zeroes ---|
 *                  |-- record --|-margin-|
 * </pre>
 *
 * <p>A segment that was prepared in time is given whole. Otherwise, and for a record that goes beyond it, this thread claims
 * what comes next itself, {@value #STEP} bytes at a time: the first segment of a replica after its start, and what the disk
 * thread was too late for. What a write to a file was given stays given on file systems that change files in place (ext4, XFS,
 * tmpfs), not on those that copy on write.
 */
final class SegmentRoom {
    static final int STEP = 1 << 20;

    /** A record may need a page of the library's index after it. */
    private static final int MARGIN = 256 << 10;

    private final SegmentFiles files;
    private final BacklogDiskWorker worker;
    private long end;
    private String refusal = "no room";

    SegmentRoom(SegmentFiles files, BacklogDiskWorker worker) {
        this.files = files;
        this.worker = worker;
    }

    /** A segment that was there already is continued at {@code position}: what is after that is not known. */
    void continued(long position) {
        end = position;
    }

    /** Sees to it that there is a file for the next segment, prepared or a small one; whether the disk takes it. */
    boolean provide(int segment) {
        if (worker.isPrepared(segment)) {
            return true;
        }
        try {
            files.prepare(segment, STEP);
            return true;
        } catch (IOException e) {
            refusal = String.valueOf(e.getMessage());
            return false;
        }
    }

    /** The segment is the newest now, with the file that was provided. */
    void opened(int segment) {
        end = worker.isPrepared(segment) ? worker.reservedBytes() : STEP;
    }

    boolean has(long position, int recordLength) {
        return position + recordLength + MARGIN <= end;
    }

    /** Gets more for the newest segment; whether the disk gave it. */
    boolean extend(int segment, long position, int recordLength) {
        long wanted = position + recordLength + MARGIN + STEP;
        try {
            files.claim(segment, position, wanted);
            end = wanted;
            return true;
        } catch (IOException e) {
            refusal = String.valueOf(e.getMessage());
            return false;
        }
    }

    /** What the disk said when it last gave nothing. */
    String refusal() {
        return refusal;
    }
}
