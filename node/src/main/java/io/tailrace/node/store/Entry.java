package io.tailrace.node.store;

import io.tailrace.wire.memory.Memory;

/**
 * A view of one stored entry, filled by {@link Store#find} and by segment walks. It points into the store's memory:
 * valid until the next write to the store by the same thread, or the end of the walk's callback.
 */
public final class Entry {
    /** {@link #expireAtEpochMs()} of a key that does not expire. */
    /** {@link #encoding} of a string of which parts were written. */
    public static final int ENCODED_RAW = 1;

    public static final long NO_EXPIRY = EntryLayout.NO_EXPIRY;

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
    public long expireAtEpochMs() {
        return Memory.getLong(address + EntryLayout.EXPIRE_AT);
    }

    byte kind() {
        return Memory.getByte(address + EntryLayout.KIND);
    }

    /** One of {@link ValueType}'s. */
    public int type() {
        return EntryLayout.type(kind());
    }

    int form() {
        return EntryLayout.form(kind());
    }

    /** What OBJECT ENCODING remembers. */
    public int encoding() {
        return EntryLayout.encoding(kind());
    }

    /** Type and encoding in one byte, as {@link Store#put} takes them and snapshots carry them. */
    public byte typeAndEncoding() {
        return EntryLayout.portable(kind());
    }

    /** When, or how often, it was used, as {@link AccessClock} has it. */
    public int access() {
        return Memory.getInt(address + EntryLayout.KIND) >>> Byte.SIZE;
    }

    long address() {
        return address;
    }

    /** Bytes of the entry in its map. */
    int length() {
        return inlineLength + EntryLayout.HEADER_LENGTH;
    }

    boolean isBlock() {
        return form() == EntryLayout.FORM_BLOCK;
    }

    /** Whether it is a large collection, whose {@link #valueAddress} is that of its header. */
    public boolean isTree() {
        return form() == EntryLayout.FORM_TREE;
    }

    /** Whether the value lies outside the map, where it stays until a walk under way visits its next segment. */
    public boolean isOutOfMap() {
        return form() != EntryLayout.FORM_INLINE;
    }

    /** The address of the value's first byte, wherever it lives. */
    public long valueAddress() {
        return isOutOfMap() ? Memory.getLong(address + EntryLayout.ADDRESS) : address + EntryLayout.HEADER_LENGTH;
    }

    /** Of a string, or of packed elements; 0 for a large collection. */
    public int valueLength() {
        return switch (form()) {
            case EntryLayout.FORM_INLINE -> inlineLength;
            case EntryLayout.FORM_BLOCK -> (int) Memory.getLong(address + EntryLayout.BLOCK_LENGTH);
            case EntryLayout.FORM_PACKED -> Memory.getShort(address + EntryLayout.PACKED_LENGTH) & 0xffff;
            default -> 0;
        };
    }

    /** Of a small collection. */
    public int packedElements() {
        return Memory.getShort(address + EntryLayout.PACKED_ELEMENTS) & 0xffff;
    }

    int packedClass() {
        return Memory.getByte(address + EntryLayout.PACKED_CLASS) & 0xff;
    }

    /** Whether the key is past its deadline at {@code nowEpochMs}. */
    public boolean isExpired(long nowEpochMs) {
        long expireAt = expireAtEpochMs();
        return expireAt != NO_EXPIRY && expireAt <= nowEpochMs;
    }

    /** Whether the entry already contains the write at {@code ordinal} of the record at {@code index}. */
    public boolean contains(long index, int ordinal) {
        long version = version();
        return version > index || version == index && ordinal() >= ordinal;
    }
}
