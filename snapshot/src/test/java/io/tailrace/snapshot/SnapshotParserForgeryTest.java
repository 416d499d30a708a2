package io.tailrace.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.testkit.LeakCheck;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.EntryImage;
import io.tailrace.wire.record.RecordLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Streams whose checksums fit and whose contents lie, as a faulty or hostile peer would send them. */
@ExtendWith(LeakCheck.class)
class SnapshotParserForgeryTest {
    private static final int PAYLOAD = SnapshotLayout.CHUNK_HEADER_LENGTH;
    private static final int LARGE = 3 * SnapshotLayout.MAX_CHUNK_LENGTH;

    @TempDir
    Path directory;

    private byte[] bytes;
    private int entries;
    private int fragment;

    /** Chunks: 0 header, 1 entries "a" and "b", 2 to 5 fragments of one large entry, 6 entry "c", 7 trailer. */
    @BeforeEach
    void write() throws IOException {
        bytes = Sample.bytes(
                directory,
                List.of(
                        Entry.of("a", "1"),
                        Entry.of("b", "2"),
                        Entry.random(new Random(3), 5, LARGE),
                        Entry.of("c", "3")));
        entries = Sample.chunkOffset(bytes, 1);
        fragment = Sample.chunkOffset(bytes, 2);
    }

    @Test
    void shouldFailWhenAnotherVersionIsNamed() {
        Sample.view(bytes).putInt(SnapshotLayout.PREAMBLE_VERSION_OFFSET, 1);
        assertFails(0, "format version 1 (this reads: 2)");
    }

    @Test
    void shouldFailBeforeTakingMemoryForAChunkTooLarge() {
        Sample.view(bytes).putInt(entries + SnapshotLayout.CHUNK_PAYLOAD_LENGTH_OFFSET, 65_521);
        assertFails(entries, "a chunk payload of 65521 bytes (allowed: 1 to 65520)");
        Sample.view(bytes).putInt(entries + SnapshotLayout.CHUNK_PAYLOAD_LENGTH_OFFSET, -1);
        assertFails(entries, "a chunk payload of 4294967295 bytes (allowed: 1 to 65520)");
        Sample.view(bytes).putInt(entries + SnapshotLayout.CHUNK_PAYLOAD_LENGTH_OFFSET, 0);
        assertFails(entries, "a chunk payload of 0 bytes (allowed: 1 to 65520)");
    }

    @Test
    void shouldFailWhenAKeyIsTooLong() {
        forgeInt(entries, PAYLOAD + EntryImage.TYPE_AND_KEY_LENGTH_OFFSET, 65_537 << 8);
        assertFails(entries + PAYLOAD, "a key of 65537 bytes (allowed: 65536)");
    }

    @Test
    void shouldFailWhenThereIsNoSuchDatabase() {
        forgeInt(entries, PAYLOAD + EntryImage.TYPE_AND_KEY_LENGTH_OFFSET, 1 << 31 | 1 << 8);
        forgeInt(entries, PAYLOAD + EntryImage.PLACE_OFFSET, RecordLayout.MAX_DATABASES);
        assertFails(entries + PAYLOAD, "an entry of database 4096 (allowed: 4096 databases)");
        forgeInt(entries, PAYLOAD + EntryImage.PLACE_OFFSET, -1);
        assertFails(entries + PAYLOAD, "an entry of database -1 (allowed: 4096 databases)");
    }

    @Test
    void shouldFailWhenAnEntryIsLargerThanItsChunk() {
        int second = EntryImage.HEADER_LENGTH + 2;
        forgeInt(entries, PAYLOAD + second + EntryImage.VALUE_LENGTH_OFFSET, 2);
        assertFails(entries + PAYLOAD + second, "an entry of 31 bytes in the last 30 bytes of its chunk");
    }

    @Test
    void shouldFailWhenAnEntryHeaderIsCutOff() {
        forgeInt(entries, PAYLOAD + EntryImage.VALUE_LENGTH_OFFSET, 30);
        int second = EntryImage.HEADER_LENGTH + 31;
        assertFails(entries + PAYLOAD + second, "an entry header cut off after 1 bytes");
    }

    @Test
    void shouldHandOnNothingOfAChunkWithABadEntry() throws IOException {
        int second = EntryImage.HEADER_LENGTH + 2;
        forgeInt(entries, PAYLOAD + second + EntryImage.VALUE_LENGTH_OFFSET, 2);
        RecordingSink sink = new RecordingSink();
        try (SnapshotParser parser = new SnapshotParser(sink, Sample.MAX_ENTRY_LENGTH)) {
            assertThrows(SnapshotFormatException.class, () -> Sample.accept(parser, bytes, 0, bytes.length));
        }
        assertEquals(List.of(), sink.entries);
    }

    @Test
    void shouldFailBeforeTakingMemoryForAnEntryTooLarge() {
        forgeInt(fragment, PAYLOAD + EntryImage.VALUE_LENGTH_OFFSET, Sample.MAX_ENTRY_LENGTH - 4);
        assertFails(fragment + PAYLOAD, "an entry of 16842753 bytes (allowed: 16842752)");
        forgeInt(fragment, PAYLOAD + EntryImage.VALUE_LENGTH_OFFSET, -1);
        assertFails(fragment + PAYLOAD, "an entry of 4294967300 bytes (allowed: 16842752)");
    }

