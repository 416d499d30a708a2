package io.tailrace.node.store;

/**
 * The value side of one map entry. Little-endian, offsets in bytes.
 *
 * <pre>
 *  0                 8                 16            20     21            24
 *  +-----------------+-----------------+-------------+------+-------------+----------------------+
 *  | version i64     | expireAt i64    | ordinal i32 | kind | access u24  | value, or reference  |
 *  +-----------------+-----------------+-------------+------+-------------+----------------------+
 *  kind           bits 0-2 type | 3-4 form | 5-6 encoding
 *  reference      24                  32                             of {@value #REFERENCE_LENGTH} bytes in all
 *    BLOCK        address i64         length i64                     a string in a native block of its own
 *    PACKED       address i64         length u16 | elements u16 | size class u8 | 0     a small collection in a blob
 *    TREE         address i64         0                              the header of a large collection, in a blob
 * </pre>
 *
 * {@code version} is the queue index of the record that wrote the entry and {@code ordinal} the position of that
 * write among the writes of the record: together they tell redo which writes an entry already contains.
 * {@code expireAt} is epoch milliseconds, {@value #NO_EXPIRY} when the key does not expire. {@code access} is when, or how
 * often, the key was used ({@link AccessClock}). The encoding is what OBJECT ENCODING remembers of a collection that was larger once.
 */
final class EntryLayout {
    static final int VERSION = 0;
    static final int EXPIRE_AT = VERSION + Long.BYTES;
    static final int ORDINAL = EXPIRE_AT + Long.BYTES;
    static final int KIND = ORDINAL + Integer.BYTES;
    static final int HEADER_LENGTH = 24;

    static final int ADDRESS = HEADER_LENGTH;
    static final int BLOCK_LENGTH = ADDRESS + Long.BYTES;
    static final int REFERENCE_LENGTH = BLOCK_LENGTH + Long.BYTES;

    static final int PACKED_LENGTH = ADDRESS + Long.BYTES;
    static final int PACKED_ELEMENTS = PACKED_LENGTH + Short.BYTES;
    static final int PACKED_CLASS = PACKED_ELEMENTS + Short.BYTES;

    static final int FORM_INLINE = 0;
    static final int FORM_BLOCK = 1;
    static final int FORM_PACKED = 2;
    static final int FORM_TREE = 3;

    static final long NO_EXPIRY = 0;

    private static final int TYPE_MASK = 7;
    private static final int FORM_SHIFT = 3;
    private static final int FORM_MASK = 3;
    private static final int ENCODING_SHIFT = 5;
    private static final int ENCODING_MASK = 3;

    private EntryLayout() {}

    static byte kind(int type, int form, int encoding) {
        assert (type & ~TYPE_MASK) == 0 && (encoding & ~ENCODING_MASK) == 0 : type + " " + encoding;
        return (byte) (type | form << FORM_SHIFT | encoding << ENCODING_SHIFT);
    }

    /** What follows the address of a small collection. */
    static long packedRest(int length, int elements, int sizeClass) {
        return length | (long) elements << Short.SIZE | (long) sizeClass << Integer.SIZE;
    }

    static int type(byte kind) {
        return kind & TYPE_MASK;
    }

    static int form(byte kind) {
        return kind >>> FORM_SHIFT & FORM_MASK;
    }

    static int encoding(byte kind) {
        return kind >>> ENCODING_SHIFT & ENCODING_MASK;
    }

    /** Type and encoding, as snapshots and frames carry them. */
    static byte portable(byte kind) {
        return (byte) (kind & ~(FORM_MASK << FORM_SHIFT));
    }
}
