package io.tailrace.node.command;

import io.tailrace.wire.memory.Memory;
import java.util.Arrays;

/**
 * Members with scores that a command has put together, to be replied or stored: where their bytes are, without copying them.
 * Each member is in it once if it is {@link #indexOf looked up} before it is added. Reused; owned by a shard's reactor thread.
 */
final class ScoredMembers {
    private static final int INITIAL = 128;
    /** Arrays that one huge command has grown past this are given back. */
    private static final int KEEP = 64 << 10;

    private static final int NONE = -1;

    private long[] addresses;
    private int[] lengths;
    private double[] scores;
    private int[] order;
    private int[] merged;
    /** Indexes by the members' hashes, in open addressing; made when a member is looked up. */
    private int[] table;

    private int count;
    private int tabled;

    ScoredMembers() {
        allocate();
    }

    private void allocate() {
        addresses = new long[INITIAL];
        lengths = new int[INITIAL];
        scores = new double[INITIAL];
        order = new int[INITIAL];
        merged = new int[INITIAL];
        table = new int[2 * INITIAL];
        Arrays.fill(table, NONE);
    }

    /** Forgets all members. */
    ScoredMembers clear() {
        if (addresses.length > KEEP) {
            allocate();
        } else if (tabled > 0) {
            Arrays.fill(table, NONE);
        }
        count = 0;
        tabled = 0;
        return this;
    }

    int count() {
        return count;
    }

    /** Adds a member, whose bytes must stay until the members are cleared. */
    void add(long member, int length, double score) {
        if (count == addresses.length) {
            addresses = Arrays.copyOf(addresses, 2 * count);
            lengths = Arrays.copyOf(lengths, 2 * count);
            scores = Arrays.copyOf(scores, 2 * count);
            order = Arrays.copyOf(order, 2 * count);
            merged = new int[2 * count];
        }
        addresses[count] = member;
        lengths[count] = length;
        scores[count] = score;
        order[count] = count;
        count++;
    }

    /** Where a member is, or -1. Members are in the order in which they were added until they are {@link #sort sorted}. */
    int indexOf(long member, int length) {
        while (tabled < count) {
            if (2 * (tabled + 1) > table.length) {
                table = new int[2 * table.length];
                Arrays.fill(table, NONE);
                tabled = 0;
            }
            table[slot(addresses[tabled], lengths[tabled])] = tabled;
            tabled++;
        }
        return table[slot(member, length)];
    }

    private int slot(long member, int length) {
        int mask = table.length - 1;
        int slot = (int) Memory.hash64(member, length) & mask;
        while (table[slot] != NONE) {
            int index = table[slot];
            if (Memory.equals(addresses[index], lengths[index], member, length)) {
                return slot;
            }
            slot = slot + 1 & mask;
        }
        return slot;
    }

    /** Of a member by its index of {@link #indexOf}. */
    double scoreAt(int index) {
        return scores[index];
    }

    void scoreAt(int index, double score) {
        scores[index] = score;
    }

    /** Puts them in the order of a sorted set: merges sorted runs until there is one. */
    void sort() {
        for (int i = 0; i < count; i++) {
            order[i] = i;
        }
        for (int run = 1; run < count && run > 0; run *= 2) {
            for (int from = 0; from < count; from += 2 * run) {
                int middle = Math.min(count, from + run);
                merge(from, middle, Math.min(count, middle + run));
            }
            int[] swapped = order;
            order = merged;
            merged = swapped;
        }
    }

    private void merge(int from, int middle, int end) {
        int left = from;
        int right = middle;
        for (int at = from; at < end; at++) {
            boolean isLeft = left < middle && (right == end || compare(order[left], order[right]) <= 0);
            merged[at] = isLeft ? order[left++] : order[right++];
        }
    }

    private int compare(int left, int right) {
        // not Double.compare: 0 and -0 are the same score
        if (scores[left] != scores[right]) {
            return scores[left] < scores[right] ? -1 : 1;
        }
        return Memory.compare(addresses[left], lengths[left], addresses[right], lengths[right]);
    }

    /** Of the i-th in order. */
    long address(int i) {
        return addresses[order[i]];
    }

    int length(int i) {
        return lengths[order[i]];
    }

    double score(int i) {
        return scores[order[i]];
    }

    /** Bytes of all members. */
    long bytes() {
        long bytes = 0;
        for (int i = 0; i < count; i++) {
            bytes += lengths[i];
        }
        return bytes;
    }

    /** Bytes of the longest member. */
    int longest() {
        int longest = 0;
        for (int i = 0; i < count; i++) {
            longest = Math.max(longest, lengths[i]);
        }
        return longest;
    }

    /** Copies the members' bytes there, {@link #bytes} of them, as where they are now will be something else. */
    void moveTo(long memory) {
        long at = memory;
        for (int i = 0; i < count; i++) {
            Memory.copy(addresses[i], at, lengths[i]);
            addresses[i] = at;
            at += lengths[i];
        }
    }
}
