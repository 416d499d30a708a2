package io.tailrace.node.backlog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.platform.Background;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordBuilder;
import io.tailrace.wire.record.RecordLayout;
import io.tailrace.wire.record.SegmentRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that says once that it has failed, and takes the pages that it did not write for written: as Linux does. */
class LogSyncTest {
    private static final String HISTORY = "0123456789abcdef0123456789abcdef01234567";
    private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(20);

    @TempDir
    private Path directory;

    private final RecordBuilder record = new RecordBuilder();
    private final ScheduledExecutorService disk = Background.THREADS.executor("disk-test");
    private Backlog backlog;
    private volatile boolean fails;
    private volatile LostPage lostPage;
    private volatile long dirtyBytes = -1;
    private volatile long micros;
    private volatile Runnable during = () -> {};

    @BeforeEach
    void open() {
        backlog = Backlog.open(
                directory, new BacklogSettings(1 << 20, 8 << 20, 1 << 20, () -> disk, this::sync, () -> micros));
        openSegment();
    }

    @AfterEach
    void close() {
        fails = false;
        backlog.close();
        record.close();
    }

    private void sync(FileChannel channel) throws IOException {
        during.run();
        dirtyBytes = dirtyBytes(directory);
        channel.force(false);
        if (fails) {
            // the pages are clean now, as after a write that failed
            if (lostPage != null) {
                lostPage.drop();
            }
            throw new IOException("Input/output error");
        }
    }

    /** One that was needed for something else after the force that failed, and was read again as it had been. */
    private record LostPage(Path file, long position) {
        void drop() throws IOException {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.allocate(100), position);
            }
        }
    }

    /** Of the log's files, as this process has mapped them. */
    private static long dirtyBytes(Path directory) throws IOException {
        long bytes = 0;
        boolean isLog = false;
        for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
            if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
                isLog = line.contains(directory.toString()) && line.endsWith(".cq4");
            } else if (isLog && line.matches("(Private|Shared)_Dirty: .*")) {
                bytes += Long.parseLong(line.replaceAll("\\D", "")) << 10;
            }
        }
        return bytes;
    }

    private void openSegment() {
        new SegmentRecord(
                        HISTORY,
                        1,
                        new SegmentRecord.Previous(
                                backlog.isEmpty() ? null : HISTORY,
                                backlog.lastIndex(),
                                backlog.lastChain(),
                                backlog.recordCount()),
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
        record.argument("key");
        record.argument("v".repeat(valueLength));
        record.seal(1, backlog.lastChain());
        backlog.append(backlog.nextIndex(), record.address(), record.length(), record.chain());
    }

    private void awaitForced() {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        while (backlog.sync().status().failure() != null || backlog.durableIndex() != backlog.lastIndex()) {
            assertTrue(System.nanoTime() < deadline, "it is not tried again");
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    @Test
    void shouldWriteAgainWhatTheDiskFailedToTake() throws Exception {
        set(100_000);
        assertTrue(backlog.sync().tryNow());
        long forced = backlog.lastIndex();
        set(200_000);
        assertNull(backlog.growth().refusal(100));

        fails = true;
        assertFalse(backlog.sync().tryNow());
        assertFalse(backlog.sync().tryNow(), "the disk thread's business now");
        assertEquals(
                "the disk failed to take it: Input/output error",
                backlog.growth().refusal(100));
        assertFalse(backlog.growth().canOpenNext());
        assertEquals(forced, backlog.durableIndex());
        assertEquals(forced, DurableMark.read(directory), "the mark promises no more than there is");

        fails = false;
        awaitForced();
        assertTrue(dirtyBytes >= 300_000, "all of it was dirty again before it was forced: " + dirtyBytes);
        assertEquals(backlog.lastIndex(), DurableMark.read(directory));
        assertNull(backlog.growth().refusal(100));
        assertTrue(backlog.growth().canOpenNext());
    }

    @Test
    void shouldWriteAgainClosedSegmentsToo() throws Exception {
        assertTrue(backlog.sync().tryNow());
        fails = true;
        set(100_000);
        openSegment();
        set(100_000);
        openSegment();
        set(50_000);
        assertFalse(backlog.sync().tryNow());
        fails = false;
        awaitForced();
        assertTrue(dirtyBytes >= 50_000);
        assertEquals(backlog.lastIndex(), DurableMark.read(directory));
    }

    @Test
    void shouldSayWhichRecordTheDiskHasLost() throws Exception {
        set(100);
        assertTrue(backlog.sync().tryNow());
        long forced = backlog.lastIndex();
        set(300);
        long lost = backlog.lastIndex();
        try (BacklogReader reader = backlog.reader()) {
            reader.readAt(lost);
            lostPage = new LostPage(new SegmentFiles(directory).path(1), reader.filePosition() - 200);
        }
        fails = true;
        assertFalse(backlog.sync().tryNow());
        fails = false;
        BacklogException e =
                assertThrows(BacklogException.class, () -> backlog.sync().upTo(lost));
        assertNotNull(e.getCause());
        String refusal = backlog.growth().refusal(100);
        assertTrue(
                refusal.matches(
                        "the disk failed to take it: .*/19700101-000001S.cq4: record " + QueueIndex.toString(lost)
                                + " at byte \\d+ differs from what was written, the disk has lost it: its chain is .*"),
                refusal);
        assertEquals(forced, backlog.durableIndex());
        assertEquals(forced, DurableMark.read(directory));
    }

    @Test
    void shouldTellHowLongTheDiskTakes() {
        List<LogDisk> seen = new ArrayList<>();
        during = () -> {
            micros += 1_500_000;
            seen.add(backlog.sync().status());
            micros += 1_000_000;
            seen.add(backlog.sync().status());
        };
        backlog.sync().now();
        during = () -> {};
        assertEquals(List.of(new LogDisk(null, 1.5, 0), new LogDisk(null, 2.5, 1)), seen);
        assertEquals(new LogDisk(null, 0, 1), backlog.sync().status());
    }

    @Test
    void shouldTellOfASyncThatAnotherFileKeepsFromTheDisk() throws Exception {
        CountDownLatch hangs = new CountDownLatch(1);
        backlog.sync().everySecond(() -> true, () -> {});
        disk.execute(() -> awaitQuietly(hangs));
        set(100);
        assertEquals(new LogDisk(null, 0, 0), backlog.sync().status());
        micros += 2_500_000;
        assertEquals(new LogDisk(null, 1.5, 0), backlog.sync().status());
        micros += 1_000_000;
        assertEquals(new LogDisk(null, 2.5, 1), backlog.sync().status());
        hangs.countDown();
        awaitForced();
        assertEquals(new LogDisk(null, 0, 1), backlog.sync().status());
    }

    /** A client whose answer was held until then may write the moment it has it. */
    @Test
    void shouldTakeWritesAgainByThenThatItSaysThoseBeforeAreOnTheDisk() {
        for (int i = 0; i < 50; i++) {
            set(10);
            fails = true;
            assertFalse(backlog.sync().tryNow());
            fails = false;
            disk.execute(backlog.sync()::now);
            long deadline = System.nanoTime() + DEADLINE_NANOS;
            while (backlog.durableIndex() != backlog.lastIndex()) {
                assertTrue(System.nanoTime() < deadline, "it is not tried again");
                Thread.onSpinWait();
            }
            assertNull(backlog.growth().refusal(100));
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
