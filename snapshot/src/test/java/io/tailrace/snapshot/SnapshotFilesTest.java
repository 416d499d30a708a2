package io.tailrace.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.testkit.LeakCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakCheck.class)
class SnapshotFilesTest {
    @TempDir
    Path parent;

    private Path directory;
    private SnapshotFiles files;

    @BeforeEach
    void open() throws IOException {
        directory = parent.resolve("snapshots");
        files = new SnapshotFiles(directory);
    }

    @Test
    void shouldListNewestFirst() throws IOException {
        write(5);
        write(1L << 40);
        write(0);
        assertEquals(List.of(1L << 40, 5L, 0L), begins());
        SnapshotFile newest = files.newestFirst().get(0);
        assertEquals(Sample.header(1L << 40), newest.header());
        assertEquals(Files.size(newest.path()), newest.trailer().fileLength());
    }

    @Test
    void shouldListATornNewestWithItsProblemAndTheValidOneBefore() throws IOException {
        write(1);
        Path torn = write(2);
        byte[] bytes = Files.readAllBytes(torn);
        for (int length = 0; length < bytes.length; length++) {
            Files.write(torn, Arrays.copyOf(bytes, length));
            List<SnapshotFile> listed = files.newestFirst();
            assertFalse(listed.get(0).isValid(), "torn after " + length + " bytes");
            assertTrue(listed.get(0).problem().startsWith(torn + " at byte "));
            assertNull(listed.get(0).header());
            assertTrue(listed.get(1).isValid());
        }
    }

    @Test
    void shouldListAFileUnderAForeignNameAsDamaged() throws IOException {
        Files.move(write(1), SnapshotFiles.path(directory, 2));
        SnapshotFile file = files.newestFirst().get(0);
        assertTrue(file.problem().endsWith("its header begins at 1, its name at 2"), file.problem());
    }

    @Test
    void shouldListADirectoryInPlaceOfAFileAsDamaged() throws IOException {
        Files.createDirectory(SnapshotFiles.path(directory, 2));
        assertFalse(files.newestFirst().get(0).isValid());
    }

    @Test
    void shouldRetainTheNewestValidFiles() throws IOException {
        for (int begin = 1; begin <= 5; begin++) {
            write(begin);
        }
        assertEquals(List.of(), files.retain(5));
        assertEquals(List.of(SnapshotFiles.path(directory, 2), SnapshotFiles.path(directory, 1)), files.retain(3));
        assertEquals(List.of(5L, 4L, 3L), begins());
    }

    @Test
    void shouldNotCountADamagedFileAsRetained() throws IOException {
        write(1);
        write(2);
        Files.write(SnapshotFiles.path(directory, 3), new byte[100]);
        assertEquals(List.of(), files.retain(2));
        assertEquals(List.of(SnapshotFiles.path(directory, 1)), files.retain(1));
        assertEquals(List.of(3L, 2L), begins());
        assertThrows(IllegalArgumentException.class, () -> files.retain(0));
    }

    @Test
    void shouldRetainAnOlderOneThatIsStillWanted() throws IOException {
        for (int begin = 1; begin <= 4; begin++) {
            write(begin);
        }
        assertEquals(List.of(SnapshotFiles.path(directory, 2)), files.retain(2, file -> file.beginIndex() == 1));
        assertEquals(List.of(4L, 3L, 1L), begins());
    }

    @Test
    void shouldDeleteWhatADeadWriterLeft() throws IOException {
        write(1);
        Path part = SnapshotFiles.partPath(directory, 2);
        Files.write(part, new byte[10]);
        Path incoming = SnapshotFiles.incomingPath(directory, Sample.header().id());
        Files.write(incoming, new byte[10]);
        Path foreign = Files.write(directory.resolve("notes.part"), new byte[10]);

        assertEquals(1, files.deleteParts());

        assertFalse(Files.exists(part));
        assertTrue(Files.exists(incoming));
        assertTrue(Files.exists(foreign));
        assertEquals(List.of(1L), begins());
        assertEquals(1, files.deleteIncoming());
        assertFalse(Files.exists(incoming));
    }

    @Test
    void shouldFindTheTransferThatGrewLast() throws IOException {
        assertNull(files.incomingId());
        String older = Sample.header(9).id();
        String newer = Sample.header(3).id();
        Path path = Files.write(SnapshotFiles.incomingPath(directory, older), new byte[1]);
        Files.setLastModifiedTime(path, FileTime.fromMillis(1000));
        Files.write(SnapshotFiles.incomingPath(directory, newer), new byte[1]);
        assertEquals(newer, files.incomingId());
        assertEquals(1, files.deleteIncomingBut(newer));
        assertEquals(1, files.incomingBytes(newer));
        assertEquals(0, files.incomingBytes(older));
    }

    private Path write(long beginIndex) throws IOException {
        return Sample.write(directory, Sample.header(beginIndex), List.of(Entry.of("k", "v")));
    }

    private List<Long> begins() throws IOException {
        return files.newestFirst().stream().map(SnapshotFile::beginIndex).toList();
    }
}
