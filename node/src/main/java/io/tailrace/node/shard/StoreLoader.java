package io.tailrace.node.shard;

import io.tailrace.node.store.Databases;
import io.tailrace.node.store.Entry;
import io.tailrace.node.store.Store;
import io.tailrace.node.store.StoredValue;
import io.tailrace.node.store.ValueType;
import io.tailrace.node.value.CollectionType;
import io.tailrace.node.value.CollectionTypes;
import io.tailrace.snapshot.EntrySink;
import io.tailrace.snapshot.SnapshotHeader;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.EntryImage;

/**
 * Puts the entries of a snapshot into the stores of their places, which grow as they need to: a snapshot may be of a node that was sized
 * otherwise, or that grew itself. Owned by the thread that fills the store, and closed by it.
 *
 * <p>A key may come more than once: what was written last counts, whatever comes first.
 */
public final class StoreLoader implements EntrySink, AutoCloseable {
    /** Entries that move to a larger map for each one that is put, besides one. */
    static final int MOVED_EACH = 4;

    private final Databases databases;
    /** Of the entry that has come. */
    private Store store;

    private final CollectionTypes types;
    private final LoadProgress progress;
    private final Entry there = new Entry();
    private final StoredValue value;
    private final NativeBuffer key = new NativeBuffer(256);
    private CollectionType type;
    private boolean isPassedOver;
    private String problem;

    /** @param databases empty ones, which entries are put into */
    public StoreLoader(Databases databases, CollectionTypes types) {
        this(databases, types, LoadProgress.unwatched());
    }

    StoreLoader(Databases databases, CollectionTypes types, LoadProgress progress) {
        this.databases = databases;
        store = databases.toWriteAt(0);
        this.types = types;
        this.progress = progress;
        value = new StoredValue(store);
    }

    private void use(EntryImage entry) {
        if (entry.place() != store.place()) {
            store = databases.toWriteAt(entry.place());
            value.use(store);
        }
    }

    private void makeRoom() {
        if (!store.canTake(1)) {
            throw new IllegalStateException("the store can't grow so that it takes all keys: raise"
                    + " max-entries, avg-key-size or avg-value-size, or give the machine more memory");
        }
    }

    private boolean isNewer(EntryImage entry) {
        boolean isThere = store.find(entry.keyAddress(), entry.keyLength(), there);
        return !isThere || !there.contains(entry.version(), entry.ordinal());
    }

    @Override
    public void header(SnapshotHeader header) {
        StoreState.expect(header, databases);
    }

    @Override
    public void entry(EntryImage entry) {
        if (Store.typeOf(entry) == ValueType.FUNCTION) {
            LibraryEffects.load(databases.libraries(), entry);
            return;
        }
        use(entry);
        makeRoom();
        if (isNewer(entry)) {
            if (Store.typeOf(entry) == ValueType.STRING) {
                store.put(entry);
            } else {
                packed(entry);
            }
        }
        store.growStep(MOVED_EACH);
        progress.add((long) entry.keyLength() + entry.valueLength());
    }

    private void packed(EntryImage entry) {
        CollectionType packedType = types.of(Store.typeOf(entry));
        String wrong = packedType == null
                ? "a value of the unknown type " + Store.typeOf(entry)
                : packedType.loadPacked(open(entry), entry);
        if (wrong != null) {
            throw new IllegalStateException(wrong);
        }
        publish(entry);
    }

    private StoredValue open(EntryImage entry) {
        store.position(entry.version(), entry.ordinal());
        value.open(entry.keyAddress(), entry.keyLength());
        return value;
    }

    private void publish(EntryImage entry) {
        value.encoding(Store.encodingOf(entry));
        value.expireAt(entry.expireAtEpochMs());
        value.publish();
    }

    @Override
    public void beginCollection(EntryImage head) {
        use(head);
        makeRoom();
        problem = null;
        isPassedOver = !isNewer(head);
        type = types.of(Store.typeOf(head));
        if (type == null) {
            problem = "a collection of the unknown type " + Store.typeOf(head);
        }
        if (problem != null || isPassedOver) {
            return;
        }
        // the key must stay until the last element has come
        key.ensureCapacity(Math.max(1, head.keyLength()), 0);
        Memory.copy(head.keyAddress(), key.address(), head.keyLength());
        store.position(head.version(), head.ordinal());
        value.open(key.address(), head.keyLength());
        problem = type.beginLoad(value, head.valueAddress(), head.valueLength());
        publish(head);
    }

    @Override
    public String elements(int section, long address, int length) {
        progress.add(length);
        if (problem != null) {
            return problem;
        }
        return isPassedOver ? null : type.load(value, section, address, length);
    }

    @Override
    public String endCollection(long elements) {
        if (problem != null) {
            return problem;
        }
        store.growStep(MOVED_EACH);
        return isPassedOver ? null : type.endLoad(value, elements);
    }

    @Override
    public void close() {
        key.close();
    }
}
