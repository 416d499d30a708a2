package io.tailrace.node.rewind;

import io.tailrace.node.shard.StoreLoader;
import io.tailrace.node.store.Entry;
import io.tailrace.node.store.Store;
import io.tailrace.snapshot.SnapshotWriter;
import io.tailrace.wire.handshake.FrameLayout;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;

/**
 * A new store and the snapshot file of the same entries: those of the old store whose keys were not touched, and the
 * primary's for those that were. Used by one thread at a time: a walk, the reactor, then the one that finishes the file.
 */
final class RewoundStore implements AutoCloseable {
    private final Store store;
    private final StoreLoader loader;
    private final SnapshotWriter writer;
    private final TouchedKeys touched;
    private final Entry entry = new Entry();
    private boolean isHandedOver;

    RewoundStore(Store store, SnapshotWriter writer, TouchedKeys touched) {
        this.store = store;
        loader = new StoreLoader(store);
        this.writer = writer;
        this.touched = touched;
    }

    /** Takes an entry of the old store, unless its key was touched. */
    void keep(
            long version,
            int ordinal,
            long expireAtMillis,
            byte type,
            long key,
            int keyLength,
            long value,
            int valueLength)
            throws IOException {
        if (!touched.contains(key, keyLength)) {
            insert(version, ordinal, expireAtMillis, type, key, keyLength, value, valueLength);
            writer.entry(version, ordinal, expireAtMillis, type, key, keyLength, value, valueLength);
        }
    }

    /**
     * Takes the body of an ENTRY frame for the touched key at a position.
     *
     * @return null, or why the primary makes no sense
     */
    String fetched(int position, long version, long body, int bodyLength) throws IOException {
        int keyLength = Memory.getInt(body + FrameLayout.ENTRY_KEY_LENGTH_OFFSET);
        int room = bodyLength - FrameLayout.ENTRY_KEY_OFFSET;
        long key = body + FrameLayout.ENTRY_KEY_OFFSET;
        boolean isWhole = keyLength >= 0 && keyLength <= room;
        long expected = touched.address(position) + TouchedKeys.KEY;
        if (!isWhole || !Memory.equals(expected, touched.keyLength(position), key, keyLength)) {
            return "the entry of another key than was asked for";
        }
        if (version != QueueIndex.NONE) {
            insert(
                    version,
                    Memory.getInt(body + FrameLayout.ENTRY_ORDINAL_OFFSET),
                    Memory.getLong(body + FrameLayout.ENTRY_EXPIRE_AT_OFFSET),
                    Memory.getByte(body + FrameLayout.ENTRY_TYPE_OFFSET),
                    key,
                    keyLength,
                    key + keyLength,
                    room - keyLength);
        }
        return null;
    }

    private void insert(
            long version,
            int ordinal,
            long expireAtMillis,
            byte type,
            long key,
            int keyLength,
            long value,
            int valueLength)
            throws IOException {
        try {
            loader.entry(version, ordinal, expireAtMillis, type, key, keyLength, value, valueLength);
        } catch (IllegalStateException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Adds the fetched entries to the file and gives it its name; blocks for the disk. */
    void finish(long endIndex, long endChain, long endDense) throws IOException {
        for (int at = 0; at < touched.length(); at = touched.after(at)) {
            long key = touched.address(at) + TouchedKeys.KEY;
            int keyLength = touched.keyLength(at);
            if (store.find(key, keyLength, entry)) {
                writer.entry(
                        entry.version(),
                        entry.ordinal(),
                        entry.expireAtMillis(),
                        entry.type(),
                        key,
                        keyLength,
                        entry.valueAddress(),
                        entry.valueLength());
            }
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
        if (!isHandedOver) {
            store.close();
        }
    }
}
