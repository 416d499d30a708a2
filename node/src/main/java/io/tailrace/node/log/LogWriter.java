package io.tailrace.node.log;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jctools.queues.MpmcArrayQueue;
import org.jctools.queues.MpscArrayQueue;

/**
 * Lines between those who log, any threads, and the one thread here that writes them. Nobody who logs waits for the output: when all
 * lines are on their way to a disk that is slow, or to a pipe that nobody reads, the next ones are dropped and counted, and
 * a line says how many once there is room again. The lines are used again, so logging makes no garbage here.
 *
 * <pre>
 *  free ──take──▶ who logs ──give──▶ full ──▶ this thread ──▶ output
 *    ▲                                             │
 *    └─────────────────────────────────────────────┘
 * </pre>
 */
final class LogWriter {
    static final int LINES = 1_024;
    private static final long CLOSE_MILLIS = 2_000;
    private static final long PARK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final MpmcArrayQueue<LogLine> free;
    private final MpscArrayQueue<LogLine> full;
    private final LogOutput output;
    private final LogOutput second;
    private final DroppedText droppedText;
    private final AtomicLong dropped = new AtomicLong();
    private final Thread thread = new Thread(this::run, "tailrace-log");
    private long droppedTold;
    private boolean hasFailed;
    private volatile boolean isParked;
    private volatile boolean isClosing;

    /** Makes the line that says how many were dropped, and that which says why the output failed. */
    interface DroppedText {
        void dropped(LogLine line, long count);

        void failed(LogLine line, IOException cause);
    }

    /** @param second takes the complaint when the output fails */
    LogWriter(int lines, LogOutput output, LogOutput second, DroppedText droppedText) {
        this.output = output;
        this.second = second;
        this.droppedText = droppedText;
        free = new MpmcArrayQueue<>(lines);
        full = new MpscArrayQueue<>(lines);
        for (int i = 0; i < lines; i++) {
            free.offer(new LogLine());
        }
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** How many lines were dropped since the start. */
    long dropped() {
        return dropped.get();
    }

    /** An empty line for the caller, who gives it back, or null when there is none left. Any thread; never waits. */
    LogLine take() {
        LogLine line = isClosing ? null : free.poll();
        if (line == null) {
            dropped.incrementAndGet();
            return null;
        }
        line.clear();
        return line;
    }

    /** Has a line written that was taken. Any thread; never waits. */
    void give(LogLine line) {
        full.offer(line);
        if (isParked) {
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        while (true) {
            boolean isLast = isClosing;
            int count = writeAll();
            tellDropped();
            if (count == 0) {
                if (isLast) {
                    return;
                }
                isParked = true;
                if (full.isEmpty() && !isClosing) {
                    LockSupport.parkNanos(this, PARK_NANOS);
                }
                isParked = false;
            }
        }
    }

    private int writeAll() {
        int count = 0;
        for (LogLine line = full.poll(); line != null; line = full.poll()) {
            write(line);
            free.offer(line);
            count++;
        }
        return count;
    }

    private void write(LogLine line) {
        try {
            output.write(line.bytes(), line.length());
            hasFailed = false;
        } catch (LogRotationException e) {
            complain(e);
            hasFailed = false;
        } catch (IOException e) {
            dropped.incrementAndGet();
            complain(e);
        }
    }

    /** Once for each time that it begins to fail. */
    private void complain(IOException cause) {
        if (hasFailed) {
            return;
        }
        hasFailed = true;
        LogLine line = new LogLine();
        droppedText.failed(line, cause);
        try {
            second.write(line.bytes(), line.length());
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    private void tellDropped() {
        long count = dropped.get();
        if (count == droppedTold || hasFailed) {
            return;
        }
        LogLine line = new LogLine();
        droppedText.dropped(line, count - droppedTold);
        write(line);
        droppedTold = count;
    }

    /** Writes what is left and ends; returns whether that took less than two seconds. Lines that are taken later are dropped. */
    boolean close() {
        isClosing = true;
        LockSupport.unpark(thread);
        boolean isInterrupted = false;
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            isInterrupted = true;
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
        boolean isOver = !thread.isAlive();
        if (isOver) {
            closeQuietly();
        }
        return isOver;
    }

    private void closeQuietly() {
        try {
            output.close();
        } catch (IOException e) {
            complain(e);
        }
    }
}
