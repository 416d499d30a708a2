package io.tailrace.node.replication;

import io.tailrace.node.services.LagWindow;

/**
 * How far behind one replica is, as its primary sees it: the time from a record's commit to its acknowledgement. Owned by
 * the shard's reactor thread; allocates nothing while it runs.
 *
 * <pre>
 *   acknowledged          sent, not acknowledged
 *   ------------------| mark | mark | mark |        each: last index, when its first record was committed, how many
 * </pre>
 *
 * <p>A record that is sent gets a mark of its own, or, when all marks are in use, joins the newest one; an
 * acknowledgement takes every mark up to its index and notes the age of each, once for each record. So every record
 * counts, and one that shares a mark counts as the oldest in it, never as less. A replica that confirms nothing shows by
 * the age of its oldest mark. All times are of the steady clock, so the machine's may be set.
 */
final class AckLag {
    private static final int MARKS = 256;

    private final LagWindow window = new LagWindow();
    private final long[] lastIndex = new long[MARKS];
    private final long[] commitMicros = new long[MARKS];
    private final long[] records = new long[MARKS];
    private int oldest;
    private int count;
    private long lastMicros;

    /** A record was put out for the replica. */
    void sent(long index, long recordCommitMicros) {
        if (count == MARKS) {
            int newest = (oldest + count - 1) % MARKS;
            lastIndex[newest] = index;
            records[newest]++;
            return;
        }
        int mark = (oldest + count) % MARKS;
        lastIndex[mark] = index;
        commitMicros[mark] = recordCommitMicros;
        records[mark] = 1;
        count++;
    }

    /** The replica confirms that it has applied every record up to {@code index}. */
    void acknowledged(long index, long nowMicros) {
        while (count > 0 && lastIndex[oldest] <= index) {
            lastMicros = Math.max(0, nowMicros - commitMicros[oldest]);
            window.note(lastMicros, records[oldest], nowMicros / 1_000);
            oldest = (oldest + 1) % MARKS;
            count--;
        }
    }

    /** The lag of the record that was confirmed last, or the age of the oldest one that is not, if that is more. */
    long micros(long nowMicros) {
        return count == 0 ? lastMicros : Math.max(lastMicros, nowMicros - commitMicros[oldest]);
    }

    /** By record, over the last minute. */
    LagWindow.Summary summary(long nowSteadyMs) {
        return window.summary(nowSteadyMs);
    }
}
