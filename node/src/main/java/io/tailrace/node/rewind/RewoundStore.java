package io.tailrace.node.rewind;

import io.tailrace.node.shard.EntryBatch;
import io.tailrace.node.shard.LibraryEffects;
import io.tailrace.node.shard.SnapshotOutput;
import io.tailrace.node.shard.StoreLoader;
import io.tailrace.node.store.Entry;
import io.tailrace.node.store.LibrarySet;
import io.tailrace.node.store.Store;
import io.tailrace.node.value.CollectionTypes;
import io.tailrace.node.value.ElementReader;
import io.tailrace.node.value.FrozenValue;
import io.tailrace.snapshot.SnapshotWriter;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.EntryImage;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A new store and the snapshot file of the same entries: those of the old store whose keys were not touched, and the
 * primary's for those that were. Used by one thread at a time: a walk, the reactor, then the one that finishes the file.
 */
final class RewoundStore implements AutoCloseable {
    private final Store store;
    private final StoreLoader loader;
    private final SnapshotWriter writer;
    private final TouchedKeys touched;
    private final CollectionTypes types;
    private final SnapshotOutput output;
    private final Entry entry = new Entry();
    private final EntryImage image = new EntryImage();
    private final NativeBuffer scratch = new NativeBuffer(4 << 10);
    private final List<FrozenValue> large = new ArrayList<>();
    private boolean isHandedOver;

    RewoundStore(Store store, SnapshotWriter writer, TouchedKeys touched, CollectionTypes types) {
        this.store = store;
        this.types = types;
        loader = new StoreLoader(store, types);
        this.writer = writer;
        output = new SnapshotOutput(writer);
        this.touched = touched;
    }

    /** Takes the function libraries of the old store: a rewind over a change of them fetches everything. */
    void keep(LibrarySet libraries) throws IOException {
        store.libraries().copy(libraries);
        LibraryEffects.write(libraries, output::entry);
    }

    /** Takes an entry of the old store, unless its key was touched. */
    void keep(EntryImage kept) throws IOException {
        if (!touched.contains(kept.keyAddress(), kept.keyLength())) {
            insert(kept);
            output.entry(kept);
        }
    }

    /** The same for a large collection. */
    void keep(FrozenValue kept) throws IOException {
        byte[] key = kept.key();
        scratch.ensureCapacity(EntryImage.HEADER_LENGTH + key.length + kept.ofType().length, 0);
        long keyAt = scratch.address() + EntryImage.HEADER_LENGTH;
        Memory.copyIn(key, 0, keyAt, key.length);
        if (touched.contains(keyAt, key.length)) {
            return;
        }
        EntryImage.putVersion(scratch.address(), kept.version(), kept.ordinal(), kept.expireAtMillis());
        EntryImage.putLengths(scratch.address(), kept.typeAndEncoding(), key.length, kept.ofType().length);
        Memory.copyIn(kept.ofType(), 0, keyAt + key.length, kept.ofType().length);
        loader.beginCollection(image.wrap(scratch.address()));
        ElementReader elements = kept.type().reader(kept);
        long count = 0;
        String problem = null;
        while (problem == null && elements.next()) {
            int length = elements.length();
            scratch.ensureCapacity(length, 0);
            elements.copyTo(scratch.address());
            problem = loader.elements(elements.section(), scratch.address(), length);
            count++;
        }
        problem = problem == null ? loader.endCollection(count) : problem;
        if (problem != null) {
            throw new IOException(problem);
        }
        output.collection(kept);
    }

    /**
     * Takes the body of an ENTRY frame for the touched key at a position.
     *
     * @return null, or why the frame is malformed
     */
    String fetched(int position, long version, long body, int bodyLength) throws IOException {
        if (bodyLength < EntryImage.HEADER_LENGTH) {
            return "an entry of " + bodyLength + " bytes";
        }
        image.wrap(body);
        long valueBytes = (long) bodyLength - EntryImage.HEADER_LENGTH - image.keyLength();
        boolean isWhole = valueBytes == image.valueLength();
        long expected = touched.address(position) + TouchedKeys.KEY;
        if (!isWhole || !Memory.equals(expected, touched.keyLength(position), image.keyAddress(), image.keyLength())) {
            return "the entry of another key than was asked for";
        }
        if (version != QueueIndex.NONE) {
            insert(image);
        }
        return null;
    }

    private void insert(EntryImage entry) throws IOException {
        try {
            loader.entry(entry);
        } catch (IllegalStateException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Adds the fetched entries to the file and gives it its name; blocks for the disk. */
    void finish(long endIndex, long endChain, long endDense) throws IOException {
        EntryBatch batch = new EntryBatch(
                (key, length, collection) -> large.add(types.lookAt(store.arena(), key, length, collection)));
        try (batch) {
            for (int at = 0; at < touched.length(); at = touched.after(at)) {
                long key = touched.address(at) + TouchedKeys.KEY;
                if (store.find(key, touched.keyLength(at), entry)) {
                    batch.add(key, touched.keyLength(at), entry);
                    batch.drainTo(output::entry);
                }
            }
        }
        for (FrozenValue each : large) {
            output.collection(each);
        }
        writer.finish(endIndex, endChain, endDense);
    }

    Store store() {
        return store;
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
            store.close();
        }
    }
}
