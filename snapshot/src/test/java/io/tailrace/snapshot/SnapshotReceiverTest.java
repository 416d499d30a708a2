package io.tailrace.snapshot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.testkit.LeakCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakCheck.class)
class SnapshotReceiverTest {
    private static final String ID = Sample.header().id();

    @TempDir
    Path directory;

    private byte[] bytes;

    @BeforeEach
    void write() throws IOException {
        bytes = Sample.bytes(directory, Entry.ofAllSizes(new Random(6)));
    }

    @Test
    void shouldKeepWhatCame() throws IOException {
        Path file;
        try (SnapshotReceiver receiver = new SnapshotReceiver(directory, ID)) {
            assertEquals(0, receiver.receivedBytes());
            Sample.acceptRest(receiver, bytes, 65_536);
            assertEquals(bytes.length, receiver.receivedBytes());
            file = receiver.path();
        }
        assertArrayEquals(bytes, Files.readAllBytes(file));
        assertEquals(bytes.length, new SnapshotFiles(directory).incomingBytes(ID));
    }

    @Test
    void shouldTakePiecesLargerThanItsBuffer() throws IOException {
        try (SnapshotReceiver receiver = new SnapshotReceiver(directory, ID)) {
            Sample.acceptRest(receiver, bytes, bytes.length);
            assertArrayEquals(bytes, Files.readAllBytes(receiver.path()));
            receiver.discard();
            assertThrows(IllegalStateException.class, () -> Sample.accept(receiver, bytes, 0, 1));
        }
    }

    @Test
    void shouldGoOnWhereItBroke() throws IOException {
        Random random = new Random(7);
        Path file = SnapshotFiles.incomingPath(directory, ID);
        for (int round = 0; round < 20; round++) {
            int broken = random.nextInt(bytes.length);
            try (SnapshotReceiver receiver = new SnapshotReceiver(directory, ID)) {
                Sample.accept(receiver, bytes, 0, broken);
            }
            try (SnapshotReceiver receiver = new SnapshotReceiver(directory, ID)) {
                assertEquals(broken, receiver.receivedBytes());
                Sample.acceptRest(receiver, bytes, 65_536);
            }
            assertArrayEquals(bytes, Files.readAllBytes(file));
            Files.delete(file);
        }
    }

    @Test
    void shouldBeginAgainWhenToldTo() throws IOException {
        try (SnapshotReceiver receiver = new SnapshotReceiver(directory, ID)) {
            Sample.accept(receiver, bytes, 0, 1_000);
            receiver.cutTo(1_001);
            assertEquals(1_000, receiver.receivedBytes());
            receiver.cutTo(0);
            assertEquals(0, receiver.receivedBytes());
            Sample.acceptRest(receiver, bytes, 65_536);
            assertArrayEquals(bytes, Files.readAllBytes(receiver.path()));
        }
    }

    @Test
    void shouldFailOnBytesOfAnotherPlace() throws IOException {
        try (SnapshotReceiver receiver = new SnapshotReceiver(directory, ID)) {
            Sample.accept(receiver, bytes, 0, 100);
            SnapshotFormatException e =
                    assertThrows(SnapshotFormatException.class, () -> Sample.accept(receiver, bytes, 101, 5));
            assertEquals("bytes of offset 101 where 100 should be", e.problem());
            assertEquals(100, receiver.receivedBytes());
        }
    }

    @Test
    void shouldDeleteItsFileWhenDiscarded() throws IOException {
        try (SnapshotReceiver receiver = new SnapshotReceiver(directory, ID)) {
            Sample.accept(receiver, bytes, 0, 100);
            receiver.discard();
            assertFalse(Files.exists(receiver.path()));
        }
    }

    @Test
    void shouldRefuseAnIdThatNamesAnotherPlace() {
        for (String id : List.of("../../etc/passwd", "", "a/b", ID + "0", ID.toUpperCase(Locale.ROOT), ID + "\n")) {
            assertThrows(IllegalArgumentException.class, () -> new SnapshotReceiver(directory, id));
        }
    }

    @Test
    void shouldBeAFinishedFileOnceAdopted() throws IOException {
        SnapshotFiles files = new SnapshotFiles(directory.resolve("snapshots"));
        try (SnapshotReceiver receiver = new SnapshotReceiver(directory, ID)) {
            Sample.acceptRest(receiver, bytes, 65_536);
            Path adopted = files.adopt(receiver.path(), Sample.header().beginIndex());
            assertArrayEquals(bytes, Files.readAllBytes(adopted));
            assertTrue(files.newestFirst().get(0).isValid());
            assertTrue(Files.exists(receiver.path()), "a crash before it is made use of must cost nothing");
            receiver.discard();
            assertArrayEquals(bytes, Files.readAllBytes(adopted));
        }
    }
}
