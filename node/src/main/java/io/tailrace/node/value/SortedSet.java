package io.tailrace.node.value;

import io.tailrace.node.arena.Tree;
import io.tailrace.node.arena.TreeShape;
import io.tailrace.node.store.StoredValue;
import io.tailrace.node.store.ValueType;
import io.tailrace.wire.memory.Memory;

/**
 * A sorted set: members with scores, in the order of the scores and then of the members' bytes. A look at one opened value,
 * reused. Members given to it must not lie in the same sorted set.
 *
 * <p>Packed, members are in that order. Large, one tree has them by hash, with their scores, and a second one in order; a
 * position there is found by counting down the tree.
 */
public final class SortedSet {
    /** The encoding of one that had more, or longer members, than a small one has. */
    static final int ENCODED_LARGE = 1;

    static final int MEMBERS = 0;
    static final int ORDER = 1;

    private final CollectionLimits limits;
    private final Trees trees = new Trees();
    private StoredValue value;
    private double score;

    public SortedSet(CollectionLimits limits) {
        this.limits = limits;
    }

    /** Looks at an opened value, which is a sorted set or not there. */
    public SortedSet wrap(StoredValue opened) {
        value = opened;
        return this;
    }

    public StoredValue value() {
        return value;
    }

    /** How many members there are. */
    public long size() {
        if (!value.isThere()) {
            return 0;
        }
        return value.isTree() ? trees.of(value, MEMBERS).size() : value.packedElements();
    }

    /** Looks a member up; when it is there, {@link #score} is its score. */
    public boolean find(long member, int length) {
        if (!value.isThere()) {
            return false;
        }
        if (value.isTree()) {
            Tree members = trees.of(value, MEMBERS);
            boolean isFound = members.find(Memory.hash64(member, length), member, length);
            if (isFound) {
                score = Double.longBitsToDouble(Memory.getLong(members.valueAddress()));
            }
            return isFound;
        }
        long at = findPacked(member, length);
        if (at != 0) {
            score = packedScore(at);
        }
        return at != 0;
    }

    /** Of the member last found. */
    public double score() {
        return score;
    }

    private long end() {
        return value.packed() + value.packedLength();
    }

    static long afterPacked(long at) {
        long scoreAt = at + PackedBytes.bytes(at);
        return scoreAt + PackedBytes.bytes(scoreAt);
    }

    static double packedScore(long at) {
        return Double.longBitsToDouble(Memory.getLong(PackedBytes.address(at + PackedBytes.bytes(at))));
    }

    /** Where a member is among the packed ones, or 0. */
    private long findPacked(long member, int length) {
        for (long at = value.packed(); at < end(); at = afterPacked(at)) {
            if (Memory.equals(PackedBytes.address(at), PackedBytes.length(at), member, length)) {
                return at;
            }
        }
        return 0;
    }

    /** The first of the packed members at or after (score, member); their end when there is none. */
    private long placePacked(double wanted, long member, int length) {
        long at = value.packed();
        while (at < end() && comparePacked(at, wanted, member, length) < 0) {
            at = afterPacked(at);
        }
        return at;
    }

    private static int comparePacked(long at, double wanted, long member, int length) {
        double there = packedScore(at);
        if (there != wanted) {
            return there < wanted ? -1 : 1;
        }
        return Memory.compare(PackedBytes.address(at), PackedBytes.length(at), member, length);
    }

    /** The score as it will be kept when a member is given it, see {@link #kept(double, boolean)}. */
    public double kept(double given, long member, int length) {
        return given == 0 ? kept(given, isLargeWith(member, length)) : given;
    }

    /**
     * The score as it is kept: a small sorted set of Redis keeps -0 as 0, as it keeps whole numbers as such. Effects carry what is
     * kept.
     */
    public static double kept(double given, boolean isLarge) {
        return given == 0 && !isLarge ? 0 : given;
    }

    private boolean isLargeWith(long member, int length) {
        boolean wasLarge = value.isThere() && value.encoding() == ENCODED_LARGE;
        return wasLarge || isLarge(size() + 1, length) && !find(member, length);
    }

    /** Whether this many members, of this many bytes at most, are no small sorted set, as Redis has it. */
    public boolean isLarge(long members, int longest) {
        EncodingLimits small = limits.encodings();
        return longest > small.sortedSetValue() || members > small.sortedSetEntries();
    }

    /** Gives a member a score; makes the sorted set if it is not there. Returns whether the member is new. */
    public boolean put(double newScore, long member, int length) {
        boolean isNew = putUncounted(newScore, member, length);
        if (isNew && isLarge(size(), length)) {
            value.encoding(ENCODED_LARGE);
        }
        return isNew;
    }

    private boolean putUncounted(double newScore, long member, int length) {
        int bytes = PackedBytes.bytesFor(length) + PackedBytes.bytesFor(Double.BYTES);
        if (!value.isThere()) {
            value.create(ValueType.SORTED_SET, bytes);
        }
        if (!value.isTree()) {
            long at = findPacked(member, length);
            if (at != 0) {
                movePacked(at, newScore, member, length);
                return false;
            }
            if (limits.allow(value.packedElements() + 1, value.packedLength() + (long) bytes)) {
                insertPacked(newScore, member, length);
                return true;
            }
            makeTrees();
        }
        return putInTrees(newScore, member, length);
    }

    private void movePacked(long at, double newScore, long member, int length) {
        long bits = Double.doubleToRawLongBits(newScore);
        if (Double.doubleToRawLongBits(packedScore(at)) != bits) {
            value.splice((int) (at - value.packed()), (int) (afterPacked(at) - at), 0, -1);
            insertPacked(newScore, member, length);
        }
    }

