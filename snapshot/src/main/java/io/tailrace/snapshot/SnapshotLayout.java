package io.tailrace.snapshot;

/**
 * The byte layout of a snapshot file, version 2; everything is little-endian and unaligned. {@code snapshot/README.md} gives
 * the reasons and the golden bytes.
 *
 * <pre>
 * file:   preamble, HEADER chunk, (ENTRIES | FRAGMENT | ELEMENTS | ELEMENT_PART | END chunk)*, TRAILER chunk
 *
 * preamble
 *  0               4               8               12              16
 *  |     magic "TAILSNAP"          | format version| zero          |
 *
 * chunk: 16-byte header + payload of 1..65,520 bytes, so a chunk is at most 64 KiB
 *  0               4               8               12              16
 *  | CRC32C        | payload length| sequence      | kind          | payload ...
 *    of bytes 4..end of the chunk    0 for HEADER    1 HEADER, 2 ENTRIES, 3 FRAGMENT, 4 TRAILER, 5 ELEMENTS, 6 ELEMENT_PART, 7 END
 *
 * HEADER payload
 *  0       4       8               16              24              32              40             80        84        88
 *  | shard | of    | begin index   | chain before  | records before| created micros| history x 40 | lineage | state   | lines ...
 *                                                                                    bytes u32   bytes u32
 *
 * ENTRIES payload: whole entries back to back, see {@link io.tailrace.wire.record.EntryImage}
 * FRAGMENT payload: the next piece of one entry too large for a chunk
 * ELEMENTS, ELEMENT_PART, END: see {@link ElementsLayout}
 *
 * TRAILER payload
 *  0               8               16              24              32              40              48
 *  | end index     | end chain     | end records   | entry count   | file length   | total hash    |
 * </pre>
 */
public final class SnapshotLayout {
    /** The bytes {@code TAILSNAP}, read as a little-endian i64. */
    public static final long MAGIC = 0x50414E53_4C494154L;

    public static final int FORMAT_VERSION = 2;

    public static final int PREAMBLE_MAGIC_OFFSET = 0;
    public static final int PREAMBLE_VERSION_OFFSET = PREAMBLE_MAGIC_OFFSET + Long.BYTES;
    public static final int PREAMBLE_ZERO_OFFSET = PREAMBLE_VERSION_OFFSET + Integer.BYTES;
    public static final int PREAMBLE_LENGTH = PREAMBLE_ZERO_OFFSET + Integer.BYTES;

    public static final int CHUNK_CRC_OFFSET = 0;
    public static final int CHUNK_PAYLOAD_LENGTH_OFFSET = CHUNK_CRC_OFFSET + Integer.BYTES;
    public static final int CHUNK_SEQUENCE_OFFSET = CHUNK_PAYLOAD_LENGTH_OFFSET + Integer.BYTES;
    public static final int CHUNK_KIND_OFFSET = CHUNK_SEQUENCE_OFFSET + Integer.BYTES;
    public static final int CHUNK_HEADER_LENGTH = CHUNK_KIND_OFFSET + Integer.BYTES;
    /** Header and payload together. */
    public static final int MAX_CHUNK_LENGTH = 64 * 1024;

    public static final int MAX_PAYLOAD_LENGTH = MAX_CHUNK_LENGTH - CHUNK_HEADER_LENGTH;

    public static final int HEADER_SHARD_OFFSET = 0;
    public static final int HEADER_SHARD_COUNT_OFFSET = HEADER_SHARD_OFFSET + Integer.BYTES;
    public static final int HEADER_BEGIN_INDEX_OFFSET = HEADER_SHARD_COUNT_OFFSET + Integer.BYTES;
    public static final int HEADER_CHAIN_OFFSET = HEADER_BEGIN_INDEX_OFFSET + Long.BYTES;
    public static final int HEADER_RECORDS_BEFORE_OFFSET = HEADER_CHAIN_OFFSET + Long.BYTES;
    public static final int HEADER_CREATED_OFFSET = HEADER_RECORDS_BEFORE_OFFSET + Long.BYTES;
    public static final int HEADER_HISTORY_OFFSET = HEADER_CREATED_OFFSET + Long.BYTES;
    public static final int HISTORY_LENGTH = 40;
    public static final int HEADER_LINEAGE_LENGTH_OFFSET = HEADER_HISTORY_OFFSET + HISTORY_LENGTH;
    public static final int HEADER_STATE_LENGTH_OFFSET = HEADER_LINEAGE_LENGTH_OFFSET + Integer.BYTES;
    /** The lines of the lineage, then those of the state. */
    public static final int HEADER_LINES_OFFSET = HEADER_STATE_LENGTH_OFFSET + Integer.BYTES;
    /** Of both. */
    public static final int MAX_LINES_LENGTH = MAX_PAYLOAD_LENGTH - HEADER_LINES_OFFSET;

    public static final int MAX_KEY_LENGTH = 64 * 1024;

    public static final int TRAILER_END_INDEX_OFFSET = 0;
    public static final int TRAILER_END_CHAIN_OFFSET = TRAILER_END_INDEX_OFFSET + Long.BYTES;
    public static final int TRAILER_END_RECORD_COUNT_OFFSET = TRAILER_END_CHAIN_OFFSET + Long.BYTES;
    public static final int TRAILER_ENTRY_COUNT_OFFSET = TRAILER_END_RECORD_COUNT_OFFSET + Long.BYTES;
    public static final int TRAILER_FILE_LENGTH_OFFSET = TRAILER_ENTRY_COUNT_OFFSET + Long.BYTES;
    public static final int TRAILER_TOTAL_HASH_OFFSET = TRAILER_FILE_LENGTH_OFFSET + Long.BYTES;
    public static final int TRAILER_PAYLOAD_LENGTH = TRAILER_TOTAL_HASH_OFFSET + Long.BYTES;
    public static final int TRAILER_CHUNK_LENGTH = CHUNK_HEADER_LENGTH + TRAILER_PAYLOAD_LENGTH;

    private SnapshotLayout() {}
}
