package io.tailrace.node.store;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;

/** Lays one entry out as the map is to hold it. Owned and closed by the reactor thread; reused, no garbage. */
final class EntryBuilder implements AutoCloseable {
    private final LargeValues largeValues;
    private final NativeBuffer bytes = new NativeBuffer(4 << 10);
    private int length;

    EntryBuilder(LargeValues largeValues) {
        this.largeValues = largeValues;
    }

    static boolean isInline(int keyLength, int valueLength) {
        return keyLength + valueLength <= StoreSizing.INLINE_LIMIT;
    }

    /** Gives the address of the entry, which is valid until the next one; a large value gets its block by this. */
    long build(
            int keyLength,
            long valueAddress,
            int valueLength,
            long expireAtMillis,
            byte type,
            long index,
            int ordinal) {
        boolean isInline = isInline(keyLength, valueLength);
        length = isInline ? EntryLayout.HEADER_LENGTH + valueLength : EntryLayout.REFERENCE_LENGTH;
        bytes.ensureCapacity(length, 0);
        long entry = bytes.address();
        Memory.putLong(entry + EntryLayout.VERSION, index);
        Memory.putLong(entry + EntryLayout.EXPIRE_AT, expireAtMillis);
        Memory.putInt(entry + EntryLayout.ORDINAL, ordinal);
        Memory.putInt(entry + EntryLayout.TYPE, 0);
        Memory.putByte(entry + EntryLayout.TYPE, type);
        if (isInline) {
            Memory.copy(valueAddress, entry + EntryLayout.HEADER_LENGTH, valueLength);
        } else {
            Memory.putByte(entry + EntryLayout.FORM, EntryLayout.FORM_BLOCK);
            Memory.putLong(entry + EntryLayout.BLOCK_ADDRESS, largeValues.store(valueAddress, valueLength));
            Memory.putLong(entry + EntryLayout.BLOCK_LENGTH, valueLength);
        }
        return entry;
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
