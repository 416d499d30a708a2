package io.tailrace.node.backlog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.Chain;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordBuilder;
import io.tailrace.wire.record.RecordLayout;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.record.SegmentRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BacklogTest {
    private static final String HISTORY = "0123456789abcdef0123456789abcdef01234567";
    private static final int MAX_RECORD = (16 << 20) + (128 << 10);

    @TempDir
    Path directory;

    private final RecordBuilder record = new RecordBuilder();
    private Backlog backlog;

    @AfterEach
    void close() {
        if (backlog != null) {
            backlog.close();
        }
        record.close();
    }

    private Backlog open(long segmentBytes, long budget) {
        return Backlog.open(directory, new BacklogSettings(segmentBytes, budget, MAX_RECORD, "disk-test"));
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

    private void set(String key, int valueLength) {
        record.begin(RecordLayout.KIND_EFFECT);
        record.command(3);
        record.argument("SET");
        record.argument(key);
        record.argument("v".repeat(valueLength));
        record.seal(1, backlog.lastChain());
        backlog.append(backlog.nextIndex(), record.address(), record.length(), record.chain());
    }

    private void openWithTwoSegments() {
        backlog = open(1 << 20, 4 << 20);
        openSegment();
        set("a", 10);
        openSegment();
        set("b", 10);
    }

    @Test
    void shouldForceSoonWhenSomebodyWaits() throws InterruptedException {
        backlog = open(1 << 20, 4 << 20);
        openSegment();
        set("a", 10);
        CountDownLatch done = new CountDownLatch(1);
        backlog.sync().soon(done::countDown);
        assertTrue(done.await(20, TimeUnit.SECONDS));
        assertEquals(QueueIndex.of(1, 1), backlog.durableIndex());
        backlog.close();

        backlog = open(1 << 20, 4 << 20);
        assertEquals(-1, backlog.durableIndex(), "nobody knows what the other process has forced");
        set("b", 10);
        CountDownLatch again = new CountDownLatch(1);
        backlog.sync().soon(again::countDown);
        assertTrue(again.await(20, TimeUnit.SECONDS));
        assertEquals(QueueIndex.of(1, 2), backlog.durableIndex());
    }

    @Test
    void shouldNumberRecordsAndChainThem() {
        backlog = open(1 << 20, 4 << 20);
        assertTrue(backlog.isEmpty());
        openSegment();
        set("a", 10);
        set("b", 20);

        assertEquals(QueueIndex.of(1, 2), backlog.lastIndex());
        assertEquals(3, backlog.recordCount());
        try (BacklogReader reader = backlog.reader()) {
            long chain = Chain.SEED;
            for (RecordView view = reader.readAt(backlog.firstIndex()); view != null; view = reader.next()) {
                chain = Chain.next(chain, view.address(), view.length());
                assertEquals(chain, view.chain());
            }
            assertEquals(backlog.lastChain(), chain);
            assertEquals(backlog.lastIndex(), reader.index());
            set("c", 1);
            assertEquals('c', Memory.getByte(reader.next().address() + RecordLayout.HEADER_LENGTH + 4 + 9 + 4));
            assertNull(reader.next());
        }
    }

    @Test
    void shouldContinueWhereItWasAfterReopening() {
        openWithTwoSegments();
        long last = backlog.lastIndex();
        long chain = backlog.lastChain();
        backlog.close();

        backlog = open(1 << 20, 4 << 20);
        assertEquals(last, backlog.lastIndex());
        assertEquals(chain, backlog.lastChain());
        assertEquals(4, backlog.recordCount());
        assertEquals(2, backlog.segments().size());
        set("c", 10);
        assertEquals(last + 1, backlog.lastIndex());
        openSegment();
        assertEquals(QueueIndex.of(3, 0), backlog.lastIndex());
        assertTrue(backlog.contains(QueueIndex.of(1, 1)));
        assertFalse(backlog.contains(QueueIndex.of(1, 2)));
    }

    @Test
    void shouldRefuseAnythingButTheNextIndex() {
        backlog = open(1 << 20, 4 << 20);
        openSegment();
        set("a", 10);
        long last = backlog.lastIndex();
        for (long wrong : new long[] {last, last - 1, last + 2, QueueIndex.of(1, 0), QueueIndex.of(3, 4)}) {
            assertThrows(
                    BacklogException.class,
                    () -> backlog.append(wrong, record.address(), record.length(), record.chain()));
        }
        set("b", 10);
        assertEquals(last + 1, backlog.lastIndex());
    }

    @Test
    void shouldTakeTheLargestRecordAndRefuseALongerOne() {
        backlog = open(1 << 20, 4 << 20);
        openSegment();
        set("a", MAX_RECORD - 200);
        assertTrue(backlog.growth().isSegmentFull());
        assertNull(backlog.growth().refusal(MAX_RECORD));
        assertTrue(backlog.growth().refusal(MAX_RECORD + 1).contains("max-value-size"));
        openSegment();
        set("b", 16 << 20);
        set("c", 16 << 20);
        try (BacklogReader reader = backlog.reader()) {
            reader.readAt(QueueIndex.of(2, 1));
            assertTrue(reader.next().length() > 16 << 20);
        }
    }

    @Test
    void shouldDeleteTheOldestSegmentsButNoneThatIsNeeded() throws Exception {
        backlog = open(1 << 20, 4 << 20);
        for (int segment = 1; segment <= 10; segment++) {
            openSegment();
            while (!backlog.growth().isSegmentFull()) {
                set("key", 100_000);
            }
        }
        BacklogReader reader = backlog.reader();
        reader.readAt(QueueIndex.of(3, 4));
        backlog.retention().trim(QueueIndex.of(2, 1));
        assertEquals(QueueIndex.of(2, 0), backlog.firstIndex());
        backlog.retention().trim(Long.MAX_VALUE);
        assertEquals(QueueIndex.of(3, 0), backlog.firstIndex());
        reader.close();
        backlog.retention().trim(Long.MAX_VALUE);
        assertTrue(backlog.segments().bytes() <= 4 << 20);
        long first = backlog.firstIndex();
        backlog.close();

        backlog = open(1 << 20, 4 << 20);
        assertEquals(first, backlog.firstIndex());
        try (BacklogReader again = backlog.reader()) {
            int records = 0;
            for (RecordView view = again.readAt(first); view != null; view = again.next()) {
                records++;
            }
            assertTrue(records > 30, records + " records");
        }
    }

    /** Such a replica was killed when it had just the opening of a segment, came back without it, and got a full sync. */
    @Test
    void shouldKeepWhatAReplicaNeedsThatTakesBackEmptySegments() {
        backlog = open(1 << 20, 4 << 20);
        openSegment();
        set("a", 10);
        long confirmed = backlog.lastIndex();
        openSegment();
        openSegment();
        assertEquals(confirmed, backlog.retention().neededAgain(backlog.lastIndex()));
        assertEquals(confirmed, backlog.retention().neededAgain(QueueIndex.of(2, 0)));
        assertEquals(confirmed, backlog.retention().neededAgain(confirmed));
        assertEquals(
                QueueIndex.of(1, 0), backlog.retention().neededAgain(QueueIndex.of(1, 0)), "nothing was before that");
        assertEquals(QueueIndex.NONE, backlog.retention().neededAgain(QueueIndex.NONE));
        set("b", 10);
        assertEquals(backlog.lastIndex(), backlog.retention().neededAgain(backlog.lastIndex()));
    }

    @Test
    void shouldUseAPreparedSegmentAndTrimItWhenClosed() throws Exception {
        backlog = open(1 << 20, 4 << 20);
        backlog.growth().reserve();
        SegmentFiles files = new SegmentFiles(directory);
        assertTrue(Files.exists(files.preparedPath(1)));
        openSegment();
        assertFalse(Files.exists(files.preparedPath(1)));
        set("a", 10);
        backlog.growth().reserve();
        openSegment();
        backlog.growth().reserve();
        assertTrue(Files.size(files.path(1)) <= 1 << 20, "the closed segment is " + Files.size(files.path(1)));
        try (BacklogReader reader = backlog.reader()) {
            assertEquals(
                    RecordLayout.KIND_SEGMENT,
                    reader.readAt(backlog.firstIndex()).kind());
            reader.next();
            assertEquals(RecordLayout.KIND_SEGMENT, reader.next().kind());
        }
    }

    @Test
    void shouldTrimAClosedSegmentThatAKilledProcessHasLeftAsItWas() throws Exception {
        openWithTwoSegments();
        long last = backlog.lastIndex();
        backlog.close();
        SegmentFiles files = new SegmentFiles(directory);
        long newest = Files.size(files.path(2));
        long trimmed = Files.size(files.path(1));
        Files.write(files.path(1), new byte[3 << 20], StandardOpenOption.APPEND);

        backlog = open(1 << 20, 4 << 20);
        backlog.growth().reserve();
        assertEquals(trimmed, Files.size(files.path(1)));
        assertTrue(Files.size(files.path(2)) >= newest, "the newest goes on");
        assertEquals(last, backlog.lastIndex());
        set("c", 10);
        try (BacklogReader reader = backlog.reader()) {
            reader.readAt(backlog.firstIndex());
            int records = 1;
            while (reader.next() != null) {
                records++;
            }
            assertEquals(5, records);
        }
    }

    @Test
    void shouldRepairAHalfMadeNewestSegment() throws Exception {
        backlog = open(1 << 20, 4 << 20);
        openSegment();
        set("a", 10);
        long last = backlog.lastIndex();
        backlog.close();
        SegmentFiles files = new SegmentFiles(directory);
        Files.write(files.path(2), new byte[4096]);

        backlog = open(1 << 20, 4 << 20);
        assertEquals(last, backlog.lastIndex());
        openSegment();
        assertEquals(QueueIndex.of(2, 0), backlog.lastIndex());
    }

    @Test
    void shouldContinueAClosedSegmentWhenACrashLeftItTheNewest() throws Exception {
        backlog = open(1 << 20, 4 << 20);
        openSegment();
        set("a", 10);
        long last = backlog.lastIndex();
        openSegment();
        backlog.close();
        SegmentFiles files = new SegmentFiles(directory);
        Files.delete(files.path(2));

        backlog = open(1 << 20, 4 << 20);
        assertEquals(last, backlog.lastIndex());
        set("b", 10);
        assertEquals(last + 1, backlog.lastIndex());
        openSegment();
        try (BacklogReader reader = backlog.reader()) {
            reader.readAt(last);
            assertEquals(RecordLayout.KIND_EFFECT, reader.next().kind());
            assertEquals(RecordLayout.KIND_SEGMENT, reader.next().kind());
        }
    }

    /** A node that died while it took over could not follow any more: the new file was whole, and no record in it yet. */
    @Test
    void shouldContinueAClosedSegmentBehindWhichNothingWasWritten() throws Exception {
        backlog = open(1 << 20, 4 << 20);
        openSegment();
        set("a", 10);
        long last = backlog.lastIndex();
        openSegment();
        backlog.close();
        SegmentFiles files = new SegmentFiles(directory);
        long opening;
        try (SegmentScan scan = new SegmentScan(files.path(2), 2)) {
            assertEquals(SegmentScan.Step.RECORD, scan.step());
            opening = scan.position() - Integer.BYTES;
        }
        files.clear(2, opening);

        backlog = open(1 << 20, 4 << 20);
        assertEquals(last, backlog.lastIndex());
        set("b", 10);
        assertEquals(last + 1, backlog.lastIndex());
        openSegment();
        assertEquals(QueueIndex.of(2, 0), backlog.lastIndex());
    }

    @Test
    void shouldDeleteWhatAKilledProcessWasPreparing() throws Exception {
        Path unfinished = directory.resolve("19700101-000007S.zeroes");
        Files.write(unfinished, new byte[10]);
        backlog = open(1 << 20, 4 << 20);
        assertFalse(Files.exists(unfinished));
    }

    @Test
    void shouldKnowWhatIsOnTheDisk() {
        backlog = open(1 << 20, 4 << 20);
        openSegment();
        set("a", 10);
        assertEquals(-1, backlog.durableIndex());
        backlog.sync().now();
        assertEquals(backlog.lastIndex(), backlog.durableIndex());
    }

    @Test
    void shouldLeaveNoNativeMemoryBehind() {
        long before = NativeBuffer.liveBytes();
        backlog = open(1 << 20, 4 << 20);
        openSegment();
        backlog.close();
        backlog = null;
        assertEquals(before, NativeBuffer.liveBytes());
    }
}
