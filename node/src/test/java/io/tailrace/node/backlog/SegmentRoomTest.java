package io.tailrace.node.backlog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.platform.Background;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentRoomTest {
    private static final long SEGMENT = 4 << 20;
    private static final int RECORD = 100_000;

    @TempDir
    private Path dir;

    private SegmentFiles files;
    private BacklogDiskWorker worker;
    private SegmentRoom room;

    @BeforeEach
    void start() throws Exception {
        files = new SegmentFiles(dir);
        worker = new BacklogDiskWorker(files, SEGMENT, Background.THREADS.executor("disk-test"));
        room = new SegmentRoom(files, worker);
    }

    @AfterEach
    void stop() {
        worker.close();
    }

    @Test
    void shouldHaveAllOfAPreparedSegment() throws Exception {
        worker.prepare(1);
        worker.await(10_000);
        assertTrue(room.provide(1));
        room.opened(1);
        assertTrue(room.has(3 << 20, RECORD));
        assertFalse(room.has(SEGMENT - RECORD, RECORD));
    }

    @Test
    void shouldHaveAStepOfOneThatIsNot() throws Exception {
        assertTrue(room.provide(1));
        assertTrue(room.provide(1), "again");
        room.opened(1);
        assertEquals(SegmentRoom.STEP, Files.size(files.preparedPath(1)));
        assertTrue(room.has(0, RECORD));
        assertFalse(room.has(1 << 20, RECORD));
    }

    @Test
    void shouldGiveMoreAndKeepWhatIsThere() throws Exception {
        Files.write(files.path(1), new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
        room.continued(6);
        assertFalse(room.has(6, RECORD));
        assertTrue(room.extend(1, 6, RECORD));
        assertTrue(room.has(6, RECORD));
        try (RandomAccessFile file = new RandomAccessFile(files.path(1).toFile(), "r")) {
            byte[] start = new byte[8];
            file.readFully(start);
            assertEquals("[1, 2, 3, 4, 5, 6, 7, 8]", Arrays.toString(start));
            assertTrue(file.length() > SegmentRoom.STEP);
        }
        room.continued(0);
        assertTrue(room.extend(1, 8, RECORD), "less is known to be there than there is");
        assertEquals(6, Files.readAllBytes(files.path(1))[5]);
    }

    @Test
    void shouldSayThatTheDiskGivesNothing() throws Exception {
        Files.createDirectory(files.path(1));
        room.continued(0);
        assertFalse(room.extend(1, 0, RECORD));
        assertFalse(room.has(0, RECORD));
    }
}
