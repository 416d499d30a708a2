package io.tailrace.snapshot;

import static io.tailrace.snapshot.SnapshotLayout.*;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** The two checks of a file: one chunk's CRC32C, and the total hash over all chunks so far. Single-threaded. */
final class ChunkDigest {
    private final CRC32C crc = new CRC32C();
    private long total;

    /** CRC32C of the chunk that begins at byte 0 of the buffer, without the CRC field itself. */
    int crcOf(NativeBuffer chunk, int length) {
        ByteBuffer bytes = chunk.buffer();
        bytes.limit(length).position(CHUNK_PAYLOAD_LENGTH_OFFSET);
        crc.reset();
        crc.update(bytes);
        bytes.clear();
        return (int) crc.getValue();
    }

    /** Takes one more whole chunk into the total. */
    void add(long chunk, int length) {
        total = mix(total ^ Memory.hash64(chunk, length));
    }

    /** Over the chunks added so far, their order included. */
    long total() {
        return total;
    }

    /** Stafford's variant 13 of MurmurHash3's 64-bit finaliser, as in {@link java.util.SplittableRandom}; a bijection. */
    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
