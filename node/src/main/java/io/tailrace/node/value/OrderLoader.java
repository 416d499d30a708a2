package io.tailrace.node.value;

import io.tailrace.node.arena.Tree;
import io.tailrace.node.arena.TreeCursor;
import io.tailrace.wire.memory.Memory;

/**
 * Fills the tree of a sorted set's order from that of its members. They come in the order of their hashes, which is none there: each
 * insertion would go to another page, which is in no cache. So they are sorted in runs, and neighbours go to one page together; the first
 * run is appended. For one sorted set, used and closed by one thread.
 *
 * <pre>
 *  members' tree  | m m m m m m m m | m m m ..     in the order of hashes
 *                 |----- a run -----|              sorted by score, then by {@value #PREFIX} bytes of the members
 *                          v
 *  order's tree   | s s s s s s s s s s s s ..
 * </pre>
 */
final class OrderLoader implements AutoCloseable {
    private static final int MIN_RUN = 1 << 20;
    private static final int MAX_RUN = 1 << 24;
    /** A run is this part of all members, so that several of its own go to each page. */
    private static final int RUNS = 16;

    /** Members of one score that are put in as they come: they go to one page, or two. */
    private static final int FEW = 64;

    private static final int PREFIX = Long.BYTES;
    /** Members whose bytes are asked for at once, before they are read one by one. */
    private static final int AHEAD = 16;

    private final Tree order;
    private final NativePairs run;
    /** Keeps the reads ahead from being taken for useless ones. */
    private long touched;

    /** @param order the tree to be filled, which is empty, with this many members */
    static OrderLoader forMembers(Tree order, long members) {
        return new OrderLoader(order, (int) Math.min(members, Math.max(MIN_RUN, Math.min(MAX_RUN, members / RUNS))));
    }

    /** @param runLength members that are sorted at once */
    OrderLoader(Tree order, int runLength) {
        this.order = order;
        run = new NativePairs(Math.max(1, runLength));
    }

    /** Puts in every member that a cursor shows from its first on. The pages that it walks through must not change. */
    void load(TreeCursor members) {
        for (boolean isThere = members.seek(0); isThere; isThere = members.next()) {
            double score = Double.longBitsToDouble(Memory.getLong(members.valueAddress()));
            run.add(ScoreKey.of(score), members.element());
            if (run.isFull()) {
                putRun();
            }
        }
        putRun();
    }

    private void putRun() {
        int end = run.size();
        if (end > 0) {
            run.sort(0, end);
            sortEqualScores(end);
            putAll(end);
            run.clear();
        }
    }

    private void sortEqualScores(int end) {
        for (int first = 0, next; first < end; first = next) {
            long score = run.key(first);
            next = first + 1;
            while (next < end && run.key(next) == score) {
                next++;
            }
            if (next - first > FEW) {
                sortByMembers(first, next);
                for (int i = first; i < next; i++) {
                    run.key(i, score);
                }
            }
        }
    }

    /** By the bytes that come after those that all of them have. */
    private void sortByMembers(int first, int end) {
        int common = Integer.MAX_VALUE;
        for (int i = first; i < end; i++) {
            touchAhead(i, first, end);
            common = Math.min(common, commonLength(run.number(first), run.number(i)));
        }
        for (int i = first; i < end; i++) {
            touchAhead(i, first, end);
            run.key(i, prefix(run.number(i), common));
        }
        run.sort(first, end);
    }

    private static int commonLength(long a, long b) {
        int shorter = Math.min(Tree.memberLength(a), Tree.memberLength(b));
        return Memory.commonPrefix(Tree.memberAddress(a), Tree.memberAddress(b), shorter);
    }

    private static long prefix(long element, int from) {
        long address = Tree.memberAddress(element) + from;
        int length = Math.min(PREFIX, Tree.memberLength(element) - from);
        long prefix = 0;
        for (int i = 0; i < PREFIX; i++) {
            prefix = prefix << Byte.SIZE | (i < length ? Memory.getByte(address + i) & 0xff : 0);
        }
        return prefix;
    }

    private void putAll(int end) {
        boolean isFirstRun = order.size() == 0;
        for (int i = 0; i < end; i++) {
            touchAhead(i, 0, end);
            long element = run.number(i);
            long member = Tree.memberAddress(element);
            int length = Tree.memberLength(element);
            if (!isFirstRun || !order.append(run.key(i), member, length, 0, 0)) {
                order.add(run.key(i), member, length);
            }
        }
    }

    /** Asks for the next members at once: the machine waits for them together. */
    private void touchAhead(int index, int first, int end) {
        if ((index - first) % AHEAD == 0) {
            for (int i = index; i < Math.min(end, index + AHEAD); i++) {
                touched += Memory.getByte(run.number(i));
            }
        }
    }

    @Override
    public void close() {
        run.close();
    }
}
