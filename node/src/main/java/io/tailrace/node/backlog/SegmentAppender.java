package io.tailrace.node.backlog;

import io.tailrace.wire.record.QueueIndex;
import net.openhft.chronicle.bytes.PointerBytesStore;
import net.openhft.chronicle.queue.impl.single.InternalAppender;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;

/**
 * Writes records into the queue, each at the index that it must have. Owned by the thread that may write to the shard.
 *
 * <p>The first record of a segment, and the first after the queue was opened, are written at their index, for which the library looks
 * for the end of the log. One that follows another goes to the end as the appender knows it, which takes two thirds of the time; the
 * library says afterwards which index that was.
 */
final class SegmentAppender {
    private final SegmentClock clock;
    private final RollFaults faults;
    private final InternalAppender appender;
    private final PointerBytesStore source = new PointerBytesStore();
    /** Whether the last record of the log was written by this. */
    private boolean isAtEnd;

    SegmentAppender(SingleChronicleQueue queue, SegmentClock clock, RollFaults faults) {
        this.clock = clock;
        this.faults = faults;
        appender = (InternalAppender) queue.createAppender();
        // which thread may append is checked by the backlog
        appender.singleThreadedCheckDisabled(true);
    }

    /** The next record is one of this segment. */
    void moveTo(int segment) {
        clock.segment(segment);
    }

    /**
     * Writes a record.
     *
     * @param isRoll whether it opens a segment after another one
     * @return where in the segment's file it ends
     */
    long append(long index, long address, int length, boolean isRoll) {
        if (isRoll) {
            faults.begin();
        }
        source.set(address, length);
        if (isAtEnd && QueueIndex.sequence(index) > 0) {
            isAtEnd = false;
            appender.writeBytes(source);
        } else {
            isAtEnd = false;
            appender.writeBytes(index, source);
        }
        faults.end();
        if (appender.lastIndexAppended() != index) {
            throw new BacklogException("the queue took record " + QueueIndex.toString(index) + " as "
                    + QueueIndex.toString(appender.lastIndexAppended()));
        }
        isAtEnd = true;
        return appender.wire().bytes().writePosition();
    }

    void close() {
        appender.close();
    }
}
