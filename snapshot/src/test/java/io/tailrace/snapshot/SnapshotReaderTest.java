package io.tailrace.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.testkit.LeakCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakCheck.class)
class SnapshotReaderTest {
    @TempDir
    Path directory;

    @Test
    void shouldNameFilePositionAndProblem() throws IOException {
        Path file = Sample.write(directory, List.of(Entry.of("a", "1")));
        byte[] bytes = Files.readAllBytes(file);
        int chunk = Sample.chunkOffset(bytes, 1);
        bytes[chunk + 30] ^= 1;
        Files.write(file, bytes);

        SnapshotFormatException e = assertThrows(SnapshotFormatException.class, () -> read(file));

        assertTrue(e.getMessage().startsWith(file + " at byte " + chunk + ": chunk 1 says CRC32C "), e.getMessage());
    }

    @Test
    void shouldFailAsIncompleteForATornFile() throws IOException {
        Path file = Sample.write(directory, Entry.ofAllSizes(new Random(4)));
        byte[] bytes = Files.readAllBytes(file);
        for (int length : new int[] {0, 15, 16, 20, 200, 70_000, bytes.length - 64, bytes.length - 1}) {
            Files.write(file, Arrays.copyOf(bytes, length));
            SnapshotFormatException e = assertThrows(SnapshotFormatException.class, () -> read(file));
            assertEquals(length, e.position());
            assertTrue(e.problem().startsWith("incomplete"), e.problem());
            assertThrows(SnapshotFormatException.class, () -> SnapshotReader.readTrailer(file));
        }
    }

    @Test
    void shouldReadTheTwoEndsOfAFile() throws IOException {
        Path file = Sample.write(directory, Entry.ofAllSizes(new Random(5)));
        assertEquals(Sample.header(), SnapshotReader.readHeader(file));
        assertEquals(read(file), SnapshotReader.readTrailer(file));
    }

    @Test
    void shouldReadTheHeaderOfAFileThatIsStillGrowing() throws IOException {
        try (SnapshotWriter writer = new SnapshotWriter(directory, Sample.header())) {
            assertEquals(Sample.header(), SnapshotReader.readHeader(writer.partPath()));
            assertThrows(SnapshotFormatException.class, () -> SnapshotReader.readTrailer(writer.partPath()));
        }
    }

    @Test
    void shouldFailWhenTheTrailerIsThatOfALongerFile() throws IOException {
        Path file = Sample.write(directory, List.of(Entry.of("a", "1")));
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOfRange(bytes, 1, bytes.length));
        SnapshotFormatException e = assertThrows(SnapshotFormatException.class, () -> SnapshotReader.readTrailer(file));
        assertEquals("incomplete, its last bytes aren't the trailer of this file", e.problem());
    }

    @Test
    void shouldFailWhenThereIsNoFile() {
        Path file = directory.resolve("none");
        assertThrows(NoSuchFileException.class, () -> read(file));
        assertThrows(NoSuchFileException.class, () -> SnapshotReader.readHeader(file));
        assertThrows(NoSuchFileException.class, () -> SnapshotReader.readTrailer(file));
    }

    private static SnapshotTrailer read(Path file) throws IOException {
        return SnapshotReader.read(file, new RecordingSink(), Sample.MAX_ENTRY_LENGTH);
    }
}
