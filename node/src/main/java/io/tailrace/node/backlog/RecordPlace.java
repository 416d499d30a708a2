package io.tailrace.node.backlog;

import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.SegmentRecord;
import java.nio.file.Path;

/** Where the record is that a reader of a log's files returned last. */
public interface RecordPlace {
    /** Its index. */
    long index();

    /** Its segment's file. */
    Path file();

    /** Where in that file it begins, bytes. */
    long position();

    /** The opening record of its segment. */
    SegmentRecord opening();

    /** What is missing between it and the one read before it, or null. */
    LogGap gap();

    /** Whether it opens its segment. */
    default boolean isOpening() {
        return QueueIndex.sequence(index()) == 0;
    }

    /** By file, index and byte, for messages. */
    default String place() {
        return file() + ": record " + QueueIndex.toString(index()) + " at byte " + position();
    }
}
