package io.tailrace.node.store;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;

/** Lays one entry out as the map is to hold it. Owned and closed by the reactor thread; reused, no garbage. */
final class EntryBuilder implements AutoCloseable {
    private final Generations generations;
    private final NativeBuffer bytes = new NativeBuffer(4 << 10);
    private int length;

    EntryBuilder(Generations generations) {
        this.generations = generations;
    }

    static boolean isInline(int keyLength, int valueLength) {
        return keyLength + valueLength <= StoreSizing.INLINE_LIMIT;
    }

    /**
     * Lays out the entry of a string; a large value gets its block by this. The entry is good until the next one.
     *
     * @param typeAndEncoding as {@link Entry#typeAndEncoding}
     */
    long build(int keyLength, long valueAddress, int valueLength, byte typeAndEncoding) {
        boolean isInline = isInline(keyLength, valueLength);
        int form = isInline ? EntryLayout.FORM_INLINE : EntryLayout.FORM_BLOCK;
        long entry = begin(isInline ? EntryLayout.HEADER_LENGTH + valueLength : EntryLayout.REFERENCE_LENGTH);
        int type = EntryLayout.type(typeAndEncoding);
        Memory.putByte(entry + EntryLayout.KIND, EntryLayout.kind(type, form, EntryLayout.encoding(typeAndEncoding)));
        if (isInline) {
            Memory.copy(valueAddress, entry + EntryLayout.HEADER_LENGTH, valueLength);
        } else {
            Memory.putLong(
                    entry + EntryLayout.ADDRESS, generations.now().largeValues.store(valueAddress, valueLength));
            Memory.putLong(entry + EntryLayout.BLOCK_LENGTH, valueLength);
        }
        return entry;
    }

    /**
     * Lays out the entry of a string of which a part is written, with zero bytes from its end up to that.
     *
     * @param old where it is as it was, in no block that would take it as it will be
     * @param at where the part is written
     */
    long build(int keyLength, long old, int oldLength, int at, long part, int partLength) {
        int total = Math.max(oldLength, at + partLength);
        boolean isInline = isInline(keyLength, total);
        int form = isInline ? EntryLayout.FORM_INLINE : EntryLayout.FORM_BLOCK;
        long entry = begin(isInline ? EntryLayout.HEADER_LENGTH + total : EntryLayout.REFERENCE_LENGTH);
        Memory.putByte(entry + EntryLayout.KIND, EntryLayout.kind(ValueType.STRING, form, Entry.ENCODED_RAW));
        long value = entry + EntryLayout.HEADER_LENGTH;
        if (!isInline) {
            LargeValues largeValues = generations.now().largeValues;
            value = total > oldLength ? largeValues.allocateToGrow(total) : largeValues.allocate(total);
            Memory.putLong(entry + EntryLayout.ADDRESS, value);
            Memory.putLong(entry + EntryLayout.BLOCK_LENGTH, total);
        }
        Memory.copy(old, value, oldLength);
        writePart(value, oldLength, at, part, partLength);
        return entry;
    }

    /** Writes a part of a value in its place, with zero bytes from its end up to that. */
    static void writePart(long value, int length, int at, long part, int partLength) {
        if (at > length) {
            Memory.fill(value + length, at - length, (byte) 0);
        }
        Memory.copy(part, value + at, partLength);
    }

    /**
     * Lays out the entry of a collection, but for version, ordinal and deadline.
     *
     * @param address of its blob or header
     * @param rest what follows that
     */
    long reference(byte kind, long address, long rest) {
        long entry = begin(EntryLayout.REFERENCE_LENGTH);
        Memory.putByte(entry + EntryLayout.KIND, kind);
        Memory.putLong(entry + EntryLayout.ADDRESS, address);
        Memory.putLong(entry + EntryLayout.ADDRESS + Long.BYTES, rest);
        return entry;
    }

    /** Copies an entry as it is. */
    long copy(long entry, int entryLength) {
        length = entryLength;
        bytes.ensureCapacity(length, 0);
        Memory.copy(entry, bytes.address(), entryLength);
        return bytes.address();
    }

    private long begin(int bytesOfEntry) {
        length = bytesOfEntry;
        bytes.ensureCapacity(length, 0);
        Memory.putInt(bytes.address() + EntryLayout.KIND, 0);
        return bytes.address();
    }

    /** Stamps the entry last laid out. */
    void stamp(long expireAtEpochMs, long index, int ordinal) {
        long entry = bytes.address();
        Memory.putLong(entry + EntryLayout.VERSION, index);
        Memory.putLong(entry + EntryLayout.EXPIRE_AT, expireAtEpochMs);
        Memory.putInt(entry + EntryLayout.ORDINAL, ordinal);
    }

    /** Of the entry last built, bytes. */
    int length() {
        return length;
    }

    /** Puts a key where it has an address, until the next entry. */
    long key(byte[] key) {
        bytes.ensureCapacity(Math.max(1, key.length), 0);
        Memory.copyIn(key, 0, bytes.address(), key.length);
        return bytes.address();
    }

    @Override
    public void close() {
        bytes.close();
    }
}
