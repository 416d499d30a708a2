package io.tailrace.node.rewind;

import io.tailrace.node.shard.EntryBatch;
import io.tailrace.node.shard.LibraryEffects;
import io.tailrace.node.shard.SnapshotOutput;
import io.tailrace.node.shard.StoreLoader;
import io.tailrace.node.store.Databases;
import io.tailrace.node.store.Entry;
import io.tailrace.node.store.LibrarySet;
import io.tailrace.node.store.Store;
import io.tailrace.node.store.StoredValue;
import io.tailrace.node.value.CollectionTypes;
import io.tailrace.node.value.ElementReader;
import io.tailrace.node.value.FrozenValue;
import io.tailrace.node.value.MemberAccess;
import io.tailrace.node.value.PackedBytes;
import io.tailrace.snapshot.SnapshotWriter;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.EntryImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A new store and the snapshot file of the same entries: those of the old store whose keys were not touched, and the
 * primary's for those that were. Used by one thread at a time: a walk, the reactor, then the one that finishes the file.
 */
final class RewoundStore implements AutoCloseable {
    /** Of a kept key whose members are of the primary: it contains all of the last shared record, and nothing after it. */
    private static final int LAST_ORDINAL = Integer.MAX_VALUE;

    private static final Predicate NOTHING = (member, length) -> false;

    /** Whether a member is meant. */
    @FunctionalInterface
    private interface Predicate {
        boolean test(long member, int length);
    }

    private final Databases databases;
    private final StoreLoader loader;
    private final SnapshotWriter writer;
    private final TouchedKeys touched;
    private final TouchedMembers members;
    private final long common;
    private final StoredValue value;
    private Store collectionsOf;
    private final CollectionTypes types;
    private final SnapshotOutput output;
    private final Entry entry = new Entry();
    private final EntryImage image = new EntryImage();
    private final NativeBuffer scratch = new NativeBuffer(4 << 10);
    private final List<FrozenValue> large = new ArrayList<>();
    private MemberAccess access;
    private long given;
    private boolean isHandedOver;

    /**
     * @param divergence what was touched after the record at {@code common}, the last shared one
     */
    RewoundStore(
            Databases databases, SnapshotWriter writer, Divergence divergence, long common, CollectionTypes types) {
        this.databases = databases;
        this.types = types;
        this.common = common;
        loader = new StoreLoader(databases, types);
        value = new StoredValue(databases.toWriteAt(0));
        this.writer = writer;
        output = new SnapshotOutput(writer);
        touched = divergence.keys();
        members = divergence.members();
    }

    /** Takes the function libraries of the old store: a rewind over a change of them fetches everything. */
    void keep(LibrarySet libraries) throws IOException {
        databases.libraries().copy(libraries);
        LibraryEffects.write(libraries, output::entry);
    }

    /** Takes an entry of the old store, unless its key was touched. */
    void keep(EntryImage kept) throws IOException {
        if (touched.find(kept.place(), kept.keyAddress(), kept.keyLength()) < 0) {
            insert(kept);
            output.entry(kept);
        }
    }

    /** The same for a large collection; one of which only members were touched is kept without these. */
    void keep(FrozenValue kept) throws IOException {
        byte[] key = kept.key();
        int headerLength = EntryImage.headerLength(kept.place());
        scratch.ensureCapacity(headerLength + key.length + kept.ofType().length, 0);
        long keyAt = scratch.address() + headerLength;
        Memory.copyIn(key, 0, keyAt, key.length);
        int number = touched.find(kept.place(), keyAt, key.length);
        if (number < 0) {
            copy(kept, kept.version(), kept.ordinal(), NOTHING);
            output.collection(kept);
        } else if (members.canKeep(number, kept.type().type())) {
            copy(kept, common, LAST_ORDINAL, (member, length) -> members.contains(number, member, length));
            members.keep(number);
        }
    }

