package io.tailrace.node.backlog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.wire.record.Chain;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordBuilder;
import io.tailrace.wire.record.RecordLayout;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.record.SegmentRecord;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import net.openhft.chronicle.core.OS;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BacklogInspectorTest {
    private static final String HISTORY = "0123456789abcdef0123456789abcdef01234567";

    @TempDir
    Path directory;

    private final RecordBuilder record = new RecordBuilder();
    private Backlog backlog;

    @BeforeEach
    void open() {
        backlog = Backlog.open(directory, new BacklogSettings(1 << 20, 2 << 20, 1 << 20, "disk-test"));
    }

    @AfterEach
    void close() {
        if (backlog != null) {
            backlog.close();
        }
        record.close();
    }

    private void closeBacklog() {
        backlog.close();
        backlog = null;
    }

    private void openSegment() {
        new SegmentRecord(
                        HISTORY,
                        1,
                        new SegmentRecord.Previous(
                                null, backlog.lastIndex(), backlog.lastChain(), backlog.recordCount()),
                        1,
                        0)
                .encode(record);
        record.seal(1, backlog.lastChain());
        backlog.append(backlog.nextSegmentIndex(), record.address(), record.length(), record.chain());
    }

    private void set(int valueLength) {
        record.begin(RecordLayout.KIND_EFFECT);
        record.command(3);
        record.argument("SET");
        record.argument("k");
        record.argument("v".repeat(valueLength));
        record.seal(1, backlog.lastChain());
        backlog.append(backlog.nextIndex(), record.address(), record.length(), record.chain());
    }

    private void setUntilFull() {
        while (!backlog.growth().isSegmentFull()) {
            set(100_000);
        }
    }

    private static List<Long> indexes(BacklogInspector inspector) {
        List<Long> indexes = new ArrayList<>();
        while (inspector.next() != null) {
            indexes.add(inspector.index());
        }
        return indexes;
    }

    /** Name, length, time and mode of all that is there. */
    private TreeMap<String, List<Object>> listing() throws Exception {
        TreeMap<String, List<Object>> listing = new TreeMap<>();
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                FileTime time = Files.getLastModifiedTime(file);
                listing.put(file.getFileName().toString(), List.of(Files.size(file), time));
            }
        }
        return listing;
    }

    @Test
    void shouldReadRecordsOfEveryLengthWhileTheWriterHasThemOpen() {
        openSegment();
        long chain = backlog.lastChain();
        for (int length = 0; length < 40; length++) {
            set(length);
        }
        openSegment();
        set(900_000);

        try (BacklogInspector inspector = new BacklogInspector(directory)) {
            assertEquals(QueueIndex.of(1, 0), inspector.firstIndex());
            assertEquals(RecordLayout.KIND_SEGMENT, inspector.next().kind());
            for (int length = 0; length < 40; length++) {
                RecordView view = inspector.next();
                assertNull(view.problem());
                assertEquals(QueueIndex.of(1, length + 1), inspector.index());
                chain = Chain.next(chain, view.address(), view.length());
                assertEquals(chain, view.chain());
            }
            assertEquals(RecordLayout.KIND_SEGMENT, inspector.next().kind());
            assertEquals(QueueIndex.of(1, 40), inspector.opening().previousIndex());
            assertTrue(inspector.next().length() > 900_000);
            assertNull(inspector.next());
            assertNull(inspector.gap());
            assertNull(inspector.halfMade());
        }
    }

    @Test
    void shouldFollowTheWriterOverARoll() {
        try (BacklogInspector inspector = new BacklogInspector(directory)) {
            assertEquals(QueueIndex.NONE, inspector.firstIndex());
            assertNull(inspector.next());
            for (int segment = 1; segment < 4; segment++) {
                openSegment();
                assertNotNull(inspector.next());
                assertEquals(backlog.lastIndex(), inspector.index());
                assertNull(inspector.next());
                for (int i = 0; i < 30; i++) {
                    set(100_000);
                    assertNotNull(inspector.next());
                    assertEquals(backlog.lastIndex(), inspector.index());
                    assertNull(inspector.next());
                }
            }
            assertNull(inspector.gap());
        }
    }

    @Test
    void shouldStartAtAnIndexOrTheNextThereIs() {
        openSegment();
        set(1);
        set(2);
        openSegment();
        set(3);
        try (BacklogInspector inspector = new BacklogInspector(directory)) {
            inspector.seek(QueueIndex.of(1, 2));
            assertEquals(List.of(4294967298L, 8589934592L, 8589934593L), indexes(inspector));
            assertNull(inspector.gap());
            inspector.seek(QueueIndex.of(1, 77));
            assertEquals(List.of(8589934592L, 8589934593L), indexes(inspector));
            inspector.seek(QueueIndex.of(2, 1));
            assertEquals(List.of(8589934593L), indexes(inspector));
            inspector.seek(QueueIndex.of(2, 2));
            assertEquals(List.of(), indexes(inspector));
            set(4);
            assertEquals(List.of(8589934594L), indexes(inspector));
            inspector.seek(QueueIndex.of(9, 0));
            assertEquals(List.of(), indexes(inspector));
            inspector.seek(0);
            assertEquals(6, indexes(inspector).size());
        }
    }

    @Test
    void shouldChangeNothingInTheDirectory() throws Exception {
        openSegment();
        set(1);
        closeBacklog();
        Files.delete(directory.resolve("metadata.cq4t"));
        Files.write(new SegmentFiles(directory).path(2), new byte[4096]);
        var before = listing();
        long mapped = OS.memoryMapped();

        try (BacklogInspector inspector = new BacklogInspector(directory)) {
            assertEquals(2, indexes(inspector).size());
            assertEquals(new SegmentFiles(directory).path(2), inspector.halfMade());
        }
        assertEquals(before, listing());
        // the library may give back what the writer had only now, in its own thread
        assertTrue(OS.memoryMapped() <= mapped);
    }

    @Test
    void shouldLeaveOutAHalfMadeNewestSegmentUntilItIsComplete() throws Exception {
        openSegment();
        closeBacklog();
        for (byte[] half : List.of(new byte[0], new byte[8192], new byte[] {9, 0, 0, (byte) 0x80})) {
            Files.write(new SegmentFiles(directory).path(2), half);
            try (BacklogInspector inspector = new BacklogInspector(directory)) {
                assertEquals(1, indexes(inspector).size());
                assertNotNull(inspector.halfMade());
            }
        }
        try (BacklogInspector inspector = new BacklogInspector(directory)) {
            assertEquals(1, indexes(inspector).size());
            open();
            openSegment();
            assertEquals(List.of(8589934592L), indexes(inspector));
            assertNull(inspector.halfMade());
        }
    }

    @Test
    void shouldReadADeletedSegmentToItsEndAndSayWhatRetentionTook() throws Exception {
        openSegment();
        setUntilFull();
        long lastOfFirst = backlog.lastIndex();
        try (BacklogInspector inspector = new BacklogInspector(directory)) {
            inspector.next();
            for (int segment = 2; segment < 7; segment++) {
                openSegment();
                setUntilFull();
            }
            backlog.retention().trim(Long.MAX_VALUE);
            backlog.growth().reserve();
            assertFalse(Files.exists(new SegmentFiles(directory).path(1)));

            while (inspector.index() != lastOfFirst) {
                assertNotNull(inspector.next());
            }
            assertNotNull(inspector.next());
            assertEquals(backlog.firstIndex(), inspector.index());
            LogGap gap = inspector.gap();
            assertTrue(gap.isRetention(), gap.text());
            assertEquals(lastOfFirst, gap.lastRead());
            assertEquals(inspector.opening().previousIndex(), gap.previous());
            assertNotNull(inspector.next());
            assertNull(inspector.gap());
        }
    }

    @Test
    void shouldTellAMissingSegmentFromRetention() throws Exception {
        for (int segment = 1; segment < 4; segment++) {
            openSegment();
            set(1);
        }
        closeBacklog();
        Files.delete(new SegmentFiles(directory).path(2));
        try (BacklogInspector inspector = new BacklogInspector(directory)) {
            inspector.next();
            inspector.next();
            inspector.next();
            assertEquals(QueueIndex.of(3, 0), inspector.index());
            assertFalse(inspector.gap().isRetention());
            assertEquals(
                    "after record 1:1 comes 3:0, which continues 2:1",
                    inspector.gap().text());
        }
    }

    @Test
    void shouldNameThePlaceOfAFrameThatCannotBe() throws Exception {
        openSegment();
        set(1);
        set(2);
        long position;
        try (BacklogInspector inspector = new BacklogInspector(directory)) {
            inspector.seek(QueueIndex.of(1, 2));
            inspector.next();
            position = Long.parseLong(inspector.place().replaceAll(".* ", ""));
        }
        closeBacklog();
        Path file = new SegmentFiles(directory).path(1);
        try (RandomAccessFile damaged = new RandomAccessFile(file.toFile(), "rw")) {
            damaged.seek(position - 1);
            damaged.write(0x3f);
        }
        try (BacklogInspector inspector = new BacklogInspector(directory)) {
            inspector.next();
            inspector.next();
            BacklogException e = assertThrows(BacklogException.class, inspector::next);
            assertTrue(
                    e.getMessage().startsWith(file + ": the frame at byte " + (position - 4) + ", after record 1:1"),
                    e.getMessage());
        }
    }

    @Test
    void shouldSayThatTheDirectoryIsGone() throws Exception {
        assertThrows(BacklogException.class, () -> new BacklogInspector(directory.resolve("none")));
        openSegment();
        closeBacklog();
        try (BacklogInspector inspector = new BacklogInspector(directory)) {
            inspector.next();
            try (var files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(directory);
            String message =
                    assertThrows(BacklogException.class, inspector::next).getMessage();
            assertTrue(message.contains("is gone"), message);
        } finally {
            Files.createDirectory(directory);
        }
    }
}
