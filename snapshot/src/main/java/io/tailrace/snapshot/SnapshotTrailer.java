package io.tailrace.snapshot;

import static io.tailrace.snapshot.SnapshotLayout.*;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;

/**
 * Where the snapshot ends, and what a whole one adds up to. Immutable.
 *
 * @param endIndex index B of the last record that any entry can contain: entries and the records A..B give the state at B
 * @param endChain chain of record B
 * @param endRecordCount number of records up to and with B
 * @param fileLength bytes, trailer included
 * @param totalHash over every chunk before the trailer, see {@code snapshot/README.md}
 */
public record SnapshotTrailer(
        long endIndex, long endChain, long endRecordCount, long entryCount, long fileLength, long totalHash) {

    /** Writes the payload of {@link SnapshotLayout#TRAILER_PAYLOAD_LENGTH} bytes. */
    void encode(long address) {
        Memory.putLong(address + TRAILER_END_INDEX_OFFSET, endIndex);
        Memory.putLong(address + TRAILER_END_CHAIN_OFFSET, endChain);
        Memory.putLong(address + TRAILER_END_RECORD_COUNT_OFFSET, endRecordCount);
        Memory.putLong(address + TRAILER_ENTRY_COUNT_OFFSET, entryCount);
        Memory.putLong(address + TRAILER_FILE_LENGTH_OFFSET, fileLength);
        Memory.putLong(address + TRAILER_TOTAL_HASH_OFFSET, totalHash);
    }

    /** The trailer when the buffer's first bytes are an intact trailer chunk, else null. */
    static SnapshotTrailer decodeChunk(NativeBuffer chunk) {
        long address = chunk.address();
        boolean isTrailer = Memory.getInt(address + CHUNK_PAYLOAD_LENGTH_OFFSET) == TRAILER_PAYLOAD_LENGTH
                && Memory.getInt(address + CHUNK_KIND_OFFSET) == ChunkKind.TRAILER.code()
                && Memory.getInt(address + CHUNK_CRC_OFFSET) == new ChunkDigest().crcOf(chunk, TRAILER_CHUNK_LENGTH);
        return isTrailer ? decode(address + CHUNK_HEADER_LENGTH) : null;
    }

    static SnapshotTrailer decode(long address) {
        return new SnapshotTrailer(
                Memory.getLong(address + TRAILER_END_INDEX_OFFSET),
                Memory.getLong(address + TRAILER_END_CHAIN_OFFSET),
                Memory.getLong(address + TRAILER_END_RECORD_COUNT_OFFSET),
                Memory.getLong(address + TRAILER_ENTRY_COUNT_OFFSET),
                Memory.getLong(address + TRAILER_FILE_LENGTH_OFFSET),
                Memory.getLong(address + TRAILER_TOTAL_HASH_OFFSET));
    }
}
