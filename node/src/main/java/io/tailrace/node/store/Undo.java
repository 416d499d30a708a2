package io.tailrace.node.store;

import io.tailrace.node.arena.Arena;
import io.tailrace.node.arena.Tree;
import io.tailrace.node.arena.TreeView;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a transaction must be able to roll back: each key's entry as it was before the transaction touched it first, and what
 * must not be freed before the transaction is committed. Owned by the reactor thread of the shard; does nothing while it is
 * not active.
 *
 * <pre>
 *  image:  0            4               8
 *          | key length | entry length  | key ... | entry ...        entry length -1: there was no such key
 * </pre>
 *
 * <p>A large collection is not copied: a view is opened on its trees, so what is changed in them is copied page by page.
 */
final class Undo implements AutoCloseable {
    /** What is done with what a transaction has left over. */
    interface Owner {
        void freeBlock(long address);

        void freeBlob(long address);

        void dropCollection(long header);
    }

    private static final int IMAGE_HEADER = 2 * Integer.BYTES;
    private static final int ABSENT = -1;
    private static final int EMPTY = -1;
    private static final int INITIAL = 256;

    private final NativeBuffer images = new NativeBuffer(4 << 10);
    private final Set<Long> kept = new HashSet<>();
    private final List<Long> blocks = new ArrayList<>();
    private final List<Long> blobs = new ArrayList<>();
    private final List<Long> headers = new ArrayList<>();
    private final Map<Long, FrozenCollection> collections = new HashMap<>();
    private boolean isActive;
    private long droppedBytes;
    private int length;
    private int count;
    private int[] offsets = new int[INITIAL];
    private int[] table = newTable(2 * INITIAL);

    private static int[] newTable(int size) {
        int[] table = new int[size];
        Arrays.fill(table, EMPTY);
        return table;
    }

    boolean isActive() {
        return isActive;
    }

    void begin() {
        assert !isActive : "begun twice";
        isActive = true;
    }

    /** Whether the transaction has touched a key already. */
    boolean hasTouched(long key, int keyLength) {
        return table[slot(key, keyLength)] != EMPTY;
    }

    private int slot(long key, int keyLength) {
        int mask = table.length - 1;
        int slot = (int) Memory.hash64(key, keyLength) & mask;
        while (table[slot] != EMPTY) {
            long image = images.address() + offsets[table[slot]];
            if (Memory.equals(image + IMAGE_HEADER, Memory.getInt(image), key, keyLength)) {
                return slot;
            }
            slot = slot + 1 & mask;
        }
        return slot;
    }

    /** Notes a key as it is now; only for one that was not touched yet. */
    void keep(long key, int keyLength, Entry entry) {
        int entryLength = entry == null ? 0 : entry.length();
        int needed = IMAGE_HEADER + keyLength + entryLength;
        images.ensureCapacity(length + needed, length);
        long image = images.address() + length;
        Memory.putInt(image, keyLength);
        Memory.putInt(image + Integer.BYTES, entry == null ? ABSENT : entryLength);
        Memory.copy(key, image + IMAGE_HEADER, keyLength);
        if (entry != null) {
            Memory.copy(entry.address(), image + IMAGE_HEADER + keyLength, entryLength);
            if (entry.isOutOfMap()) {
                kept.add(entry.valueAddress());
            }
        }
        add(key, keyLength);
        length += needed;
    }

    private void add(long key, int keyLength) {
        if (count == offsets.length) {
            offsets = Arrays.copyOf(offsets, 2 * count);
            table = newTable(4 * count);
            for (int i = 0; i < count; i++) {
                long image = images.address() + offsets[i];
                table[slot(image + IMAGE_HEADER, Memory.getInt(image))] = i;
            }
        }
        int slot = slot(key, keyLength);
        offsets[count] = length;
        table[slot] = count++;
    }

    /** Whether a block, blob or header is one that a key had before the transaction. */
    boolean isKept(long address) {
        return isActive && kept.contains(address);
    }

    /** Freezes a large collection that a key had before the transaction, unless that was done. */
    void freeze(long header, TreeView... views) {
        collections.put(header, new FrozenCollection(header, views));
    }

    boolean isFrozen(long header) {
        return collections.containsKey(header);
    }

    void dropBlock(long address) {
        droppedBytes += LargeValues.costOf(address);
        blocks.add(address);
    }

    void dropBlob(long address) {
        droppedBytes += Arena.blobBytes(address);
        blobs.add(address);
    }

    void dropHeader(long header) {
        droppedBytes += Arena.blobBytes(header) + CollectionHeader.treeBytes(header);
        headers.add(header);
    }

    /** What a commit frees of what counts as used: all that was dropped. */
    long droppedBytes() {
        return droppedBytes;
    }

    /** The transaction stays: frees what it has replaced. */
    void commit(Owner owner) {
        collections.values().forEach(FrozenCollection::release);
        // loops, as a method of the owner would be an object each time
        for (int i = 0; i < blocks.size(); i++) {
            owner.freeBlock(blocks.get(i));
        }
        for (int i = 0; i < blobs.size(); i++) {
            owner.freeBlob(blobs.get(i));
        }
        for (int i = 0; i < headers.size(); i++) {
            owner.dropCollection(headers.get(i));
        }
        end();
    }

    /** Takes what a key was, in the reverse of the order in which they were touched. */
    interface Restorer {
        /** @param entry where the entry is, with its length; 0 and -1 when there was no such key */
        void restore(long key, int keyLength, long entry, int entryLength);
    }

    /** The transaction never was: frees what it has made and dropped itself. */
    void rollBack(Restorer restorer, Owner owner) {
        collections.values().forEach(FrozenCollection::restore);
        for (int i = count - 1; i >= 0; i--) {
            long image = images.address() + offsets[i];
            int keyLength = Memory.getInt(image);
            int entryLength = Memory.getInt(image + Integer.BYTES);
            long key = image + IMAGE_HEADER;
            restorer.restore(key, keyLength, entryLength == ABSENT ? 0 : key + keyLength, entryLength);
        }
        blocks.stream().filter(block -> !kept.contains(block)).forEach(owner::freeBlock);
        blobs.stream().filter(blob -> !kept.contains(blob)).forEach(owner::freeBlob);
        headers.stream().filter(header -> !kept.contains(header)).forEach(owner::dropCollection);
        end();
    }

    /** The transaction stays, and what it has replaced is freed with everything else there was. */
    void forget() {
        end();
    }

    private void end() {
        isActive = false;
        droppedBytes = 0;
        kept.clear();
        blocks.clear();
        blobs.clear();
        headers.clear();
        collections.clear();
        if (count > 0) {
            Arrays.fill(table, EMPTY);
        }
        count = 0;
        length = 0;
        images.shrinkTo(1 << 20);
    }

    @Override
    public void close() {
        images.close();
    }

    /** A collection's header and trees as they were. */
    private static final class FrozenCollection {
        private final long header;
        private final TreeView[] views;
        private final byte[] bytes = new byte[CollectionHeader.BYTES];

        FrozenCollection(long header, TreeView[] views) {
            this.header = header;
            this.views = views;
            Memory.copyOut(header, bytes, 0, bytes.length);
        }

        void release() {
            for (TreeView view : views) {
                view.close();
            }
        }

        void restore() {
            for (TreeView view : views) {
                view.rollBack();
            }
            int trees = CollectionHeader.TREES * Tree.headerBytes();
            Memory.copyIn(bytes, trees, header + trees, bytes.length - trees);
        }
    }
}
