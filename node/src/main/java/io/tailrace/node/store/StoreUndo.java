package io.tailrace.node.store;

import io.tailrace.wire.memory.Memory;
import net.openhft.chronicle.map.ExternalMapQueryContext;

/**
 * Brackets a transaction of a store that may have to be rolled back. Owned by the shard's reactor thread.
 *
 * <pre>
 *  {@link #begin}     from here on each key is noted before it is changed, and nothing that it refers to is freed
 *  {@link #commit}    frees what was replaced
 *  {@link #rollBack}  puts back what was noted, and tells whether a walk may have copied something of the transaction
 * </pre>
 */
final class StoreUndo {
    private final Generations generations;
    private final References references;
    private final MapEntries entries;
    private final EntryBuilder builder;
    private final Libraries libraries;
    private final Undo undo;
    private final Entry found = new Entry();
    private long stepAtBegin;
    private boolean isWalkSpoiled;

    StoreUndo(
            Generations generations,
            References references,
            MapEntries entries,
            EntryBuilder builder,
            Libraries libraries) {
        this.generations = generations;
        this.references = references;
        this.entries = entries;
        this.builder = builder;
        this.libraries = libraries;
        undo = references.undo();
    }

    boolean isActive() {
        return undo.isActive();
    }

    void begin() {
        undo.begin();
        libraries.beginUndo();
        StoreWalk walk = generations.walk();
        stepAtBegin = walk == null ? 0 : walk.step();
        isWalkSpoiled = false;
    }

    /** Before a transaction changes a key: notes what it is, once. */
    void touch(long keyAddress, int keyLength) {
        if (references.isKeeping() && !undo.hasTouched(keyAddress, keyLength)) {
            undo.keep(keyAddress, keyLength, entries.find(keyAddress, keyLength, found) ? found : null);
        }
    }

    void commit() {
        if (generations.hasUndone()) {
            // what was kept lies in contents that go as a whole
            undo.forget();
            generations.commit();
        } else {
            undo.commit(references);
        }
    }

    /** @return whether a walk may have copied something of it */
    boolean rollBack() {
        if (generations.hasUndone()) {
            generations.bringBack();
        }
        undo.rollBack(this::restore, references);
        libraries.rollBack();
        return isWalkSpoiled;
    }

    /** What the transaction has done is on its way into a snapshot already. */
    void spoilWalk() {
        isWalkSpoiled |= undo.isActive();
    }

    /** The walk has visited a key's segment since the transaction began: it may have copied what is rolled back. */
    private boolean isVisited(long key, int keyLength) {
        StoreWalk walk = generations.walk();
        if (walk == null) {
            return false;
        }
        int segment;
        StoreMap map = generations.now().maps.current();
        try (ExternalMapQueryContext<Slice, Slice, ?> query = entries.query(map, key, keyLength)) {
            segment = query.segmentIndex() & walk.segments() - 1;
        }
        // step n is the visit of segment n - 1
        return segment >= stepAtBegin - 1 && segment < walk.step();
    }

    private void restore(long key, int keyLength, long entry, int entryLength) {
        isWalkSpoiled |= isVisited(key, keyLength);
        boolean isFound = entries.find(key, keyLength, found);
        // what it refers to is not dropped with an entry that only changed in place
        references.keep(isFound && found.isOutOfMap() && refersTo(entry, entryLength, found.valueAddress()));
        if (entry != 0) {
            entries.write(key, keyLength, builder.copy(entry, entryLength), entryLength, false);
        } else if (isFound) {
            entries.remove(key, keyLength);
        }
        references.keep(false);
    }

    private static boolean refersTo(long entry, int entryLength, long address) {
        return entry != 0
                && entryLength == EntryLayout.REFERENCE_LENGTH
                && EntryLayout.form(Memory.getByte(entry + EntryLayout.KIND)) != EntryLayout.FORM_INLINE
                && Memory.getLong(entry + EntryLayout.ADDRESS) == address;
    }
}
