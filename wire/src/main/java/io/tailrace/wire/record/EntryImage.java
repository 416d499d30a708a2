package io.tailrace.wire.record;

import io.tailrace.wire.memory.Memory;

/**
 * One key with its value, as snapshot files and ENTRY frames carry it; a view of where it lies. Reused; valid as long as the
 * bytes stay. Little-endian, any alignment.
 *
 * <pre>
 *  0               8               16              20              24     25             28
 *  | version i64   | expire at, ms | value length  | ordinal u32   | type | key length   | key ... | value ...
 *  |               | i64, 0 none   | u32           |               | u8   | u24          |
 *
 *  where the key length has its highest bit:                                             28          32
 *                                                                                        | place u32 | key ... | value ...
 * </pre>
 *
 * <p>Version is the index of the record that wrote the entry last, ordinal the place of the effect in that record: together
 * they tell a redo what the entry already contains. What the type says of the value is the store's. The place is where the
 * shard keeps the key's database, 0 where none is named: a database's number is its place until a SWAPDB.
 */
public final class EntryImage {
    public static final int VERSION_OFFSET = 0;
    public static final int EXPIRE_AT_OFFSET = VERSION_OFFSET + Long.BYTES;
    public static final int VALUE_LENGTH_OFFSET = EXPIRE_AT_OFFSET + Long.BYTES;
    public static final int ORDINAL_OFFSET = VALUE_LENGTH_OFFSET + Integer.BYTES;
    /** One u32: the type in its lowest byte, the key length in the three above. */
    public static final int TYPE_AND_KEY_LENGTH_OFFSET = ORDINAL_OFFSET + Integer.BYTES;

    /** Of an entry in place 0. */
    public static final int HEADER_LENGTH = TYPE_AND_KEY_LENGTH_OFFSET + Integer.BYTES;

    public static final int PLACE_OFFSET = HEADER_LENGTH;
    /** Of an entry in any other place. */
    public static final int MAX_HEADER_LENGTH = PLACE_OFFSET + Integer.BYTES;

    /** In the key length: a place follows. */
    private static final int HAS_PLACE = 1 << 23;

    private long header;
    private long key;
    private long value;

    /** Looks at an entry that lies in one piece. */
    public EntryImage wrap(long image) {
        long keyAt = image + headerLengthAt(image);
        return wrap(image, keyAt, keyAt + keyLength(image));
    }

    /** Looks at an entry that lies in three. */
    public EntryImage wrap(long headerAddress, long keyAddress, long valueAddress) {
        header = headerAddress;
        key = keyAddress;
        value = valueAddress;
        return this;
    }

    /** Writes all of a header but the lengths. */
    public static void putVersion(long image, long version, int ordinal, long expireAtEpochMs) {
        Memory.putLong(image + VERSION_OFFSET, version);
        Memory.putLong(image + EXPIRE_AT_OFFSET, expireAtEpochMs);
        Memory.putInt(image + ORDINAL_OFFSET, ordinal);
    }

    /** Writes the type into a header that has its lengths. */
    public static void putType(long image, byte type) {
        Memory.putByte(image + TYPE_AND_KEY_LENGTH_OFFSET, type);
    }

    /** Writes the rest of a header, of an entry in place 0. */
    public static void putLengths(long image, byte type, int keyLength, int valueLength) {
        putLengths(image, type, 0, keyLength, valueLength);
    }

    /** Writes the rest of a header, of {@link #headerLength(int)} bytes. */
    public static void putLengths(long image, byte type, int place, int keyLength, int valueLength) {
        Memory.putInt(image + VALUE_LENGTH_OFFSET, valueLength);
        int length = place == 0 ? keyLength : keyLength | HAS_PLACE;
        Memory.putInt(image + TYPE_AND_KEY_LENGTH_OFFSET, length << Byte.SIZE | type & 0xff);
        if (place != 0) {
            Memory.putInt(image + PLACE_OFFSET, place);
        }
    }

    /** Of an entry in a place. */
    public static int headerLength(int place) {
        return place == 0 ? HEADER_LENGTH : MAX_HEADER_LENGTH;
    }

    /** Of the entry at an address, of which {@link #HEADER_LENGTH} bytes are there. */
    public static int headerLengthAt(long image) {
        return hasPlace(image) ? MAX_HEADER_LENGTH : HEADER_LENGTH;
    }

    private static boolean hasPlace(long image) {
        return (lengthField(image) & HAS_PLACE) != 0;
    }

    private static int lengthField(long image) {
        return Memory.getInt(image + TYPE_AND_KEY_LENGTH_OFFSET) >>> Byte.SIZE;
    }

    public static int keyLength(long image) {
        return lengthField(image) & ~HAS_PLACE;
    }

    /** May be anything in an image that was not checked. */
    public static int place(long image) {
        return hasPlace(image) ? Memory.getInt(image + PLACE_OFFSET) : 0;
    }

    /** May be negative in an image that was not checked: 2 GiB and more. */
    public static int valueLength(long image) {
        return Memory.getInt(image + VALUE_LENGTH_OFFSET);
    }

    /** Where the header is. */
    public long header() {
        return header;
    }

    public long version() {
        return Memory.getLong(header + VERSION_OFFSET);
    }

    /** Where the shard keeps the key's database. */
    public int place() {
        return place(header);
    }

    /** Bytes of the header with the place, if there is one. */
    public int headerLength() {
        return headerLengthAt(header);
    }

    /** u32. */
    public int ordinal() {
        return Memory.getInt(header + ORDINAL_OFFSET);
    }

    /** Epoch milliseconds, 0 for a key that does not expire. */
    public long expireAtEpochMs() {
        return Memory.getLong(header + EXPIRE_AT_OFFSET);
    }

    public byte type() {
        return Memory.getByte(header + TYPE_AND_KEY_LENGTH_OFFSET);
    }

    public long keyAddress() {
        return key;
    }

    public int keyLength() {
        return keyLength(header);
    }

    public long valueAddress() {
        return value;
    }

    public int valueLength() {
        return valueLength(header);
    }
}
