package io.tailrace.node.rewind;

import io.tailrace.wire.handshake.FrameLayout;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;

/**
 * Asks the primary for the entries of the touched keys, a FETCH of keys at a time, and checks that the answers are theirs.
 * Owned by the shard's reactor thread.
 *
 * <pre>
 *  keys   |-------- answered --------|---- asked ----|------ to be asked ------|
 * </pre>
 */
final class EntryFetch {
    private final TouchedKeys keys;
    private int asked;
    private int answered;
    private boolean isAsking;
    private long endIndex;
    private long endChain;
    private long endDense;

    /** Begins when every key is known; what is fetched is not older than the record at {@code common}. */
    EntryFetch(TouchedKeys keys, long common, long commonChain, long commonDense) {
        this.keys = keys;
        endIndex = common;
        endChain = commonChain;
        endDense = commonDense;
    }

    /** Whether the primary has not answered yet. */
    boolean isAsking() {
        return isAsking;
    }

    /** Whether there are keys that were not asked for yet. */
    boolean wantsKeys() {
        return asked < keys.length();
    }

    /** Takes the next keys to ask for; they are {@link #keysLength} bytes, from the returned address on, as FETCH has them. */
    long nextKeys() {
        int from = asked;
        while (asked < keys.length() && keys.after(asked) - from <= FrameLayout.MAX_FETCH) {
            asked = keys.after(asked);
        }
        isAsking = true;
        return keys.address(from);
    }

    int keysLength() {
        return asked - answered;
    }

    /** Takes the body of an ENTRY frame; returns null, or what is wrong with it. */
    String entry(RewoundStore store, long version, long body, int bodyLength) throws IOException {
        if (answered == asked) {
            return "an entry that was not asked for";
        }
        String problem = store.fetched(answered, version, body, bodyLength);
        if (problem == null) {
            answered = keys.after(answered);
        }
        return problem;
    }

    /** Takes a FETCHED frame; returns null, or what is wrong with it. */
    String fetched(long lastIndex, long chain, long denseCount) {
        if (!isAsking || answered != asked || lastIndex < endIndex) {
            return "the end of entries that are missing";
        }
        isAsking = false;
        endIndex = lastIndex;
        endChain = chain;
        endDense = denseCount;
        return null;
    }

    /** The primary's last record when the last entry was fetched, or the common one: {@link QueueIndex}. */
    long endIndex() {
        return endIndex;
    }

    long endChain() {
        return endChain;
    }

    long endDense() {
        return endDense;
    }
}
