package io.tailrace.node.shard;

import io.tailrace.node.store.Entry;
import io.tailrace.node.store.StoredValue;
import io.tailrace.node.store.ValueType;
import io.tailrace.node.value.CollectionRewriter;
import io.tailrace.node.value.CollectionType;
import io.tailrace.node.value.CollectionTypes;
import io.tailrace.node.value.ElementReader;
import io.tailrace.node.value.FrozenValue;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.record.RecordBuilder;
import io.tailrace.wire.resp.Arguments;

/**
 * Gives a key what another one holds. Owned by the shard's reactor thread; a part of its {@link Transaction}.
 *
 * <pre>
 *  the value is a       and the log says
 *  string               SET or SETRANGE with its bytes, and the deadline
 *  small collection     the effect, or those, that make it from its elements
 *  large collection     COPY, or RENAME within a database: the log need not have room for it
 *    of another shard   as of a small one: the record must have room for all elements
 * </pre>
 */
final class ValueCopier {
    private static final int ELEMENT_BYTES = 256;

    private final EffectLog log;
    private final RecordBuilder record;
    private final SelectedDatabase selected;
    private final KeyEffects keys;
    private final ShardEffect collection;
    private final ChangedKeys changed;
    private final CollectionTypes types;
    private final EffectApplier.MovedListener moved;
    private StoredValue copied;

    ValueCopier(
            EffectLog log,
            SelectedDatabase selected,
            KeyEffects keys,
            ShardEffect collection,
            ChangedKeys changed,
            CollectionTypes types,
            EffectApplier.MovedListener moved) {
        this.log = log;
        this.record = log.record();
        this.selected = selected;
        this.keys = keys;
        this.collection = collection;
        this.changed = changed;
        this.types = types;
        this.moved = moved;
    }

    void assign(StoredValue from, long newKey, int newKeyLength, boolean isMoved) {
        copied = selected.ownedBy(copied);
        int access = from.entry().access();
        keys.tellAssigned(from, databaseOf(from), newKey, newKeyLength, isMoved);
        if (from.type() == ValueType.STRING) {
            copyString(from, newKey, newKeyLength);
        } else if (!from.isTree()) {
            copyPacked(from, newKey, newKeyLength);
        } else if (isMoved && isHere(from)) {
            rename(from.key(), from.keyLength(), newKey, newKeyLength);
            return;
        } else {
            copyLarge(from, newKey, newKeyLength);
        }
        if (isMoved) {
            int here = selected.number();
            selected.select(databaseOf(from));
            keys.delete(from.key(), from.keyLength());
            selected.select(here);
            selected.store().setAccess(newKey, newKeyLength, access);
        }
    }

    /**
     * From a key of another shard, which removes that when it is moved.
     *
     * @param fromDatabase that it is of there
     */
    void copyFrom(StoredValue from, int fromDatabase, long newKey, int newKeyLength, boolean isMoved) {
        copied = selected.ownedBy(copied);
        keys.tellAssigned(from, fromDatabase, newKey, newKeyLength, isMoved);
        if (from.type() == ValueType.STRING) {
            copyString(from, newKey, newKeyLength);
        } else if (!from.isTree()) {
            copyPacked(from, newKey, newKeyLength);
        } else {
            copyElements(from, newKey, newKeyLength);
        }
        if (isMoved) {
            selected.store().setAccess(newKey, newKeyLength, from.entry().access());
        }
    }

    private boolean isHere(StoredValue from) {
        return from.place() == selected.store().place();
    }

    int databaseOf(StoredValue from) {
        return isHere(from) ? selected.number() : selected.databases().databaseAt(from.place());
    }

    private void copyString(StoredValue from, long newKey, int newKeyLength) {
        Entry string = from.entry();
        log.promise(4, from.keyLength() + 3L * newKeyLength + string.valueLength());
        if (string.encoding() == Entry.ENCODED_RAW) {
            keys.setRaw(newKey, newKeyLength, string.valueAddress(), string.valueLength(), string.expireAtEpochMs());
        } else {
            keys.set(newKey, newKeyLength, string.valueAddress(), string.valueLength(), string.expireAtEpochMs());
        }
    }

    /** Small ones are logged by content, so that the effects are each about one key. */
    private void copyPacked(StoredValue from, long newKey, int newKeyLength) {
        CollectionType type = types.of(from.type());
        if (type.making() == null) {
            copyRewritten(type, from, newKey, newKeyLength);
            return;
        }
        int count = 2 * from.packedElements();
        long bytes = from.packedLength() + (long) count * EffectLog.ARGUMENT_ROOM;
        makeRoom(4, from, newKey, newKeyLength, bytes);
        collection.begin(type.making(), copied, count, from.packedLength());
        type.describe(from, collection::argument);
        collection.apply(type, copied);
        copied.encoding(from.encoding());
        collection.end(copied, false);
        copyDeadline(from, newKey, newKeyLength);
    }