    private void copy(FrozenValue kept, long version, int ordinal, Predicate isLeftOut) throws IOException {
        byte[] key = kept.key();
        EntryImage.putVersion(scratch.address(), version, ordinal, kept.expireAtEpochMs());
        EntryImage.putLengths(
                scratch.address(), kept.typeAndEncoding(), kept.place(), key.length, kept.ofType().length);
        long keyAt = scratch.address() + EntryImage.headerLength(kept.place());
        Memory.copyIn(kept.ofType(), 0, keyAt + key.length, kept.ofType().length);
        loader.beginCollection(image.wrap(scratch.address()));
        boolean isByMember = kept.type().members() != null;
        ElementReader elements = kept.type().reader(kept);
        long count = 0;
        String problem = null;
        while (problem == null && elements.next()) {
            int length = elements.length();
            scratch.ensureCapacity(length, 0);
            long at = scratch.address();
            elements.copyTo(at);
            if (!isByMember || !isLeftOut.test(PackedBytes.address(at), PackedBytes.length(at))) {
                problem = loader.elements(elements.section(), at, length);
                count++;
            }
        }
        problem = problem == null ? loader.endCollection(count) : problem;
        if (problem != null) {
            throw new IOException(problem);
        }
    }

    /** Takes the primary's entry of a key that was touched. */
    void insert(EntryImage entry) throws IOException {
        try {
            loader.entry(entry);
        } catch (IllegalStateException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Begins with the primary's large collection of a key that was touched; its elements follow. */
    void beginCollection(EntryImage head) throws IOException {
        try {
            loader.beginCollection(head);
        } catch (IllegalStateException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Takes elements of it; returns null, or what is wrong with them. */
    String elements(int section, long address, int length) {
        return loader.elements(section, address, length);
    }

    /** All of its elements were given; returns null, or what is wrong. */
    String endCollection(long elements) {
        return loader.endCollection(elements);
    }

    /** The type of a key that is kept. */
    int typeOf(int key) {
        Store store = databases.at(touched.place(key));
        store.find(touched.address(key), touched.keyLength(key), entry);
        return entry.type();
    }

    /** The primary has the collection of a kept key: takes its deadline, and {@link #members} follow; returns null or why not. */
    String beginMembers(int key, EntryImage head) {
        long at = touched.address(key);
        int length = touched.keyLength(key);
        Store store = databases.at(touched.place(key));
        value.use(store);
        store.position(common, LAST_ORDINAL);
        store.expire(at, length, head.expireAtEpochMs());
        value.open(at, length);
        if (value.type() != Store.typeOf(head) || head.valueLength() != 0) {
            return "the members of another type than were asked for";
        }
        value.encoding(Store.encodingOf(head));
        value.publish();
        access = types.of(value.type()).members();
        given = 0;
        return null;
    }

    /** Takes elements of a kept key, in the place of what was left out; returns null, or what is wrong with them. */
    String members(long address, int length) {
        for (int at = 0; at < length; ) {
            int bytes = access == null ? -1 : access.checkedBytes(address + at, length - at);
            if (bytes < 0) {
                return "a member that is not whole";
            }
            access.put(value, address + at);
            at += bytes;
            given++;
        }
        value.publish();
        return null;
    }

    /** This many members of a kept key are there of those that were asked for; returns null, or what is wrong. */
    String endMembers(long count) {
        return count == given ? null : given + " members instead of " + count;
    }

    /** Adds the fetched entries to the file and gives it its name; blocks for the disk. */
    void finish(long endIndex, long endChain, long endRecordCount) throws IOException {
        EntryBatch batch = new EntryBatch(
                (key, length, collection) -> large.add(types.lookAt(collectionsOf, key, length, collection)));
        try (batch) {
            for (int i = 0; i < touched.count(); i++) {
                long key = touched.address(i);
                int length = touched.keyLength(i);
                collectionsOf = databases.at(touched.place(i));
                dropEmpty(key, length, i);
                if (collectionsOf != null && collectionsOf.find(key, length, entry)) {
                    batch.add(touched.place(i), key, length, entry);
                    batch.drainTo(output::entry);
                }
            }
        }
        for (FrozenValue each : large) {
            output.collection(each);
        }
        writer.finish(endIndex, endChain, endRecordCount);
    }

    /** All members of a kept key were this node's own, and the primary has none of them. */
    private void dropEmpty(long key, int length, int number) {
        if (members.isKept(number)) {
            value.use(collectionsOf);
            if (value.open(key, length) && types.of(value.type()).size(value) == 0) {
                value.remove();
            }
        }
    }

    Databases databases() {
        return databases;
    }

    /** The store is another's to close from now on. */
    void handedOver() {
        isHandedOver = true;
    }

    @Override
    public void close() {
        writer.close();
        output.close();
        loader.close();
        scratch.close();
        if (!isHandedOver) {
            databases.close();
        }
    }
}
