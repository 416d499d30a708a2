package io.tailrace.node.command;

import io.tailrace.node.value.StreamGroups;
import io.tailrace.node.value.StreamId;
import io.tailrace.node.value.StreamValue;

/**
 * How many entries of all that a stream ever had are up to an ID, by Redis's reckoning: it is known where no entry after it was
 * deleted by its ID. Reused; one thread.
 */
final class StreamCounter {
    /** A lag that is not known; one may be below 0. */
    static final long UNKNOWN_LAG = Long.MIN_VALUE;

    private final StreamId first = new StreamId();
    private final StreamId last = new StreamId();
    private final StreamId maxDeleted = new StreamId();
    private long size;
    private long added;

    /** Looks at a stream, as it is now. */
    StreamCounter wrap(StreamValue stream) {
        size = stream.size();
        added = stream.added();
        stream.first(first);
        stream.last(last);
        stream.maxDeleted(maxDeleted);
        return this;
    }

    /** How many entries a group has not read, or {@link #UNKNOWN_LAG}. */
    long lag(StreamValue stream, StreamGroups groups) {
        wrap(stream);
        if (added == 0) {
            return 0;
        }
        if (groups.read() != StreamGroups.UNKNOWN && !hasHoleFrom(groups.last())) {
            return added - groups.read();
        }
        long read = estimate(groups.last());
        return read == StreamGroups.UNKNOWN ? UNKNOWN_LAG : added - read;
    }

    /** How many entries are read with one more, which has an ID. */
    long afterReading(long read, StreamId id) {
        if (read != StreamGroups.UNKNOWN && !hasHoleFrom(id)) {
            return read + 1;
        }
        return added > 0 ? estimate(id) : read;
    }

    private boolean hasHoleFrom(StreamId id) {
        if (size == 0 || maxDeleted.isLowest() || first.isAfter(maxDeleted)) {
            return false;
        }
        return !id.isAfter(maxDeleted);
    }

    private long estimate(StreamId id) {
        if (added == 0) {
            return 0;
        }
        if (size == 0 && !id.isAfter(last)) {
            return added;
        }
        int order = id.compareTo(last);
        if (order == 0) {
            return added;
        }
        if (order > 0) {
            return StreamGroups.UNKNOWN;
        }
        if (maxDeleted.isLowest() || maxDeleted.isBefore(first)) {
            int toFirst = id.compareTo(first);
            if (toFirst < 0) {
                return added - size;
            }
            if (toFirst == 0) {
                return added - size + 1;
            }
        }
        return StreamGroups.UNKNOWN;
    }
}