    private void insertPacked(double newScore, long member, int length) {
        long place = placePacked(newScore, member, length);
        int bytes = PackedBytes.bytesFor(length) + PackedBytes.bytesFor(Double.BYTES);
        long room = value.splice((int) (place - value.packed()), 0, bytes, 1);
        long scoreAt = PackedBytes.put(room, member, length);
        long number = value.arena().numberScratch();
        Memory.putLong(number, Double.doubleToRawLongBits(newScore));
        PackedBytes.put(scoreAt, number, Double.BYTES);
    }

    /** Takes packed members into an empty sorted set; at once when they are in order and not too many for this node. */
    void load(long packed, int length, int count) {
        if (limits.allow(count, length) && isInOrder(packed, packed + length)) {
            Memory.copy(packed, value.splice(0, 0, length, count), length);
            return;
        }
        for (long at = packed; at < packed + length; at = afterPacked(at)) {
            put(packedScore(at), PackedBytes.address(at), PackedBytes.length(at));
        }
    }

    private static boolean isInOrder(long start, long end) {
        for (long at = start; at < end; ) {
            long next = afterPacked(at);
            boolean isLast = next >= end;
            if (!isLast
                    && comparePacked(at, packedScore(next), PackedBytes.address(next), PackedBytes.length(next)) >= 0) {
                return false;
            }
            at = next;
        }
        return true;
    }

    private void makeTrees() {
        value.beginTree();
        Tree members = trees.create(value, MEMBERS, TreeShape.NUMBERS);
        Tree order = trees.create(value, ORDER, TreeShape.SET);
        for (long at = value.packed(); at < end(); at = afterPacked(at)) {
            long member = PackedBytes.address(at);
            int length = PackedBytes.length(at);
            double old = packedScore(at);
            members.putNumber(Memory.hash64(member, length), member, length, Double.doubleToRawLongBits(old));
            order.add(ScoreKey.of(old), member, length);
        }
    }

    private boolean putInTrees(double newScore, long member, int length) {
        long hash = Memory.hash64(member, length);
        long bits = Double.doubleToRawLongBits(newScore);
        boolean isFound = find(member, length);
        if (isFound && Double.doubleToRawLongBits(score) == bits) {
            return false;
        }
        double old = score;
        trees.toChange(value, MEMBERS).putNumber(hash, member, length, bits);
        Tree order = trees.toChange(value, ORDER);
        if (isFound && old == newScore) {
            return false;
        }
        if (isFound) {
            order.remove(ScoreKey.of(old), member, length);
        }
        order.add(ScoreKey.of(newScore), member, length);
        return !isFound;
    }

    /** Takes a member away; returns whether it was there. */
    public boolean remove(long member, int length) {
        if (!value.isThere()) {
            return false;
        }
        if (!value.isTree()) {
            long at = findPacked(member, length);
            if (at != 0) {
                value.splice((int) (at - value.packed()), (int) (afterPacked(at) - at), 0, -1);
            }
            return at != 0;
        }
        if (!find(member, length)) {
            return false;
        }
        trees.toChange(value, MEMBERS).remove(Memory.hash64(member, length), member, length);
        trees.toChange(value, ORDER).remove(ScoreKey.of(score), member, length);
        return true;
    }

    /** The position of a member that is there, and was found last, counted from 0. */
    public long rank(long member, int length) {
        if (value.isTree()) {
            return trees.of(value, ORDER).rank(ScoreKey.of(score), member, length);
        }
        long wanted = findPacked(member, length);
        long rank = 0;
        for (long at = value.packed(); at < wanted; at = afterPacked(at)) {
            rank++;
        }
        return rank;
    }

    /**
     * How many members have a lower score.
     *
     * @param isAfter whether those with this score count too
     */
    public long countBelow(double bound, boolean isAfter) {
        if (!value.isThere()) {
            return 0;
        }
        if (value.isTree()) {
            return trees.of(value, ORDER).rank(ScoreKey.of(bound) + (isAfter ? 1 : 0), 0, 0);
        }
        long count = 0;
        for (long at = value.packed(); at < end(); at = afterPacked(at)) {
            double there = packedScore(at);
            if (there > bound || there == bound && !isAfter) {
                break;
            }
            count++;
        }
        return count;
    }

    /**
     * How many members are before this one in the order of their bytes, which is that of the sorted set where all scores are
     * the same. With different scores the number is some other one, as in Redis.
     *
     * @param isAfter whether the member itself counts too
     */
    public long countBefore(long member, int length, boolean isAfter) {
        if (!value.isThere()) {
            return 0;
        }
        if (value.isTree()) {
            return countBeforeInTree(trees.of(value, ORDER), member, length, isAfter);
        }
        long count = 0;
        for (long at = value.packed(); at < end(); at = afterPacked(at)) {
            int order = Memory.compare(PackedBytes.address(at), PackedBytes.length(at), member, length);
            if (order > 0 || order == 0 && !isAfter) {
                break;
            }
            count++;
        }
        return count;
    }

    private static long countBeforeInTree(Tree order, long member, int length, boolean isAfter) {
        order.select(order.size() - 1);
        long last = order.key();
        order.select(0);
        if (last == order.key()) {
            long rank = order.rank(last, member, length);
            return isAfter && order.find(last, member, length) ? rank + 1 : rank;
        }
        long low = 0;
        long high = order.size();
        while (low < high) {
            long middle = low + high >>> 1;
            order.select(middle);
            int compared = Memory.compare(order.memberAddress(), order.memberLength(), member, length);
            if (compared < 0 || compared == 0 && isAfter) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
