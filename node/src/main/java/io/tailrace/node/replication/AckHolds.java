package io.tailrace.node.replication;

import io.tailrace.node.services.HeldReply;
import java.util.Arrays;

/**
 * Replies that are kept until replicas have applied what they confirm, oldest first: both the index and the time grow from
 * one to the next, so only the oldest is ever looked at. Owned by the shard's reactor thread.
 *
 * <p>The number of replicas and the timeout are those that apply when they are asked for, so a change of either holds for
 * replies that are kept already. A ring of arrays: keeping a reply makes no garbage.
 */
final class AckHolds {
    private static final int CAPACITY = 1 << 6;

    private long[] indexes = new long[CAPACITY];
    private long[] sinceMs = new long[CAPACITY];
    private HeldReply[] replies = new HeldReply[CAPACITY];
    private int first;
    private int count;
    private long lastSteadyMs;
    private long elapsedMs;

    /** @param nowSteadyMs by the steady clock */
    void add(long index, HeldReply reply, long nowSteadyMs) {
        assert count == 0 || index >= indexes[slot(count - 1)] : "replies are kept in the order of their writes";
        if (count == replies.length) {
            grow();
        }
        int slot = slot(count);
        indexes[slot] = index;
        sinceMs[slot] = elapsed(nowSteadyMs);
        replies[slot] = reply;
        count++;
    }

    /** Own time, which stands while the machine's clock is set back. */
    private long elapsed(long nowSteadyMs) {
        elapsedMs += lastSteadyMs == 0 ? 0 : Math.max(0, nowSteadyMs - lastSteadyMs);
        lastSteadyMs = nowSteadyMs;
        return elapsedMs;
    }

    private int slot(int place) {
        return first + place & replies.length - 1;
    }

    private void grow() {
        int capacity = replies.length;
        long[] newIndexes = new long[2 * capacity];
        long[] newSince = new long[2 * capacity];
        HeldReply[] newReplies = new HeldReply[2 * capacity];
        for (int place = 0; place < count; place++) {
            newIndexes[place] = indexes[slot(place)];
            newSince[place] = sinceMs[slot(place)];
            newReplies[place] = replies[slot(place)];
        }
        indexes = newIndexes;
        sinceMs = newSince;
        replies = newReplies;
        first = 0;
    }

    int count() {
        return count;
    }

    /** Lets go of those whose write has been applied up to {@code index} by as many as must; returns how many. */
    int releaseUpTo(long index) {
        int released = 0;
        while (count > 0 && indexes[first] <= index) {
            remove().release();
            released++;
        }
        return released;
    }

    /** What a reply is told that is given up; gets the index of its write. */
    interface Failure {
        String text(long index);
    }

    /** Gives up those that have been kept for {@code timeoutMs}; returns how many. */
    int failOlderThan(long timeoutMs, long nowSteadyMs, Failure failure) {
        long now = elapsed(nowSteadyMs);
        int failed = 0;
        while (count > 0 && now - sinceMs[first] >= timeoutMs) {
            failFirst(failure);
            failed++;
        }
        return failed;
    }

    /** Gives up all; returns how many. */
    int failAll(Failure failure) {
        int failed = count;
        while (count > 0) {
            failFirst(failure);
        }
        return failed;
    }

    private void failFirst(Failure failure) {
        String text = failure.text(indexes[first]);
        remove().fail(text);
    }

    private HeldReply remove() {
        HeldReply reply = replies[first];
        replies[first] = null;
        first = slot(1);
        count--;
        if (count == 0 && replies.length > CAPACITY) {
            shrink();
        }
        return reply;
    }

    private void shrink() {
        indexes = Arrays.copyOf(indexes, CAPACITY);
        sinceMs = Arrays.copyOf(sinceMs, CAPACITY);
        replies = new HeldReply[CAPACITY];
        first = 0;
    }

    /** How long until the oldest is given up, at least 0; Long.MAX_VALUE when there is none. */
    long remainingMs(long timeoutMs, long nowSteadyMs) {
        return count == 0 ? Long.MAX_VALUE : Math.max(0, sinceMs[first] + timeoutMs - elapsed(nowSteadyMs));
    }
}
