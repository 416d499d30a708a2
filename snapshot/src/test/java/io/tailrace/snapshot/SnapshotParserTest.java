package io.tailrace.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.testkit.LeakCheck;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the parser makes of whole streams, cut in any way. */
@ExtendWith(LeakCheck.class)
class SnapshotParserTest {
    private static final List<Entry> FEW = List.of(Entry.of("a", "1"), Entry.of("", "22"), Entry.of("ccc", ""));

    @TempDir
    Path directory;

    private byte[] small;

    @BeforeEach
    void writeSmall() throws IOException {
        small = Sample.bytes(directory, FEW);
    }

    @Test
    void shouldTakeASmallFileSplitAtAnyTwoPlaces() throws IOException {
        for (int first = 0; first <= small.length; first++) {
            for (int second = first; second <= small.length; second++) {
                RecordingSink sink = new RecordingSink();
                try (SnapshotParser parser = new SnapshotParser(sink, Sample.MAX_ENTRY_LENGTH)) {
                    Sample.accept(parser, small, 0, first);
                    Sample.accept(parser, small, first, second - first);
                    Sample.accept(parser, small, second, small.length - second);
                    assertTrue(parser.isComplete());
                }
                assertEquals(FEW, sink.entries);
            }
        }
    }

    @Test
    void shouldTakeASmallFileByteByByte() throws IOException {
        RecordingSink sink = new RecordingSink();
        try (SnapshotParser parser = new SnapshotParser(sink, Sample.MAX_ENTRY_LENGTH)) {
            for (int i = 0; i < small.length; i++) {
                assertFalse(parser.isComplete());
                Sample.accept(parser, small, i, 1);
            }
            assertTrue(parser.isComplete());
            assertEquals(small.length, parser.verifiedBytes());
            assertEquals(Sample.header(), parser.header());
            assertEquals(3, parser.trailer().entryCount());
        }
        assertEquals(FEW, sink.entries);
    }

    @Test
    void shouldTakeALargeFileInPiecesOfRandomSize() throws IOException {
        long seed = System.nanoTime();
        System.err.println("shouldTakeALargeFileInPiecesOfRandomSize seed " + seed);
        Random random = new Random(seed);
        List<Entry> entries = Entry.ofAllSizes(random);
        byte[] bytes = Sample.bytes(directory, entries);
        for (int round = 0; round < 20; round++) {
            int largest = 1 + random.nextInt(1 << (8 + random.nextInt(13)));
            RecordingSink sink = new RecordingSink();
            try (SnapshotParser parser = new SnapshotParser(sink, Sample.MAX_ENTRY_LENGTH)) {
                int length;
                for (int at = 0; at < bytes.length; at += length) {
                    length = Math.min(bytes.length - at, 1 + random.nextInt(largest));
                    Sample.accept(parser, bytes, at, length);
                }
                assertTrue(parser.isComplete(), "seed " + seed);
            }
            assertEquals(entries, sink.entries, "seed " + seed);
        }
    }

    @Test
    void shouldFailWhenAnyByteIsFlipped() throws IOException {
        assertEquals(FEW, Sample.parse(small));
        for (int i = 0; i < small.length; i++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] flipped = small.clone();
                flipped[i] ^= (byte) (1 << bit);
                assertThrows(SnapshotFormatException.class, () -> Sample.parse(flipped), "byte " + i + " bit " + bit);
            }
            byte[] flipped = small.clone();
            flipped[i] ^= (byte) 0xff;
            assertThrows(SnapshotFormatException.class, () -> Sample.parse(flipped), "byte " + i);
        }
    }

    @Test
    void shouldFailAsIncompleteAtEachLength() {
        for (int length = 0; length < small.length; length++) {
            byte[] cut = Arrays.copyOf(small, length);
            SnapshotFormatException e = assertThrows(SnapshotFormatException.class, () -> Sample.parse(cut));
            assertTrue(e.problem().startsWith("incomplete, it ends before"), e.problem());
            assertEquals(length, e.position());
        }
    }

    @Test
    void shouldFailWhenBytesFollowTheTrailer() {
        byte[] longer = Arrays.copyOf(small, small.length + 1);
        SnapshotFormatException e = assertThrows(SnapshotFormatException.class, () -> Sample.parse(longer));
        assertEquals("snapshot stream at byte " + small.length + ": bytes after the trailer", e.getMessage());
    }

    @Test
    void shouldHandOnAChunkOnlyWhenAllOfItHasCome() throws IOException {
        RecordingSink sink = new RecordingSink();
        try (SnapshotParser parser = new SnapshotParser(sink, Sample.MAX_ENTRY_LENGTH)) {
            int trailer = Sample.chunkOffset(small, 2);
            assertNull(parser.header());
            Sample.accept(parser, small, 0, trailer - 1);
            assertNotNull(parser.header());
            assertEquals(List.of(), sink.entries);
            Sample.accept(parser, small, trailer - 1, 1);
            assertEquals(FEW, sink.entries);
            assertEquals(3, parser.entryCount());
            assertNull(parser.trailer());
        }
    }

    @Test
    void shouldFailForEverOnceItHasFailed() throws IOException {
        try (SnapshotParser parser = new SnapshotParser(new RecordingSink(), Sample.MAX_ENTRY_LENGTH)) {
            SnapshotFormatException first =
                    assertThrows(SnapshotFormatException.class, () -> Sample.accept(parser, new byte[16], 0, 16));
            assertEquals("not a snapshot, its first 8 bytes aren't TAILSNAP", first.problem());
            assertSame(first, assertThrows(SnapshotFormatException.class, () -> Sample.accept(parser, small, 0, 16)));
        }
    }

    @Test
    void shouldFailForEverOnceTheSinkHasFailed() throws IOException {
        RecordingSink sink = new RecordingSink();
        sink.isFull = true;
        try (SnapshotParser parser = new SnapshotParser(sink, Sample.MAX_ENTRY_LENGTH)) {
            assertThrows(IllegalStateException.class, () -> Sample.accept(parser, small, 0, small.length));
            SnapshotFormatException e =
                    assertThrows(SnapshotFormatException.class, () -> Sample.accept(parser, small, 0, 1));
            assertEquals("the sink threw java.lang.IllegalStateException: full", e.problem());
        }
    }

    @Test
    void shouldRefuseBytesWhenClosed() {
        SnapshotParser parser = new SnapshotParser(new RecordingSink(), Sample.MAX_ENTRY_LENGTH);
        parser.close();
        parser.close();
        assertThrows(IllegalStateException.class, () -> Sample.accept(parser, small, 0, small.length));
    }

    @Test
    void shouldRefuseALimitThatIsNone() {
        assertThrows(IllegalArgumentException.class, () -> new SnapshotParser(new RecordingSink(), 0));
        assertThrows(IllegalArgumentException.class, () -> new SnapshotParser(new RecordingSink(), Integer.MAX_VALUE));
    }
}