    @Test
    void shouldTakeMemoryOnlyForBytesThatCame() throws IOException {
        forgeInt(fragment, PAYLOAD + EntryImage.VALUE_LENGTH_OFFSET, 1 << 24);
        long before = NativeBuffer.liveBytes();
        try (SnapshotParser parser = new SnapshotParser(new RecordingSink(), Sample.MAX_ENTRY_LENGTH)) {
            Sample.accept(parser, bytes, 0, Sample.chunkOffset(bytes, 3));
            assertTrue(NativeBuffer.liveBytes() - before <= 4 * SnapshotLayout.MAX_CHUNK_LENGTH);
        }
    }

    @Test
    void shouldFailWhenAnEntryEndsInsideAFragment() {
        int last = Sample.chunkOffset(bytes, 5);
        int lastLength = Sample.chunkLength(bytes, last) - PAYLOAD;
        forgeInt(fragment, PAYLOAD + EntryImage.VALUE_LENGTH_OFFSET, LARGE - 1);
        assertFails(last + PAYLOAD, "a fragment of " + lastLength + " bytes where its entry lacks " + (lastLength - 1));
    }

    @Test
    void shouldFailWhenAnotherKindComesInsideAnEntry() {
        forgeInt(fragment, PAYLOAD + EntryImage.VALUE_LENGTH_OFFSET, LARGE + 1);
        assertFails(Sample.chunkOffset(bytes, 6), "a chunk of kind ENTRIES inside an entry of several fragments");
    }

    @Test
    void shouldFailWhenAKindIsUnknownOrInTheWrongPlace() {
        forgeInt(entries, SnapshotLayout.CHUNK_KIND_OFFSET, 8);
        assertFails(entries, "unknown chunk kind 8");
        forgeInt(entries, SnapshotLayout.CHUNK_KIND_OFFSET, ChunkKind.ELEMENTS.code());
        assertFails(entries, "a chunk of kind ELEMENTS outside a collection");
        forgeInt(entries, SnapshotLayout.CHUNK_KIND_OFFSET, ChunkKind.END.code());
        assertFails(entries, "a chunk of kind END outside a collection");
        forgeInt(entries, SnapshotLayout.CHUNK_KIND_OFFSET, ChunkKind.HEADER.code());
        assertFails(entries, "a second header");
        int header = Sample.chunkOffset(bytes, 0);
        forgeInt(header, SnapshotLayout.CHUNK_KIND_OFFSET, ChunkKind.ENTRIES.code());
        assertFails(header, "a chunk of kind ENTRIES before the header");
    }

    @Test
    void shouldFailWhenAChunkIsMissing() {
        byte[] shorter = new byte[bytes.length - (fragment - entries)];
        System.arraycopy(bytes, 0, shorter, 0, entries);
        System.arraycopy(bytes, fragment, shorter, entries, bytes.length - fragment);
        bytes = shorter;
        assertFails(entries, "chunk 2 where 1 should be");
    }

    @Test
    void shouldFailWhenTheHeaderIsNone() {
        int header = Sample.chunkOffset(bytes, 0);
        forgeInt(header, PAYLOAD + SnapshotLayout.HEADER_SHARD_OFFSET, 9);
        assertFails(header, "not allowed in a snapshot: shard 9 of 4");
        forgeInt(header, PAYLOAD + SnapshotLayout.HEADER_LINEAGE_LENGTH_OFFSET, -1);
        assertFails(header, "not allowed in a snapshot: lineage length -1, state length 8");
    }

    @Test
    void shouldFailWhenTheTrailerDoesNotAddUp() {
        int trailer = Sample.chunkOffset(bytes, 7);
        List<Consumer<byte[]>> lies = new ArrayList<>();
        lies.add(b -> b[trailer + PAYLOAD + SnapshotLayout.TRAILER_ENTRY_COUNT_OFFSET]++);
        lies.add(b -> b[trailer + PAYLOAD + SnapshotLayout.TRAILER_FILE_LENGTH_OFFSET]++);
        lies.add(b -> b[trailer + PAYLOAD + SnapshotLayout.TRAILER_TOTAL_HASH_OFFSET]++);
        for (Consumer<byte[]> lie : lies) {
            byte[] forged = bytes.clone();
            lie.accept(forged);
            Sample.reseal(forged, trailer);
            SnapshotFormatException e = assertThrows(SnapshotFormatException.class, () -> Sample.parse(forged));
            assertTrue(e.problem().startsWith("the trailer says SnapshotTrailer[endIndex="), e.problem());
            assertEquals(trailer, e.position());
        }
    }

    /** What a checksum by chunk can't see: a chunk of another snapshot in this one's place. */
    @Test
    void shouldFailWhenAChunkIsReplacedByAnotherIntactOne() {
        bytes[entries + PAYLOAD + EntryImage.HEADER_LENGTH + 1] = '9';
        Sample.reseal(bytes, entries);
        SnapshotFormatException e = assertThrows(SnapshotFormatException.class, () -> Sample.parse(bytes));
        assertTrue(e.problem().startsWith("the trailer says"), e.problem());
    }

    private void forgeInt(int chunk, int offset, int value) {
        Sample.view(bytes).putInt(chunk + offset, value);
        Sample.reseal(bytes, chunk);
    }

    private void assertFails(long position, String problem) {
        SnapshotFormatException e = assertThrows(SnapshotFormatException.class, () -> Sample.parse(bytes));
        assertEquals(problem, e.problem());
        assertEquals(position, e.position());
        assertEquals("snapshot stream at byte " + position + ": " + problem, e.getMessage());
    }
}
