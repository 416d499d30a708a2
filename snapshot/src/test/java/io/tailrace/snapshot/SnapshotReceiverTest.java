package io.tailrace.snapshot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NativeLeakCheck.class)
class SnapshotReceiverTest {
    private static final List<Entry> FEW = List.of(Entry.of("a", "1"), Entry.of("b", "2"));
    private static final List<Entry> SIZES = Entry.ofAllSizes(new Random(6));
    private static final String ID = Sample.header().id();

    @TempDir
    Path directory;

    private byte[] small;
    private byte[] large;
    private Path incoming;
    private Path finished;

    @BeforeEach
    void write() throws IOException {
        small = Sample.bytes(directory, FEW);
        large = Sample.bytes(directory, SIZES);
        incoming = SnapshotFiles.incomingPath(directory, ID);
        finished = SnapshotFiles.path(directory, Sample.header().beginIndex());
    }

    @Test
    void shouldKeepTheSameBytesUnderTheFinalName() throws IOException {
        RecordingSink sink = new RecordingSink();
        try (SnapshotReceiver receiver = open(sink)) {
            assertNull(receiver.header());
            acceptRest(receiver, large, 65_536);
            assertTrue(receiver.isComplete());
            assertEquals(large.length, receiver.receivedBytes());
            assertFalse(Files.exists(finished));

            SnapshotTrailer trailer = receiver.finish();

            assertEquals(SIZES.size(), trailer.entryCount());
            assertEquals(Sample.header(), receiver.header());
        }
        assertEquals(SIZES, sink.entries);
        assertArrayEquals(large, Files.readAllBytes(finished));
        assertFalse(Files.exists(incoming));
    }

    @Test
    void shouldTakePiecesLargerThanItsBuffer() throws IOException {
        try (SnapshotReceiver receiver = open(new RecordingSink())) {
            acceptRest(receiver, large, large.length);
            receiver.finish();
            assertThrows(IllegalStateException.class, () -> Sample.accept(receiver, large, 0, 1));
        }
        assertArrayEquals(large, Files.readAllBytes(finished));
    }

    @Test
    void shouldResumeAtTheLastWholeChunkWhereverItBroke() throws IOException {
        for (int broken = 0; broken <= small.length; broken++) {
            try (SnapshotReceiver receiver = open(new RecordingSink())) {
                Sample.accept(receiver, small, 0, broken);
                assertEquals(broken, receiver.receivedBytes());
            }
            RecordingSink sink = new RecordingSink();
            try (SnapshotReceiver receiver = open(sink)) {
                assertEquals(lastWholeChunk(small, broken), receiver.receivedBytes());
                acceptRest(receiver, small, 7);
                receiver.finish();
            }
            assertEquals(FEW, sink.entries);
            assertArrayEquals(small, Files.readAllBytes(finished));
            Files.delete(finished);
        }
    }

    @Test
    void shouldResumeInsideAnEntryOfSeveralFragments() throws IOException {
        Random random = new Random(7);
        for (int round = 0; round < 20; round++) {
            int broken = random.nextInt(large.length);
            Files.write(incoming, Arrays.copyOf(large, broken));
            RecordingSink sink = new RecordingSink();
            try (SnapshotReceiver receiver = open(sink)) {
                assertEquals(lastWholeChunk(large, broken), receiver.receivedBytes());
                acceptRest(receiver, large, 65_536);
                receiver.finish();
            }
            assertEquals(SIZES, sink.entries);
            assertArrayEquals(large, Files.readAllBytes(finished));
        }
    }

    @Test
    void shouldResumeBeforeTheDamageACrashLeft() throws IOException {
        for (int chunk = 0; chunk < 3; chunk++) {
            byte[] leftover = small.clone();
            Arrays.fill(leftover, Sample.chunkOffset(small, chunk) + 9, leftover.length, (byte) 0);
            Files.write(incoming, leftover);
            RecordingSink sink = new RecordingSink();
            try (SnapshotReceiver receiver = open(sink)) {
                assertEquals(Sample.chunkOffset(small, chunk), receiver.receivedBytes());
                acceptRest(receiver, small, 50);
                receiver.finish();
            }
            assertEquals(FEW, sink.entries);
            assertArrayEquals(small, Files.readAllBytes(finished));
        }
    }

