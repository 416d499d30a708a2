package io.tailrace.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.testkit.LeakCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakCheck.class)
class SnapshotLoaderTest {
    private static final List<Entry> FEW = List.of(Entry.of("a", "1"), Entry.of("b", "2"));
    private static final List<Entry> SIZES = Entry.ofAllSizes(new Random(6));
    private static final String ID = Sample.header().id();

    @TempDir
    Path directory;

    private final RecordingSink sink = new RecordingSink();
    private byte[] small;
    private byte[] large;
    private Path file;

    @BeforeEach
    void write() throws IOException {
        small = Sample.bytes(directory, FEW);
        large = Sample.bytes(directory, SIZES);
        file = SnapshotFiles.incomingPath(directory, ID);
    }

    @Test
    void shouldFollowAFileThatGrows() throws IOException {
        try (SnapshotReceiver receiver = new SnapshotReceiver(directory, ID);
                SnapshotLoader loader = open()) {
            for (int at = 0; at < small.length; at++) {
                assertEquals(0, loader.load(receiver.receivedBytes()));
                assertFalse(loader.isComplete());
                Sample.accept(receiver, small, at, 1);
                assertEquals(1, loader.load(receiver.receivedBytes()));
                assertEquals(at + 1, loader.loadedBytes());
            }
            assertTrue(loader.isComplete());
            assertEquals(small.length, loader.verifiedBytes());
            loader.force();
        }
        assertEquals(FEW, sink.entries);
    }

    @Test
    void shouldLoadALeftoverAndWhatComesBehindIt() throws IOException {
        Random random = new Random(8);
        for (int round = 0; round < 10; round++) {
            sink.entries.clear();
            Files.write(file, Arrays.copyOf(large, random.nextInt(large.length)));
            try (SnapshotReceiver receiver = new SnapshotReceiver(directory, ID);
                    SnapshotLoader loader = open()) {
                while (!loader.isComplete()) {
                    if (loader.load(receiver.receivedBytes()) == 0) {
                        Sample.acceptNext(receiver, large, 40_000);
                    }
                }
            }
            assertEquals(SIZES, sink.entries);
            Files.delete(file);
        }
    }

    @Test
    void shouldTellWhereDamageBegins() throws IOException {
        for (int chunk = 0; chunk < 3; chunk++) {
            byte[] damaged = small.clone();
            Arrays.fill(damaged, Sample.chunkOffset(small, chunk) + 9, damaged.length, (byte) 0);
            Files.write(file, damaged);
            try (SnapshotLoader loader = open()) {
                assertThrows(SnapshotFormatException.class, () -> loader.load(small.length));
                assertEquals(Sample.chunkOffset(small, chunk), loader.verifiedBytes());
            }
        }
    }

    @Test
    void shouldFailWhenTheHeaderIsThatOfAnotherSnapshot() throws IOException {
        Files.write(file, small);
        String other = Sample.header(77).id();
        try (SnapshotLoader loader = new SnapshotLoader(file, other, sink, Sample.MAX_ENTRY_LENGTH)) {
            SnapshotFormatException e = assertThrows(SnapshotFormatException.class, () -> loader.load(small.length));
            assertEquals("the header is that of snapshot " + ID, e.problem());
            assertTrue(e.getMessage().startsWith("snapshot " + other + " at byte 16: "), e.getMessage());
        }
    }

    @Test
    void shouldFailWhenTheFileBecomesShorter() throws IOException {
        Files.write(file, Arrays.copyOf(small, 100));
        try (SnapshotLoader loader = open()) {
            SnapshotFormatException e = assertThrows(SnapshotFormatException.class, () -> loader.load(101));
            assertEquals("its file ends before byte 101", e.problem());
        }
    }

    private SnapshotLoader open() throws IOException {
        return new SnapshotLoader(file, ID, sink, Sample.MAX_ENTRY_LENGTH);
    }
}
