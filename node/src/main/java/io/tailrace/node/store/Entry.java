package io.tailrace.node.store;

import io.tailrace.wire.memory.Memory;

/**
 * A view of one stored entry, filled by {@link Store#find} and by segment walks. It points into the store's memory:
 * valid until the next write to the store by the same thread, or the end of the walk's callback.
 */
public final class Entry {
    /** {@link #expireAtMillis()} of a key that does not expire. */
    public static final long NO_EXPIRY = EntryLayout.NO_EXPIRY;

    /** {@link #type()} of a string, the only type so far. */
    public static final byte TYPE_STRING = 0;

    private long address;
    private int inlineLength;

    Entry wrap(long address, int length) {
        this.address = address;
        this.inlineLength = length - EntryLayout.HEADER_LENGTH;
        return this;
    }

    /** The queue index of the record that wrote this entry. */
    public long version() {
        return Memory.getLong(address + EntryLayout.VERSION);
    }

    /** The position of the write within its record. */
    public int ordinal() {
        return Memory.getInt(address + EntryLayout.ORDINAL);
    }

    /** Epoch milliseconds, or {@link #NO_EXPIRY}. */
    public long expireAtMillis() {
        return Memory.getLong(address + EntryLayout.EXPIRE_AT);
    }

    public byte type() {
        return Memory.getByte(address + EntryLayout.TYPE);
    }

    long address() {
        return address;
    }

    boolean isBlock() {
        return Memory.getByte(address + EntryLayout.FORM) == EntryLayout.FORM_BLOCK;
    }

    /** Whether the value lies outside the map, where it stays until a walk under way visits its next segment. */
    public boolean isOutOfMap() {
        return isBlock();
    }

    /** The address of the value's first byte, wherever it lives. */
    public long valueAddress() {
        return isBlock() ? Memory.getLong(address + EntryLayout.BLOCK_ADDRESS) : address + EntryLayout.HEADER_LENGTH;
    }

    public int valueLength() {
        return isBlock() ? (int) Memory.getLong(address + EntryLayout.BLOCK_LENGTH) : inlineLength;
    }

    /** Whether the key is past its deadline at {@code nowMillis}. */
    public boolean isExpired(long nowMillis) {
        long expireAt = expireAtMillis();
        return expireAt != NO_EXPIRY && expireAt <= nowMillis;
    }

    /** Whether the entry already contains the write at {@code ordinal} of the record at {@code index}. */
    public boolean contains(long index, int ordinal) {
        long version = version();
        return version > index || version == index && ordinal() >= ordinal;
    }
}