    @Test
    void shouldBeginAgainWhenTheLeftoverIsNoSnapshot() throws IOException {
        Files.write(incoming, "something else, longer than a preamble".getBytes(StandardCharsets.US_ASCII));
        try (SnapshotReceiver receiver = open(new RecordingSink())) {
            assertEquals(0, receiver.receivedBytes());
            assertEquals(0, Files.size(incoming));
        }
    }

    @Test
    void shouldFailWhenTheHeaderIsThatOfAnotherSnapshot() throws IOException {
        String other = Sample.header(77).id();
        try (SnapshotReceiver receiver =
                new SnapshotReceiver(directory, other, new RecordingSink(), Sample.MAX_ENTRY_LENGTH)) {
            SnapshotFormatException e =
                    assertThrows(SnapshotFormatException.class, () -> acceptRest(receiver, small, 1000));
            assertEquals("the header is that of snapshot " + ID, e.problem());
            assertTrue(e.getMessage().startsWith("snapshot " + other + " at byte 16: "), e.getMessage());
            receiver.discard();
        }
        assertFalse(Files.exists(SnapshotFiles.incomingPath(directory, other)));
    }

    @Test
    void shouldFailOnBytesOfAnotherPlace() throws IOException {
        try (SnapshotReceiver receiver = open(new RecordingSink())) {
            Sample.accept(receiver, small, 0, 100);
            SnapshotFormatException e =
                    assertThrows(SnapshotFormatException.class, () -> Sample.accept(receiver, small, 101, 5));
            assertEquals("bytes of offset 101 where 100 should be", e.problem());
            assertThrows(SnapshotFormatException.class, () -> Sample.accept(receiver, small, 100, 5));
        }
    }

    @Test
    void shouldNotFinishBeforeTheTrailerHasCome() throws IOException {
        try (SnapshotReceiver receiver = open(new RecordingSink())) {
            Sample.accept(receiver, small, 0, small.length - 1);
            assertThrows(SnapshotFormatException.class, receiver::finish);
            Sample.accept(receiver, small, small.length - 1, 1);
            receiver.finish();
        }
        assertTrue(Files.exists(finished));
    }

    @Test
    void shouldLeaveNothingUnderTheFinalNameWhenItCannotBeRenamed() throws IOException {
        Files.createDirectories(finished.resolve("in the way"));
        try (SnapshotReceiver receiver = open(new RecordingSink())) {
            acceptRest(receiver, small, 1000);
            assertThrows(IOException.class, receiver::finish);
        }
        assertFalse(Files.exists(incoming));
        assertTrue(Files.isDirectory(finished));
    }

    @Test
    void shouldRefuseAnIdThatNamesAnotherPlace() {
        for (String id : List.of("../../etc/passwd", "", "a/b", ID + "0", ID.toUpperCase(Locale.ROOT), ID + "\n")) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> new SnapshotReceiver(directory, id, new RecordingSink(), Sample.MAX_ENTRY_LENGTH));
        }
    }

    private SnapshotReceiver open(EntrySink sink) throws IOException {
        return new SnapshotReceiver(directory, ID, sink, Sample.MAX_ENTRY_LENGTH);
    }

    private static void acceptRest(SnapshotReceiver receiver, byte[] bytes, int pieceLength) throws IOException {
        while (receiver.receivedBytes() < bytes.length) {
            int from = (int) receiver.receivedBytes();
            Sample.accept(receiver, bytes, from, Math.min(pieceLength, bytes.length - from));
        }
    }

    private static int lastWholeChunk(byte[] bytes, int length) {
        if (length < SnapshotLayout.PREAMBLE_LENGTH) {
            return 0;
        }
        int end = SnapshotLayout.PREAMBLE_LENGTH;
        while (end < bytes.length && end + Sample.chunkLength(bytes, end) <= length) {
            end += Sample.chunkLength(bytes, end);
        }
        return end;
    }
}
