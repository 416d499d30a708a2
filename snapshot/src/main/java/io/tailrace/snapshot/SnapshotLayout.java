package io.tailrace.snapshot;

/**
 * The byte layout of a snapshot file, version 1; everything is little-endian and unaligned. {@code snapshot/README.md} gives
 * the reasons and the golden bytes.
 *
 * <pre>
 * file:   preamble, HEADER chunk, (ENTRIES chunk | FRAGMENT chunk)*, TRAILER chunk
 *
 * preamble
 *  0               4               8               12              16
 *  |     magic "TAILSNAP"          | format version| zero          |
 *
 * chunk: 16-byte header + payload of 1..65,520 bytes, so a chunk is at most 64 KiB
 *  0               4               8               12              16
 *  | CRC32C        | payload length| sequence      | kind          | payload ...
 *    of bytes 4..end of the chunk    0 for HEADER    1 HEADER, 2 ENTRIES, 3 FRAGMENT, 4 TRAILER
 *
 * HEADER payload
 *  0       4       8               16              24              32              40             80       84
 *  | shard | of    | begin index   | chain before  | dense before  | created micros| history x 40 | length | lineage ...
 *
 * ENTRIES payload: whole entries back to back; FRAGMENT payload: the next piece of one entry too large for a chunk
 *  0               8               16              20              24  25          28
 *  | version       | expire at ms  | value length  | ordinal       |typ| key length| key ... | value ...
 *
 * TRAILER payload
 *  0               8               16              24              32              40              48
 *  | end index     | end chain     | end dense     | entry count   | file length   | total hash    |
 * </pre>
 */
public final class SnapshotLayout {
    /** The bytes {@code TAILSNAP}, read as a little-endian i64. */
    public static final long MAGIC = 0x50414E53_4C494154L;

    public static final int FORMAT_VERSION = 1;

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
    public static final int HEADER_DENSE_OFFSET = HEADER_CHAIN_OFFSET + Long.BYTES;
    public static final int HEADER_CREATED_OFFSET = HEADER_DENSE_OFFSET + Long.BYTES;
    public static final int HEADER_HISTORY_OFFSET = HEADER_CREATED_OFFSET + Long.BYTES;
    public static final int HISTORY_LENGTH = 40;
    public static final int HEADER_LINEAGE_LENGTH_OFFSET = HEADER_HISTORY_OFFSET + HISTORY_LENGTH;
    public static final int HEADER_LINEAGE_OFFSET = HEADER_LINEAGE_LENGTH_OFFSET + Integer.BYTES;
    public static final int MAX_LINEAGE_LENGTH = MAX_PAYLOAD_LENGTH - HEADER_LINEAGE_OFFSET;

    public static final int ENTRY_VERSION_OFFSET = 0;
    public static final int ENTRY_EXPIRE_AT_OFFSET = ENTRY_VERSION_OFFSET + Long.BYTES;
    public static final int ENTRY_VALUE_LENGTH_OFFSET = ENTRY_EXPIRE_AT_OFFSET + Long.BYTES;
    public static final int ENTRY_ORDINAL_OFFSET = ENTRY_VALUE_LENGTH_OFFSET + Integer.BYTES;
    /** One u32: the type in its lowest byte, the key length in the three above. */
    public static final int ENTRY_TYPE_AND_KEY_LENGTH_OFFSET = ENTRY_ORDINAL_OFFSET + Integer.BYTES;

    public static final int ENTRY_HEADER_LENGTH = ENTRY_TYPE_AND_KEY_LENGTH_OFFSET + Integer.BYTES;
    public static final int MAX_KEY_LENGTH = 64 * 1024;

    public static final int TRAILER_END_INDEX_OFFSET = 0;
    public static final int TRAILER_END_CHAIN_OFFSET = TRAILER_END_INDEX_OFFSET + Long.BYTES;
    public static final int TRAILER_END_DENSE_OFFSET = TRAILER_END_CHAIN_OFFSET + Long.BYTES;
    public static final int TRAILER_ENTRY_COUNT_OFFSET = TRAILER_END_DENSE_OFFSET + Long.BYTES;
    public static final int TRAILER_FILE_LENGTH_OFFSET = TRAILER_ENTRY_COUNT_OFFSET + Long.BYTES;
    public static final int TRAILER_TOTAL_HASH_OFFSET = TRAILER_FILE_LENGTH_OFFSET + Long.BYTES;
    public static final int TRAILER_PAYLOAD_LENGTH = TRAILER_TOTAL_HASH_OFFSET + Long.BYTES;
    public static final int TRAILER_CHUNK_LENGTH = CHUNK_HEADER_LENGTH + TRAILER_PAYLOAD_LENGTH;

    private SnapshotLayout() {}
}
