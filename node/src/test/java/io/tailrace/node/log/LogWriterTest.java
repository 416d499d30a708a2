package io.tailrace.node.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LogWriterTest {
    private static final int LINES = 16;

    private final List<String> written = Collections.synchronizedList(new ArrayList<>());
    private final List<String> complaints = Collections.synchronizedList(new ArrayList<>());
    private final Semaphore permits = new Semaphore(0);
    private volatile IOException failure;
    private final LogWriter writer = new LogWriter(LINES, this::write, this::complain, new LogWriter.DroppedText() {
        @Override
        public void dropped(LogLine line, long count) {
            line.raw("dropped " + count + "\n");
        }

        @Override
        public void failed(LogLine line, IOException cause) {
            line.raw("failed: " + cause.getMessage() + "\n");
        }
    });

    private void write(byte[] bytes, int length) throws IOException {
        permits.acquireUninterruptibly();
        if (failure != null) {
            throw failure;
        }
        written.add(new String(bytes, 0, length, StandardCharsets.UTF_8));
    }

    private void complain(byte[] bytes, int length) {
        complaints.add(new String(bytes, 0, length, StandardCharsets.UTF_8));
    }

    private boolean log(String text) {
        LogLine line = writer.take();
        if (line == null) {
            return false;
        }
        writer.give(line.raw(text));
        return true;
    }

    private static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "waited for " + what);
            LockSupport.parkNanos(100_000);
        }
    }

    @AfterEach
    void close() {
        permits.release(1 << 20);
        writer.close();
    }

    /** An output that takes nothing: as a pipe that nobody reads, or a disk that hangs. */
    @Test
    void shouldDropAndCountWhenTheOutputIsStuckAndSayIt() {
        writer.start();
        int taken = 0;
        for (int i = 0; i < 10_000; i++) {
            taken += log("line " + i + "\n") ? 1 : 0;
        }

        assertTrue(taken >= LINES && taken <= LINES + 1, taken + " of " + LINES);
        assertEquals(10_000 - taken, writer.dropped());
        permits.release(1 << 20);
        String told = "dropped " + (10_000 - taken) + "\n";
        await("the line that says it", () -> written.contains(told));
        assertTrue(log("again\n"));
        await("the next line", () -> written.contains("again\n"));
        assertEquals(
                1, written.stream().filter(line -> line.startsWith("dropped")).count(), written::toString);
        assertEquals("line 0\n", written.get(0));
    }

    @Test
    void shouldNotHangInCloseWhenTheOutputIsStuck() {
        writer.start();
        log("stuck\n");
        long begin = System.nanoTime();

        assertFalse(writer.close());
        assertTrue(System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(25));
        assertFalse(log("late\n"), "nobody would write it");
    }

    @Test
    void shouldWriteEverythingBeforeItCloses() {
        permits.release(1 << 20);
        writer.start();
        for (int i = 0; i < LINES; i++) {
            assertTrue(log(i + "\n"));
        }

        assertTrue(writer.close());
        assertEquals(LINES, written.size());
    }

    @Test
    void shouldComplainOnceWhenTheOutputFailsAndCountWhatIsLost() {
        permits.release(1 << 20);
        writer.start();
        failure = new IOException("No space left on device");
        for (int i = 0; i < 5; i++) {
            await("room", () -> log("lost\n"));
        }
        await("what was lost to be counted", () -> writer.dropped() == 5);
        failure = null;
        log("well again\n");

        await("what was lost to be told", () -> written.contains("dropped 5\n"));
        assertEquals(List.of("failed: No space left on device\n"), complaints);
        assertTrue(written.contains("well again\n"));
    }

    @Test
    void shouldMakeNoGarbageForALine() {
        permits.release(1 << 20);
        writer.start();
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 20 && least > 0; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < LINES; i++) {
                log("a line of some length, which has room where it is written\n");
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertEquals(0, least);
    }
}
