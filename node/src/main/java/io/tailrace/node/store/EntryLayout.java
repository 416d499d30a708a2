package io.tailrace.node.store;

/**
 * The value side of one map entry. Little-endian, offsets in bytes.
 *
 * <pre>
 *  0                 8                 16            20     21     22        24
 *  +-----------------+-----------------+-------------+------+------+---------+----------------------+
 *  | version i64     | expireAt i64    | ordinal i32 | type | form | 0       | value, or reference  |
 *  +-----------------+-----------------+-------------+------+------+---------+----------------------+
 *  reference (form 1):  24 address of the native block i64 | 32 length of the value i64
 * </pre>
 *
 * {@code version} is the queue index of the record that wrote the entry and {@code ordinal} the position of that
 * write among the writes of the record: together they tell redo which writes an entry already contains.
 * {@code expireAt} is epoch milliseconds, {@value #NO_EXPIRY} when the key does not expire.
 */
final class EntryLayout {
    static final int VERSION = 0;
    static final int EXPIRE_AT = VERSION + Long.BYTES;
    static final int ORDINAL = EXPIRE_AT + Long.BYTES;
    static final int TYPE = ORDINAL + Integer.BYTES;
    static final int FORM = TYPE + 1;
    static final int HEADER_LENGTH = 24;

    static final int BLOCK_ADDRESS = HEADER_LENGTH;
    static final int BLOCK_LENGTH = BLOCK_ADDRESS + Long.BYTES;
    static final int REFERENCE_LENGTH = BLOCK_LENGTH + Long.BYTES;

    static final byte FORM_INLINE = 0;
    static final byte FORM_BLOCK = 1;

    static final long NO_EXPIRY = 0;

    private EntryLayout() {}
}
