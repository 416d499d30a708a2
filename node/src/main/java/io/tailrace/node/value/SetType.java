package io.tailrace.node.value;

import io.tailrace.node.arena.Tree;
import io.tailrace.node.arena.TreeShape;
import io.tailrace.node.store.StoredValue;
import io.tailrace.node.store.ValueType;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.record.EntryImage;
import io.tailrace.wire.resp.Arguments;

/** Sets beneath the log: SADD, SREM, and their elements in snapshots: member. */
final class SetType implements CollectionType {
    private static final int FIRST_MEMBER = 2;
    private static final String NOT_WHOLE = "a truncated member of a set";

    private final SetValue set;
    private final MemberAccess members;
    private final MemberCursor cursor = new MemberCursor();
    private final Trees trees = new Trees();
    private final PackedCursor strings = new PackedCursor();

    SetType(CollectionLimits limits) {
        set = new SetValue(limits);
        members = new SetMembers(limits);
    }

    @Override
    public int type() {
        return ValueType.SET;
    }

    @Override
    public String apply(Effect effect, Arguments arguments, StoredValue value) {
        set.wrap(value);
        return effect == Effect.SADD ? add(arguments) : remove(arguments);
    }

    private String add(Arguments arguments) {
        for (int i = FIRST_MEMBER; i < arguments.count(); i++) {
            set.add(arguments.address(i), arguments.length(i));
        }
        return null;
    }

    private String remove(Arguments arguments) {
        String misfit = null;
        for (int i = FIRST_MEMBER; i < arguments.count(); i++) {
            if (!set.remove(arguments.address(i), arguments.length(i))) {
                misfit = "SREM of a member that is not there";
            }
        }
        return misfit;
    }

    @Override
    public Effect making() {
        return Effect.SADD;
    }

    @Override
    public void describe(StoredValue value, ArgumentReceiver arguments) {
        cursor.wrap(value);
        while (cursor.next()) {
            arguments.argument(cursor.memberAddress(), cursor.memberLength());
        }
    }

    @Override
    public String encoding(StoredValue value) {
        return value.encoding() == SetValue.ENCODED_LARGE ? "hashtable" : "intset";
    }

    @Override
    public long size(StoredValue value) {
        return set.wrap(value).size();
    }

    @Override
    public MemberAccess members() {
        return members;
    }

    @Override
    public ElementReader reader(FrozenValue frozen) {
        return new MemberReader(frozen.views().get(0), false);
    }

    @Override
    public String loadPacked(StoredValue value, EntryImage packed) {
        value.create(ValueType.SET, packed.valueLength());
        set.wrap(value);
        strings.wrap(packed.valueAddress(), packed.valueLength());
        while (strings.next()) {
            if (!set.add(strings.address(), strings.length())) {
                return "a member of a set that is there twice";
            }
        }
        return strings.isWhole() ? null : NOT_WHOLE;
    }

    @Override
    public String beginLoad(StoredValue value, long head, int length) {
        value.create(ValueType.SET, 1);
        value.beginTree();
        trees.create(value, 0, TreeShape.SET);
        return length == 0 ? null : "a set with " + length + " bytes of its own";
    }

    @Override
    public String load(StoredValue value, int section, long address, int length) {
        Tree tree = trees.of(value, 0);
        strings.wrap(address, length);
        while (strings.next()) {
            if (section != 0) {
                return NOT_WHOLE;
            }
            long member = strings.address();
            int memberLength = strings.length();
            if (!tree.append(Memory.hash64(member, memberLength), member, memberLength, 0, 0)) {
                return "members of a set out of order";
            }
        }
        return strings.isWhole() ? null : NOT_WHOLE;
    }

    @Override
    public String endLoad(StoredValue value, long elements) {
        long size = trees.of(value, 0).size();
        return size == elements ? null : "a set of " + size + " members that should have " + elements;
    }
}
