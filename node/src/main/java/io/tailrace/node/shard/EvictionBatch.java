package io.tailrace.node.shard;

/**
 * Keys that were chosen to be evicted, in the order in which they are to go: where they lie in the store, so good only
 * until the next write. Owned by the shard's reactor thread; reused, no garbage.
 */
final class EvictionBatch {
    static final int MAX = 16;

    private final long[] address = new long[MAX];
    private final int[] length = new int[MAX];
    private final long[] bytes = new long[MAX];
    private final long[] deadline = new long[MAX];
    private int count;

    void clear() {
        count = 0;
    }

    int count() {
        return count;
    }

    /**
     * Puts a key at a position, over the one that is there or as the last one.
     *
     * @param keyBytes that it frees when it goes
     */
    void set(int at, long keyAddress, int keyLength, long keyBytes, long deadlineEpochMs) {
        address[at] = keyAddress;
        length[at] = keyLength;
        bytes[at] = keyBytes;
        deadline[at] = deadlineEpochMs;
        count = Math.max(count, at + 1);
    }

    /** Moves all from a position on by one, to make room there; the last one falls out when the batch is full. */
    void insertAt(int at) {
        int moved = Math.min(count, MAX - 1) - at;
        System.arraycopy(address, at, address, at + 1, moved);
        System.arraycopy(length, at, length, at + 1, moved);
        System.arraycopy(bytes, at, bytes, at + 1, moved);
        System.arraycopy(deadline, at, deadline, at + 1, moved);
        count = Math.min(count + 1, MAX);
    }

    void swap(int one, int other) {
        long oneAddress = address[one];
        int oneLength = length[one];
        long oneBytes = bytes[one];
        long oneDeadline = deadline[one];
        set(one, address[other], length[other], bytes[other], deadline[other]);
        set(other, oneAddress, oneLength, oneBytes, oneDeadline);
    }

    /** Only the first ones stay in. */
    void truncate(int kept) {
        count = kept;
    }

    long address(int at) {
        return address[at];
    }

    int length(int at) {
        return length[at];
    }

    long bytes(int at) {
        return bytes[at];
    }

    long deadline(int at) {
        return deadline[at];
    }
}
