package io.tailrace.node.value;

import io.tailrace.node.arena.Arena;
import io.tailrace.node.arena.Tree;
import io.tailrace.node.arena.TreeView;
import io.tailrace.node.store.CollectionHeader;
import io.tailrace.node.store.Entry;
import io.tailrace.node.store.Store;
import io.tailrace.node.store.StoredValue;
import io.tailrace.node.store.ValueType;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.Effect;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Every type of collections, by its number and by its effects. Used by one thread. */
public final class CollectionTypes {
    private static final int ELEMENT_BYTES = 4 << 10;

    private final CollectionType[] byNumber = new CollectionType[ValueType.FUNCTION + 1];
    private final Map<Effect, CollectionType> byEffect = new EnumMap<>(Effect.class);

    public CollectionTypes(CollectionLimits limits) {
        add(new HashType(limits), Effect.HSET, Effect.HDEL);
        add(new SortedSetType(limits), Effect.ZADD, Effect.ZREM);
        add(new SetType(limits), Effect.SADD, Effect.SREM);
        add(
                new ListType(limits),
                Effect.LPUSH,
                Effect.RPUSH,
                Effect.LPOP,
                Effect.RPOP,
                Effect.LSET,
                Effect.LTRIM,
                Effect.LREM,
                Effect.LINSERT);
        add(
                new StreamType(limits),
                Effect.XADD,
                Effect.XTRIM,
                Effect.XDEL,
                Effect.XSETID,
                Effect.XGROUP,
                Effect.XACK,
                Effect.XCLAIM);
    }

    private void add(CollectionType type, Effect... effects) {
        byNumber[type.type()] = type;
        for (Effect effect : effects) {
            byEffect.put(effect, type);
        }
    }

    /** The type of an effect, or null when it is not about a collection. */
    public CollectionType of(Effect effect) {
        return byEffect.get(effect);
    }

    /** The type of a number, or null when there is none. */
    public CollectionType of(int type) {
        return type < 0 || type >= byNumber.length ? null : byNumber[type];
    }

    /** Shows a large collection that is not changed meanwhile, by its entry: nothing need be closed. */
    public FrozenValue lookAt(Store store, long key, int keyLength, Entry entry) {
        return lookAt(store.place(), store.arena(), key, keyLength, entry);
    }

    /** The same of one that is opened. */
    public FrozenValue lookAt(StoredValue value) {
        return lookAt(value.place(), value.arena(), value.key(), value.keyLength(), value.entry());
    }

    private FrozenValue lookAt(int place, Arena arena, long key, int keyLength, Entry entry) {
        CollectionType type = of(entry.type());
        List<TreeView> views = new ArrayList<>();
        for (int i = 0; i < type.frozenTrees(); i++) {
            views.add(TreeView.lookAt(arena, CollectionHeader.tree(entry.valueAddress(), i)));
        }
        return frozen(place, Memory.toBytes(key, keyLength), entry, type, views);
    }

    /**
     * Gives a key a copy of a large collection, in the place of whatever it holds; with its deadline.
     *
     * @param to is opened by this
     */
    public void copyTo(StoredValue from, StoredValue to, long key, int keyLength) {
        if (to.open(key, keyLength)) {
            to.remove();
        }
        copy(from, to);
        to.expireAt(from.expireAtEpochMs());
        to.publish();
    }

    private void copy(StoredValue from, StoredValue to) {
        CollectionType type = of(from.type());
        FrozenValue source = lookAt(from);
        String problem = type.beginLoad(to, CollectionHeader.ofType(from.header()), type.headBytes());
        ElementReader elements = type.reader(source);
        long count = 0;
        try (NativeBuffer element = new NativeBuffer(ELEMENT_BYTES)) {
            while (problem == null && elements.next()) {
                int length = elements.length();
                element.ensureCapacity(length, 0);
                elements.copyTo(element.address());
                problem = type.load(to, elements.section(), element.address(), length);
                count++;
            }
        }
        problem = problem == null ? type.endLoad(to, count) : problem;
        assert problem == null : problem;
        to.encoding(from.encoding());
    }

    private static FrozenValue frozen(int place, byte[] key, Entry entry, CollectionType type, List<TreeView> views) {
        return new FrozenValue(
                place,
                key,
                entry.version(),
                entry.ordinal(),
                entry.expireAtEpochMs(),
                entry.typeAndEncoding(),
                type,
                views,
                Memory.toBytes(CollectionHeader.ofType(entry.valueAddress()), type.headBytes()));
    }

    /** Freezes a large collection, by its entry. */
    public FrozenValue freeze(StoredValue value) {
        Entry entry = value.entry();
        CollectionType type = of(entry.type());
        List<TreeView> views = new ArrayList<>();
        Tree tree = new Tree(value.arena());
        for (int i = 0; i < type.frozenTrees(); i++) {
            views.add(tree.wrap(CollectionHeader.tree(value.header(), i)).openView());
        }
        return frozen(value.place(), Memory.toBytes(value.key(), value.keyLength()), entry, type, views);
    }
}
