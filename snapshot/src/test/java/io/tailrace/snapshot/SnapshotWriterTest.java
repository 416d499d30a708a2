package io.tailrace.snapshot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.testkit.LeakCheck;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakCheck.class)
class SnapshotWriterTest {
    private static final List<Entry> SIZES = Entry.ofAllSizes(new Random(1));

    @TempDir
    Path directory;

    @Test
    void shouldReadBackEntriesOfEverySize() throws IOException {
        Path file = Sample.write(directory, SIZES);

        RecordingSink sink = new RecordingSink();
        SnapshotTrailer trailer = SnapshotReader.read(file, sink, Sample.MAX_ENTRY_LENGTH);

        assertEquals(SIZES, sink.entries);
        assertEquals(SIZES.size(), trailer.entryCount());
        assertEquals(Files.size(file), trailer.fileLength());
        assertEquals(Sample.END_INDEX, trailer.endIndex());
        assertEquals(Sample.END_CHAIN, trailer.endChain());
        assertEquals(Sample.END_RECORD_COUNT, trailer.endRecordCount());
        assertEquals(Sample.header(), SnapshotReader.readHeader(file));
    }

    @Test
    void shouldReadBackTheLargestEntryThatIsAllowed() throws IOException {
        List<Entry> entries = List.of(Entry.random(new Random(2), SnapshotLayout.MAX_KEY_LENGTH, 16 << 20));
        assertEquals(entries, Sample.parse(Sample.bytes(directory, entries)));
    }

    @Test
    void shouldWriteASnapshotOfNothing() throws IOException {
        assertEquals(List.of(), Sample.parse(Sample.bytes(directory, List.of())));
    }

    @Test
    void shouldWriteTheSameBytesForTheSameEntries() throws IOException {
        assertArrayEquals(Sample.bytes(directory, SIZES), Sample.bytes(directory, SIZES));
    }

    @Test
    void shouldMakeNoChunkLargerThanAFrameCarries() throws IOException {
        byte[] bytes = Sample.bytes(directory, SIZES);
        int chunks = 0;
        for (int at = SnapshotLayout.PREAMBLE_LENGTH; at < bytes.length; at += Sample.chunkLength(bytes, at)) {
            assertTrue(Sample.chunkLength(bytes, at) <= 64 * 1024, "chunk " + chunks);
            assertEquals(chunks++, Sample.view(bytes).getInt(at + SnapshotLayout.CHUNK_SEQUENCE_OFFSET));
        }
    }

    @Test
    void shouldPublishWholeChunksWhileItGrows() throws IOException {
        RecordingSink sink = new RecordingSink();
        try (SnapshotWriter writer = new SnapshotWriter(directory, Sample.header());
                SnapshotParser parser = new SnapshotParser(sink, Sample.MAX_ENTRY_LENGTH);
                FileChannel growing = writer.open()) {
            for (Entry entry : SIZES) {
                entry.writeTo(writer);
                readPublished(writer, growing, parser);
                assertEquals(writer.publishedBytes(), parser.verifiedBytes());
            }
            assertFalse(parser.isComplete());
            assertTrue(sink.entries.size() > SIZES.size() / 2, "entries came while the file was growing");
            writer.finish(Sample.END_INDEX, Sample.END_CHAIN, Sample.END_RECORD_COUNT);
            readPublished(writer, growing, parser);
            assertEquals(writer.trailer(), parser.trailer());
        }
        assertEquals(SIZES, sink.entries);
    }

    @Test
    void shouldCarryItsFinalNameOnlyWhenFinished() throws IOException {
        try (SnapshotWriter writer = new SnapshotWriter(directory, Sample.header())) {
            assertEquals(List.of("snapshot-0000000300000005.tsnap.part"), names());
            assertEquals(directory.resolve(names().get(0)), writer.partPath());
            assertNull(writer.trailer());

            SnapshotTrailer trailer = writer.finish(Sample.END_INDEX, Sample.END_CHAIN, Sample.END_RECORD_COUNT);

            assertEquals(List.of("snapshot-0000000300000005.tsnap"), names());
            assertEquals(trailer, writer.trailer());
            try (FileChannel finished = writer.open()) {
                assertEquals(writer.publishedBytes(), finished.size());
            }
        }
        assertEquals(List.of("snapshot-0000000300000005.tsnap"), names());
    }

