package io.tailrace.node.backlog;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Syncs files of the log, and knows how long that takes and whether it failed. A sync that should have begun, and has not since
 * the disk thread waits for the disk with another file, counts as one under way. Written under the lock of {@link LogSync}, read by
 * any thread.
 */
final class SyncWatch {
    private static final Logger LOG = LoggerFactory.getLogger(SyncWatch.class);
    /** As Redis's for {@code aof_delayed_fsync}. */
    private static final long DELAYED_MICROS = TimeUnit.SECONDS.toMicros(2);

    private static final double MICROS_PER_SECOND = 1e6;

    private final Path directory;
    private final DiskSync disk;
    private final LongSupplier steadyMicros;
    private volatile boolean isUnderWay;
    private volatile long startedMicros;
    /** When the next one is to begin at the latest. */
    private volatile long dueMicros = Long.MAX_VALUE;

    private volatile long delayed;
    private volatile String failure;

    SyncWatch(Path directory, BacklogSettings settings) {
        this.directory = directory;
        disk = settings.sync();
        steadyMicros = settings.steadyMicros();
    }

    /** The disk thread comes to a sync that was due; {@code isNeeded} if there is something for the disk to take. */
    void begins(boolean isNeeded) {
        if (isNeeded) {
            count(lateMicros());
        }
    }

    /** The next sync is due so long from now. */
    void dueIn(long micros) {
        dueMicros = steadyMicros.getAsLong() + micros;
    }

    private long lateMicros() {
        return dueMicros == Long.MAX_VALUE ? 0 : Math.max(0, steadyMicros.getAsLong() - dueMicros);
    }

    /** The disk is asked from now on, until {@link #end}. */
    void start() {
        startedMicros = steadyMicros.getAsLong();
        isUnderWay = true;
    }

    void sync(FileChannel channel) throws IOException {
        disk.sync(channel);
    }

    void end() {
        long micros = steadyMicros.getAsLong() - startedMicros;
        isUnderWay = false;
        count(micros);
    }

    private void count(long micros) {
        if (micros > DELAYED_MICROS) {
            delayed = delayed + 1;
            LOG.warn(
                    "fsync of the log in {} took {} s: a power loss would have lost the writes of that time",
                    directory,
                    TimeUnit.MICROSECONDS.toSeconds(micros));
        }
    }

    /** Notes that the disk did not take it. */
    void failed(IOException e) {
        if (failure == null) {
            LOG.error(
                    "fsync of the log in {} failed, writes are refused until it succeeds: {}",
                    directory,
                    e.getMessage());
        }
        failure = String.valueOf(e.getMessage());
    }

    /** Notes that it has taken everything; returns whether it had failed to. */
    boolean succeeded() {
        boolean hadFailed = failure != null;
        if (hadFailed) {
            failure = null;
            LOG.info("fsync of the log in {} succeeded again", directory);
        }
        return hadFailed;
    }

    String failure() {
        return failure;
    }

    /** @param isNeeded whether there is something for the disk to take */
    LogDisk state(boolean isNeeded) {
        long micros = isUnderWay ? Math.max(0, steadyMicros.getAsLong() - startedMicros) : 0;
        if (isNeeded) {
            micros = Math.max(micros, lateMicros());
        }
        return new LogDisk(failure, micros / MICROS_PER_SECOND, delayed + (micros > DELAYED_MICROS ? 1 : 0));
    }
}
