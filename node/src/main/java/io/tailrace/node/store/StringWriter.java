package io.tailrace.node.store;

import io.tailrace.wire.memory.Memory;
import net.openhft.chronicle.map.ExternalMapQueryContext;
import net.openhft.chronicle.map.MapEntry;

/**
 * Writes strings and parts of them: in their place where nothing else needs the bytes that were there, else as a new entry. Owned
 * by the shard's reactor thread.
 *
 * <pre>
 *  written                    in its place if                                           needs the bytes that were there
 *  a string of the length     the map holds it, and it has no deadline                  a transaction under way
 *  of the one before
 *  a part                     it ends within the string, or the block that holds it     a transaction; a walk that has not
 *                                                                                       passed the bytes in question
 * </pre>
 */
final class StringWriter {
    /** As an offset: after the last byte. */
    static final int AT_END = -1;

    private final Generations generations;
    private final References references;
    private final StoreUndo undo;
    private final MapEntries entries;
    private final EntryBuilder builder;
    private final EffectPosition position;
    private final Entry found = new Entry();

    StringWriter(
            Generations generations,
            References references,
            StoreUndo undo,
            MapEntries entries,
            EntryBuilder builder,
            EffectPosition position) {
        this.generations = generations;
        this.references = references;
        this.undo = undo;
        this.entries = entries;
        this.builder = builder;
        this.position = position;
    }

    void put(long keyAddress, int keyLength, long valueAddress, int valueLength, long expireAtEpochMs) {
        boolean isPlain =
                EntryBuilder.isInline(keyLength, valueLength) && expireAtEpochMs == Entry.NO_EXPIRY && !undo.isActive();
        if (isPlain && entries.overwrite(keyAddress, keyLength, valueAddress, valueLength)) {
            return;
        }
        undo.touch(keyAddress, keyLength);
        long entry = builder.build(keyLength, valueAddress, valueLength, (byte) ValueType.STRING);
        builder.stamp(expireAtEpochMs, position.index(), position.ordinal());
        entries.write(keyAddress, keyLength, entry, builder.length(), true);
    }

    void writePart(long keyAddress, int keyLength, int offset, long bytes, int length) {
        boolean isFound = entries.find(keyAddress, keyLength, found) && found.type() == ValueType.STRING;
        int oldLength = isFound ? found.valueLength() : 0;
        long deadline = isFound ? found.expireAtEpochMs() : Entry.NO_EXPIRY;
        int at = offset == AT_END ? oldLength : offset;
        if (isFound && writeInPlace(keyAddress, keyLength, at, bytes, length)) {
            return;
        }
        undo.touch(keyAddress, keyLength);
        long old = isFound && entries.find(keyAddress, keyLength, found) ? found.valueAddress() : 0;
        long entry = builder.build(keyLength, old, oldLength, at, bytes, length);
        builder.stamp(deadline, position.index(), position.ordinal());
        entries.write(keyAddress, keyLength, entry, builder.length(), false);
    }

    private boolean writeInPlace(long keyAddress, int keyLength, int at, long bytes, int length) {
        boolean isBlock = found.isBlock();
        long value = found.valueAddress();
        long capacity = isBlock ? LargeValues.capacity(value) : found.valueLength();
        undo.touch(keyAddress, keyLength);
        if (at + (long) length > capacity || isBlock && references.mayBringBack(value)) {
            return false;
        }
        StoreMaps maps = generations.now().maps;
        if (!maps.isWalked()) {
            entries.find(keyAddress, keyLength, found);
            writeFound(at, bytes, length);
            return true;
        }
        return writeInPlaceOf(maps.current(), keyAddress, keyLength, at, bytes, length)
                || maps.previous() != null && writeInPlaceOf(maps.previous(), keyAddress, keyLength, at, bytes, length);
    }

    private boolean writeInPlaceOf(StoreMap map, long keyAddress, int keyLength, int at, long bytes, int length) {
        try (ExternalMapQueryContext<Slice, Slice, ?> query = entries.query(map, keyAddress, keyLength)) {
            query.updateLock().lock();
            MapEntry<Slice, Slice> entry = query.entry();
            if (entry == null) {
                return false;
            }
            found.wrap(StoreWalk.addressOf(entry.value()), (int) entry.value().size());
            // what is written after the end is not in what a walk has taken
            boolean isInTheWay = found.isBlock()
                    && at < found.valueLength()
                    && generations.now().largeValues.isRead(found.valueAddress(), query.segmentIndex());
            if (!isInTheWay) {
                writeFound(at, bytes, length);
            }
            return !isInTheWay;
        }
    }

    private void writeFound(int at, long bytes, int length) {
        long entry = found.address();
        int oldLength = found.valueLength();
        EntryBuilder.writePart(found.valueAddress(), oldLength, at, bytes, length);
        if (found.isBlock()) {
            Memory.putLong(entry + EntryLayout.BLOCK_LENGTH, Math.max(oldLength, at + length));
        }
        position.stamp(entry);
        Memory.putByte(entry + EntryLayout.KIND, EntryLayout.kind(ValueType.STRING, found.form(), Entry.ENCODED_RAW));
        entries.access().changed(entry);
    }
}
