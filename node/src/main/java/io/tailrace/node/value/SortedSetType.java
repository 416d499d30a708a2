package io.tailrace.node.value;

import io.tailrace.node.arena.Tree;
import io.tailrace.node.arena.TreeCursor;
import io.tailrace.node.arena.TreeShape;
import io.tailrace.node.store.CollectionHeader;
import io.tailrace.node.store.StoredValue;
import io.tailrace.node.store.ValueType;
import io.tailrace.wire.memory.DoubleReader;
import io.tailrace.wire.memory.DoubleText;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.record.EntryImage;
import io.tailrace.wire.resp.Arguments;

/**
 * Sorted sets beneath the log: ZADD, ZREM, and their elements in snapshots: member, score. A large one is written in the order
 * of its members' tree; the tree of their order is rebuilt at the end of a load.
 */
final class SortedSetType implements CollectionType {
    private static final String NOT_WHOLE = "a truncated member of a sorted set";

    private final SortedSet sortedSet;
    private final MemberAccess members;
    private final MemberCursor cursor = new MemberCursor();
    private final Trees trees = new Trees();

    SortedSetType(CollectionLimits limits) {
        sortedSet = new SortedSet(limits);
        members = new SortedSetMembers(limits);
    }

    @Override
    public int type() {
        return ValueType.SORTED_SET;
    }

    @Override
    public String problem(Effect effect, Arguments arguments) {
        for (int i = 2; effect == Effect.ZADD && i < arguments.count(); i += 2) {
            if (Double.isNaN(DoubleReader.read(arguments.address(i), arguments.length(i)))) {
                return "a score that is not a number: " + arguments.ascii(i);
            }
        }
        return null;
    }

    @Override
    public String apply(Effect effect, Arguments arguments, StoredValue value) {
        sortedSet.wrap(value);
        return effect == Effect.ZADD ? add(arguments) : remove(arguments);
    }

    private String add(Arguments arguments) {
        for (int i = 2; i < arguments.count(); i += 2) {
            double score = DoubleReader.read(arguments.address(i), arguments.length(i));
            sortedSet.put(score, arguments.address(i + 1), arguments.length(i + 1));
        }
        return null;
    }

    private String remove(Arguments arguments) {
        String misfit = null;
        for (int i = 2; i < arguments.count(); i++) {
            if (!sortedSet.remove(arguments.address(i), arguments.length(i))) {
                misfit = "ZREM of a member that is not there";
            }
        }
        return misfit;
    }

    @Override
    public Effect making() {
        return Effect.ZADD;
    }

    @Override
    public void describe(StoredValue value, ArgumentReceiver arguments) {
        long text = value.arena().numberScratch();
        cursor.wrap(value);
        while (cursor.next()) {
            double score = Double.longBitsToDouble(Memory.getLong(cursor.valueAddress()));
            arguments.argument(text, DoubleText.write(text, score));
            arguments.argument(cursor.memberAddress(), cursor.memberLength());
        }
    }

    @Override
    public void describe(int section, long address, int length, ArgumentReceiver arguments) {
        long end = address + length;
        try (NativeBuffer text = new NativeBuffer(DoubleText.MAX_LENGTH)) {
            for (long at = address; at < end && isWhole(at, end); at = SortedSet.afterPacked(at)) {
                double score = Double.longBitsToDouble(Memory.getLong(PackedBytes.address(at + PackedBytes.bytes(at))));
                arguments.argument(text.address(), DoubleText.write(text.address(), score));
                arguments.argument(PackedBytes.address(at), PackedBytes.length(at));
            }
        }
    }

    @Override
    public String encoding(StoredValue value) {
        return value.encoding() == SortedSet.ENCODED_LARGE ? "skiplist" : "listpack";
    }

    @Override
    public long size(StoredValue value) {
        return sortedSet.wrap(value).size();
    }

    @Override
    public MemberAccess members() {
        return members;
    }

    @Override
    public ElementReader reader(FrozenValue frozen) {
        return new MemberReader(frozen.views().get(0), true);
    }

    @Override
    public String loadPacked(StoredValue value, EntryImage packed) {
        value.create(ValueType.SORTED_SET, packed.valueLength());
        long start = packed.valueAddress();
        long end = start + packed.valueLength();
        int count = 0;
        for (long at = start; at < end; at = SortedSet.afterPacked(at)) {
            if (!isWhole(at, end)) {
                return NOT_WHOLE;
            }
            count++;
        }
        sortedSet.wrap(value).load(start, packed.valueLength(), count);
        return null;
    }

    private static boolean isWhole(long at, long end) {
        int bytes = PackedBytes.checkedBytes(at, (int) (end - at));
        long scoreAt = at + bytes;
        return bytes > 0
                && PackedBytes.checkedBytes(scoreAt, (int) (end - scoreAt)) > 0
                && PackedBytes.length(scoreAt) == Double.BYTES
                && !Double.isNaN(SortedSet.packedScore(at));
    }

    @Override
    public String beginLoad(StoredValue value, long head, int length) {
        value.create(ValueType.SORTED_SET, 1);
        value.beginTree();
        trees.create(value, SortedSet.MEMBERS, TreeShape.NUMBERS);
        trees.create(value, SortedSet.ORDER, TreeShape.SET);
        return length == 0 ? null : "a sorted set with " + length + " bytes of its own";
    }

    @Override
    public String load(StoredValue value, int section, long address, int length) {
        Tree members = trees.of(value, SortedSet.MEMBERS);
        long end = address + length;
        for (long at = address; at < end; at = SortedSet.afterPacked(at)) {
            if (section != 0 || !isWhole(at, end)) {
                return NOT_WHOLE;
            }
            long member = PackedBytes.address(at);
            int memberLength = PackedBytes.length(at);
            long score = PackedBytes.address(at + PackedBytes.bytes(at));
            long hash = Memory.hash64(member, memberLength);
            if (!members.append(hash, member, memberLength, score, Double.BYTES)) {
                return "members of a sorted set out of order";
            }
        }
        return null;
    }

    @Override
    public String endLoad(StoredValue value, long elements) {
        long size = trees.of(value, SortedSet.MEMBERS).size();
        if (size != elements) {
            return "a sorted set of " + size + " members that should have " + elements;
        }
        try (OrderLoader order = OrderLoader.forMembers(trees.of(value, SortedSet.ORDER), size)) {
            order.load(new TreeCursor().wrap(value.arena(), CollectionHeader.tree(value.header(), SortedSet.MEMBERS)));
        }
        return null;
    }
}