    /** A large one by content. */
    private void copyElements(StoredValue from, long newKey, int newKeyLength) {
        CollectionType type = types.of(from.type());
        FrozenValue source = types.lookAt(from);
        long[] needed = {0, 0};
        ElementReader sizes = type.reader(source);
        while (sizes.next()) {
            needed[0] += 2;
            needed[1] += sizes.length();
        }
        makeRoom(4, from, newKey, newKeyLength, needed[1] + needed[0] * EffectLog.ARGUMENT_ROOM);
        try (NativeBuffer element = new NativeBuffer(ELEMENT_BYTES)) {
            if (type.making() == null) {
                rewriteElements(type, source, Memory.toBytes(newKey, newKeyLength), element);
            } else {
                collection.begin(type.making(), copied, (int) needed[0], needed[1]);
                eachElement(
                        type.reader(source),
                        element,
                        (section, length) -> type.describe(section, element.address(), length, collection::argument));
                collection.apply(type, copied);
                copied.encoding(from.encoding());
                collection.end(copied, false);
            }
        }
        copyDeadline(from, newKey, newKeyLength);
    }

    private void rewriteElements(CollectionType type, FrozenValue source, byte[] key, NativeBuffer element) {
        try (CollectionRewriter rewriter = type.rewriter(key);
                NativeBuffer head = new NativeBuffer(Math.max(1, source.ofType().length))) {
            Memory.copyIn(source.ofType(), 0, head.address(), source.ofType().length);
            rewriter.begin(head.address(), source.ofType().length);
            eachElement(
                    type.reader(source),
                    element,
                    (section, length) -> rewriter.elements(
                            section, element.address(), length, arguments -> carryOut(type, arguments)));
            rewriter.end(arguments -> carryOut(type, arguments));
        }
    }

    /** Takes an element that lies in a buffer. */
    @FunctionalInterface
    private interface ElementReceiver {
        void element(int section, int length);
    }

    private static void eachElement(ElementReader elements, NativeBuffer element, ElementReceiver receiver) {
        while (elements.next()) {
            element.ensureCapacity(elements.length(), 0);
            elements.copyTo(element.address());
            receiver.element(elements.section(), elements.length());
        }
    }

    /** One that takes several effects to make: they are counted before they are carried out. */
    private void copyRewritten(CollectionType type, StoredValue from, long newKey, int newKeyLength) {
        byte[] key = Memory.toBytes(newKey, newKeyLength);
        try (CollectionRewriter counter = type.rewriter(key);
                CollectionRewriter rewriter = type.rewriter(key)) {
            int[] effects = {4};
            long[] bytes = {0};
            counter.packed(from.packed(), from.packedLength(), arguments -> {
                effects[0]++;
                bytes[0] += arguments.totalLength() + (long) arguments.count() * EffectLog.ARGUMENT_ROOM;
            });
            makeRoom(effects[0], from, newKey, newKeyLength, bytes[0]);
            rewriter.packed(from.packed(), from.packedLength(), arguments -> carryOut(type, arguments));
        }
        copyDeadline(from, newKey, newKeyLength);
    }

    /** Makes sure of all effects, and removes what the key has. */
    private void makeRoom(int effects, StoredValue from, long newKey, int newKeyLength, long bytes) {
        log.requireStoreRoom();
        log.promise(effects, from.keyLength() + 3L * newKeyLength + bytes);
        if (keys.isStored(newKey, newKeyLength)) {
            keys.delete(newKey, newKeyLength);
        }
        copied.open(newKey, newKeyLength);
    }

    private void carryOut(CollectionType type, Arguments arguments) {
        Effect effect = Effect.of(arguments);
        String word = effect.key() == 2 ? arguments.ascii(1) : null;
        int first = effect.key() + 1;
        collection.begin(effect, word, copied, arguments.count() - first, arguments.totalLength());
        for (int i = first; i < arguments.count(); i++) {
            collection.argument(arguments.address(i), arguments.length(i));
        }
        collection.apply(type, copied);
        collection.end(copied, false);
    }

    private void copyDeadline(StoredValue from, long newKey, int newKeyLength) {
        if (from.expireAtEpochMs() != Entry.NO_EXPIRY) {
            keys.expire(newKey, newKeyLength, from.expireAtEpochMs());
        }
    }

    private void copyLarge(StoredValue from, long newKey, int newKeyLength) {
        int source = databaseOf(from);
        boolean isSame = source == selected.number();
        int bytes = from.keyLength() + 2 * EffectLog.ARGUMENT_ROOM;
        long target = log.askIn(source, newKey, newKeyLength, bytes, true);
        record.command(isSame ? 4 : 6);
        record.argument(Effect.COPY.name());
        record.argument(log.moved(from.key()), from.keyLength());
        int targetOffset = record.argument(target, newKeyLength);
        if (!isSame) {
            record.argument("DB");
            record.argumentLong(selected.number());
        }
        record.argument("REPLACE");
        types.copyTo(from, copied, record.address() + targetOffset, newKeyLength);
        made(targetOffset, newKeyLength);
    }

    private void rename(long keyAddress, int keyLength, long newKey, int newKeyLength) {
        long key = log.ask(keyAddress, keyLength, newKeyLength, true);
        long target = log.moved(newKey);
        record.command(3);
        record.argument(Effect.RENAME.name());
        int keyOffset = record.argument(key, keyLength);
        int targetOffset = record.argument(target, newKeyLength);
        long base = record.address();
        selected.store().rename(base + keyOffset, keyLength, base + targetOffset, newKeyLength);
        changed.remove(keyOffset, keyLength);
        made(targetOffset, newKeyLength);
    }

    private void made(int keyOffset, int keyLength) {
        changed.touch(keyOffset, keyLength);
        changed.make(keyOffset, keyLength);
        moved.moved(selected.store().place(), record.address() + keyOffset, keyLength);
    }
}
