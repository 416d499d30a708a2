package io.tailrace.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tailrace.testkit.LeakCheck;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Collections whose elements lie in chunks of their own. */
@ExtendWith(LeakCheck.class)
class SnapshotCollectionTest {
    private static final int LARGE = 150_000;

    @TempDir
    Path directory;

    private static void element(SnapshotWriter writer, int section, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        try (NativeBuffer buffer = new NativeBuffer(Math.max(1, bytes.length))) {
            Memory.copyIn(bytes, 0, buffer.address(), bytes.length);
            writer.element(section, buffer.address(), bytes.length);
        }
    }

    private static void begin(SnapshotWriter writer, Entry entry) throws IOException {
        try (NativeBuffer buffer =
                new NativeBuffer(28 + entry.key().length() + entry.value().length())) {
            writer.beginCollection(entry.image(buffer));
        }
    }

    /** Chunks: 0 header, 1 entries a and h, 2 and 3 elements, 4 to 6 parts, 7 elements, 8 end, 9 entry c, 10 trailer. */
    private byte[] sample() throws IOException {
        try (SnapshotWriter writer = new SnapshotWriter(directory, Sample.header())) {
            Entry.of("a", "1").writeTo(writer);
            begin(writer, Entry.of("h", "head"));
            element(writer, 0, "one");
            element(writer, 0, "two");
            element(writer, 1, "three");
            element(writer, 1, "x".repeat(LARGE));
            element(writer, 1, "four");
            writer.endCollection();
            Entry.of("c", "3").writeTo(writer);
            writer.finish(Sample.END_INDEX, Sample.END_CHAIN, Sample.END_RECORD_COUNT);
            byte[] bytes = Files.readAllBytes(writer.path());
            Files.delete(writer.path());
            return bytes;
        }
    }

    @Test
    void shouldHandOnWholeElementsWhateverThePieces() throws IOException {
        byte[] bytes = sample();
        for (int piece : new int[] {1, 7, 65_536, bytes.length}) {
            RecordingSink sink = new RecordingSink();
            try (SnapshotParser parser = new SnapshotParser(sink, Sample.MAX_ENTRY_LENGTH)) {
                for (int at = 0; at < bytes.length; at += piece) {
                    Sample.accept(parser, bytes, at, Math.min(piece, bytes.length - at));
                }
                assertEquals(3, parser.trailer().entryCount());
            }
            assertEquals(
                    List.of(Entry.of("a", "1"), Entry.of("h", "head"), Entry.of("c", "3")),
                    sink.entries,
                    "by " + piece);
            assertEquals(
                    List.of("begin", "0:onetwo", "1:three", "1:" + "x".repeat(LARGE), "1:four", "end 5"),
                    sink.elements);
        }
    }

    @Test
    void shouldFillChunksWithElements() throws IOException {
        try (SnapshotWriter writer = new SnapshotWriter(directory, Sample.header())) {
            begin(writer, Entry.of("k", ""));
            for (int i = 0; i < 100_000; i++) {
                element(writer, 0, "0123456789");
            }
            writer.endCollection();
            writer.finish(Sample.END_INDEX, Sample.END_CHAIN, Sample.END_RECORD_COUNT);
            assertEquals(1_000_000, writer.trailer().fileLength(), 1_500.0);
        }
    }

    @Test
    void shouldTakeACollectionWithTheLongestKeyAndWithoutElements() throws IOException {
        Entry entry = Entry.of("k".repeat(SnapshotLayout.MAX_KEY_LENGTH), "v".repeat(100));
        try (SnapshotWriter writer = new SnapshotWriter(directory, Sample.header())) {
            begin(writer, entry);
            writer.endCollection();
            writer.finish(Sample.END_INDEX, Sample.END_CHAIN, Sample.END_RECORD_COUNT);
            RecordingSink sink = new RecordingSink();
            SnapshotReader.read(writer.path(), sink, Sample.MAX_ENTRY_LENGTH);
            assertEquals(List.of(entry), sink.entries);
            assertEquals(List.of("begin", "end 0"), sink.elements);
        }
    }

    @Test
    void shouldFailWhereSomethingElseStandsInACollection() throws IOException {
        byte[] bytes = sample();
        int elements = Sample.chunkOffset(bytes, 2);
        kind(bytes, elements, ChunkKind.ENTRIES);
        assertFails(bytes, elements, "a chunk of kind ENTRIES inside a collection");
        bytes = sample();
        int end = Sample.chunkOffset(bytes, 8);
        kind(bytes, end, ChunkKind.ELEMENTS);
        assertFails(bytes, Sample.chunkOffset(bytes, 9), "a chunk of kind ENTRIES inside a collection");
        bytes = sample();
        int part = Sample.chunkOffset(bytes, 5);
        kind(bytes, part, ChunkKind.ELEMENTS);
        assertFails(bytes, part, "a chunk of kind ELEMENTS inside an element of several parts");
    }

    @Test
    void shouldFailWhenPartsDoNotFitTogether() throws IOException {
        byte[] bytes = sample();
        int part = Sample.chunkOffset(bytes, 5);
        int payload = part + SnapshotLayout.CHUNK_HEADER_LENGTH;
        Sample.view(bytes).putInt(payload + ElementsLayout.PART_LEFT_OFFSET, 7);
        Sample.reseal(bytes, part);
        assertFails(bytes, payload, "a part of an element with 7 bytes after it, where 84485 are missing");
        bytes = sample();
        int first = Sample.chunkOffset(bytes, 4);
        Sample.view(bytes)
                .putInt(first + SnapshotLayout.CHUNK_HEADER_LENGTH + ElementsLayout.PART_LEFT_OFFSET, 2_000_000_000);
        Sample.reseal(bytes, first);
        assertFails(
                bytes,
                first + SnapshotLayout.CHUNK_HEADER_LENGTH,
                "an element of 2000065515 bytes (allowed: " + Sample.MAX_ENTRY_LENGTH + ")");
    }

    @Test
    void shouldFailWithWhatTheSinkFindsWrong() throws IOException {
        byte[] bytes = sample();
        RecordingSink sink = new RecordingSink();
        sink.problem = "out of order";
        try (SnapshotParser parser = new SnapshotParser(sink, Sample.MAX_ENTRY_LENGTH)) {
            SnapshotFormatException e =
                    assertThrows(SnapshotFormatException.class, () -> Sample.accept(parser, bytes, 0, bytes.length));
            assertEquals(
                    "snapshot stream at byte " + (Sample.chunkOffset(bytes, 2) + 16) + ": out of order",
                    e.getMessage());
        }
    }

    private static void kind(byte[] bytes, int chunk, ChunkKind kind) {
        Sample.view(bytes).putInt(chunk + SnapshotLayout.CHUNK_KIND_OFFSET, kind.code());
        Sample.reseal(bytes, chunk);
    }

    private static void assertFails(byte[] bytes, int position, String problem) {
        SnapshotFormatException e = assertThrows(SnapshotFormatException.class, () -> Sample.parse(bytes));
        assertEquals("snapshot stream at byte " + position + ": " + problem, e.getMessage());
    }
}