    @Test
    void shouldDeleteThePartWhenAbortedOrClosedEarly() throws IOException {
        SnapshotWriter aborted = new SnapshotWriter(directory, Sample.header());
        SIZES.get(1).writeTo(aborted);
        aborted.abort();
        aborted.abort();
        aborted.close();
        assertTrue(aborted.isAborted());
        assertThrows(IllegalStateException.class, () -> SIZES.get(1).writeTo(aborted));
        assertThrows(IllegalStateException.class, () -> aborted.finish(1, 2, 3));
        assertEquals(List.of(), names());

        SnapshotWriter closed = new SnapshotWriter(directory, Sample.header());
        closed.close();
        assertTrue(closed.isAborted());
        assertEquals(List.of(), names());
    }

    @Test
    void shouldKeepAReaderOfAnAbortedPartGoing() throws IOException {
        try (SnapshotWriter writer = new SnapshotWriter(directory, Sample.header());
                FileChannel growing = writer.open()) {
            writer.abort();
            assertEquals(writer.publishedBytes(), growing.read(ByteBuffer.allocate(1000)));
        }
    }

    private static void assertNamesTheFile(IOException e) {
        assertTrue(
                e.getMessage().matches("/.*\\.part can't be written at byte \\d+: No space left on device"),
                e.getMessage());
    }

    @Test
    void shouldLeaveNoFileWhenTheDiskIsFull() throws IOException {
        int fileLength = Sample.bytes(directory, SIZES).length;
        for (int space = 0; space < fileLength; space += space < 300 ? 1 : 20_011) {
            int spaceLeft = space;
            IOException e = assertThrows(IOException.class, () -> writeTo(spaceLeft, false));
            assertNamesTheFile(e);
            assertEquals(List.of(), names(), "space for " + space + " bytes");
        }
        IOException e = assertThrows(IOException.class, () -> writeTo(fileLength - 1, false));
        assertNamesTheFile(e);
        assertEquals(List.of(), names());
        writeTo(fileLength, false);
        assertEquals(List.of("snapshot-0000000300000005.tsnap"), names());
    }

    @Test
    void shouldLeaveNoFileWhenTheSyncFails() throws IOException {
        IOException e = assertThrows(IOException.class, () -> writeTo(Long.MAX_VALUE, true));
        assertEquals("Input/output error", e.getMessage());
        assertEquals(List.of(), names());
    }

    @Test
    void shouldLeaveNoPartWhenItsThreadIsInterrupted() throws IOException {
        SnapshotWriter writer = new SnapshotWriter(directory, Sample.header());
        Thread.currentThread().interrupt();
        assertThrows(IOException.class, () -> writer.finish(1, 2, 3));
        assertTrue(Thread.interrupted());
        assertTrue(writer.isAborted());
        assertEquals(List.of(), names());
    }

    @Test
    void shouldRefuseASecondWriterOfTheSamePart() throws IOException {
        try (SnapshotWriter writer = new SnapshotWriter(directory, Sample.header())) {
            assertThrows(FileAlreadyExistsException.class, () -> new SnapshotWriter(directory, Sample.header()));
            assertNotNull(writer.finish(1, 2, 3));
        }
    }

    @Test
    void shouldRefuseAKeyThatReadersWouldRefuse() throws IOException {
        try (SnapshotWriter writer = new SnapshotWriter(directory, Sample.header())) {
            String key = "k".repeat(SnapshotLayout.MAX_KEY_LENGTH + 1);
            assertThrows(IllegalArgumentException.class, () -> Entry.of(key, "").writeTo(writer));
        }
    }

    private void writeTo(long spaceLeft, boolean isSyncFailing) throws IOException {
        SnapshotWriter.PartOpener opener = part -> new FailingChannel(
                FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                spaceLeft,
                isSyncFailing);
        try (SnapshotWriter writer = new SnapshotWriter(directory, Sample.header(), opener)) {
            for (Entry entry : SIZES) {
                entry.writeTo(writer);
            }
            writer.finish(Sample.END_INDEX, Sample.END_CHAIN, Sample.END_RECORD_COUNT);
        }
    }

    private static void readPublished(SnapshotWriter writer, FileChannel file, SnapshotParser parser)
            throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) (writer.publishedBytes() - file.position()));
        while (bytes.hasRemaining()) {
            assertTrue(file.read(bytes) > 0);
        }
        Sample.accept(parser, bytes.array(), 0, bytes.capacity());
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return Arrays.asList(
                    files.map(file -> file.getFileName().toString()).sorted().toArray(String[]::new));
        }
    }
}
