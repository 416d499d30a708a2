package io.tailrace.tools.export;

import io.tailrace.wire.record.QueueIndex;

/**
 * The place of an effect in the log.
 *
 * @param index of its record
 * @param ordinal which of the record's effects it is
 */
record Moment(long index, int ordinal) implements Comparable<Moment> {
    /** Before the first effect. */
    static final Moment NONE = new Moment(QueueIndex.NONE, 0);

    boolean isBefore(Moment other) {
        return compareTo(other) < 0;
    }

    @Override
    public int compareTo(Moment other) {
        int byRecord = Long.compare(index, other.index);
        return byRecord == 0 ? Integer.compareUnsigned(ordinal, other.ordinal) : byRecord;
    }
}
